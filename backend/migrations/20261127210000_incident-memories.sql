-- Up Migration

-- What is remembered of incidents that ended, to compare others with: made anew when something new was said of one.
create table incident_memories (
  org_id integer not null,
  incident_number integer not null,
  -- Position of the newest event of the incident that it was made of.
  made_of bigint not null,
  -- {"title","text","services","symptoms","alerts"}
  document jsonb not null,
  -- What ended it: [{"kind","text","at","run"}]
  remedies jsonb not null,
  primary key (org_id, incident_number)
);

-- Down Migration
drop table incident_memories;
