-- Up Migration

-- Clocks of updates that stand still until a time, by incident and audience.
create table update_pauses (
  org_id integer not null,
  incident_number integer not null,
  audience text not null,
  until timestamptz not null,
  reason text not null,
  paused_at timestamptz not null,
  paused_by jsonb not null,
  primary key (org_id, incident_number, audience)
);

-- Down Migration
drop table update_pauses;
