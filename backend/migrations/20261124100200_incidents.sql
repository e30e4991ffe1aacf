-- Up Migration

-- Numbers of incidents, without a gap that could be avoided: one row an organisation.
create table incident_counters (
  org_id integer primary key,
  last_number integer not null
);

create table incidents (
  org_id integer not null,
  number integer not null,
  title text not null,
  description text not null default '',
  state text not null check (state in (
    'candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring', 'resolved',
    'in_review', 'closed', 'rejected', 'duplicate', 'cancelled')),
  severity smallint not null check (severity between 1 and 5),
  -- The gravest that its alerts ever made it; a person may have set `severity` otherwise.
  computed_severity smallint check (computed_severity between 1 and 5),
  severity_origin text not null check (severity_origin in ('computed', 'manual')),
  origin text not null check (origin in ('correlation', 'manual')),
  primary_service text,
  services text[] not null,
  commander_key text,
  -- Keys under which the correlator may add alerts; of a merged incident they move to the survivor.
  group_keys text[] not null,
  grouping_reason jsonb,
  declaration_reason text,
  alerts_total integer not null default 0,
  alerts_firing integer not null default 0,
  first_alert_at timestamptz,
  -- When an alert last joined or resolved, by the service's clock.
  last_alert_at timestamptz,
  impact_started_at timestamptz,
  detected_at timestamptz not null,
  declared_at timestamptz,
  acknowledged_at timestamptz,
  identified_at timestamptz,
  mitigated_at timestamptz,
  resolved_at timestamptz,
  closed_at timestamptz,
  updated_at timestamptz not null,
  merged_into integer,
  -- Grows with every change that a person could overwrite; joining alerts leave it alone.
  version integer not null default 1,
  primary key (org_id, number)
) with (fillfactor = 70);
create index incidents_state_idx on incidents (org_id, state, number desc);
create index incidents_open_idx on incidents (org_id, last_alert_at)
  where state in ('candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring');
create index incidents_merged_idx on incidents (org_id, merged_into) where merged_into is not null;

-- Which incident an alert belongs to: the key lets it be only one.
create table incident_alerts (
  org_id integer not null,
  alert_key bigint not null,
  starts_at timestamptz not null,
  incident_number integer not null,
  linked_at timestamptz not null,
  -- {"strategy","summary","contributions"}: why.
  reason jsonb not null,
  primary key (org_id, alert_key, starts_at)
);
create index incident_alerts_incident_idx on incident_alerts (org_id, incident_number, starts_at desc, alert_key);

-- How far the correlator has read the alert log.
create table correlator_cursors (
  org_id integer primary key,
  position bigint not null,
  replica_id text not null,
  updated_at timestamptz not null
);

-- Down Migration
drop table correlator_cursors;
drop table incident_alerts;
drop table incidents;
drop table incident_counters;
