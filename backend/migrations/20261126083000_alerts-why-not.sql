-- Up Migration

-- Why an alert is in no incident, in the engine's words. Read only while no incident has the alert.
create table alerts_why_not (
  org_id integer not null,
  alert_key bigint not null,
  starts_at timestamptz not null,
  noted_at timestamptz not null,
  -- The incident that came nearest, if one did.
  nearest integer,
  -- {"strategy","summary","contributions"}; json, as it is only stored and shown.
  reason json not null,
  primary key (org_id, alert_key, starts_at)
);

-- Down Migration
drop table alerts_why_not;
