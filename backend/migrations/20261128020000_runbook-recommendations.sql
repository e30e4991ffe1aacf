-- Up Migration

-- What was recommended for an incident when somebody first looked: what its accuracy is measured by.
create table runbook_recommendations (
  org_id integer not null,
  incident_number integer not null,
  made_at timestamptz not null,
  -- The best first: [{"runbook","probability","inputs"}]
  items jsonb not null,
  -- The runbook that was run most in earlier incidents, of those that were recommended: what it is measured against.
  most_used text,
  primary key (org_id, incident_number)
);
create index runbook_recommendations_made on runbook_recommendations (org_id, made_at);

-- Runbooks that people said are not the right ones for an incident.
create table runbook_rejections (
  org_id integer not null,
  incident_number integer not null,
  runbook_id text not null,
  reason text not null,
  rejected_at timestamptz not null,
  -- {"kind","key","name"}
  rejected_by jsonb not null,
  primary key (org_id, incident_number, runbook_id)
);

-- Down Migration
drop table runbook_rejections;
drop table runbook_recommendations;
