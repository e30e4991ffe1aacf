-- Up Migration

-- What may have been the cause of an incident: what people think, and what they found out of what the engine suspects.
create table incident_hypotheses (
  org_id integer not null,
  id bigint generated always as identity,
  incident_number integer not null,
  origin text not null check (origin in ('engine', 'person')),
  text text not null,
  service text,
  verdict text not null default 'open' check (verdict in ('open', 'confirmed', 'refuted')),
  note text not null default '',
  added_at timestamptz,
  -- {"kind","key","name"}; null: the engine suspected it.
  added_by jsonb,
  judged_at timestamptz,
  judged_by jsonb,
  -- What the engine suspected when it was judged last, the likeliest first, and the service with most alerts: what it is measured against.
  engine_suspects text[] not null default '{}',
  loudest_service text,
  version integer not null default 1,
  primary key (org_id, id)
);
create index incident_hypotheses_incident on incident_hypotheses (org_id, incident_number, id);
create unique index incident_hypotheses_suspect on incident_hypotheses (org_id, incident_number, service) where origin = 'engine';

-- Down Migration
drop table incident_hypotheses;
