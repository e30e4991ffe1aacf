-- Up Migration

create table clock_rules (
  org_id integer primary key,
  body jsonb not null,
  version integer not null default 1
);

-- One clock of an incident. It runs since `running_since`, and had spent `spent_ms` before.
create table incident_clocks (
  org_id integer not null,
  incident_number integer not null,
  kind text not null check (kind in ('response', 'update', 'resolution')),
  started_at timestamptz not null,
  limit_ms bigint not null,
  spent_ms bigint not null default 0,
  running_since timestamptz,
  met_at timestamptz,
  at_risk_told_at timestamptz,
  breached_at timestamptz,
  -- What is told next, and when; null: nothing.
  next_at timestamptz,
  primary key (org_id, incident_number, kind)
);
create index incident_clocks_due on incident_clocks (org_id, next_at) where next_at is not null;

-- Down Migration
drop table incident_clocks;
drop table clock_rules;
