-- Up Migration

-- What people say, looking back, of how the alerts of an incident were put together.
create table judgements (
  org_id integer not null,
  incident_number integer not null,
  judgement jsonb not null,
  judged_at timestamptz not null,
  -- {"kind","key","name"}
  judged_by jsonb not null,
  primary key (org_id, incident_number)
);

-- Down Migration
drop table judgements;
