-- Up Migration

alter table incidents
  -- Gravest severity of its alerts; `computed_severity` is what the matrix ever made of it.
  add column gravest_alert smallint check (gravest_alert between 1 and 5),
  add column severity_inputs jsonb,
  -- {"confidence","onsetAt","roots","causeChangeId"}: the engine's view of the whole.
  add column assessment jsonb,
  -- {"outcome","score","contributions","reason","rule"}: what the declare policy made of it last.
  add column declaration jsonb,
  -- Rejected by the policy alone, not by a person: more evidence brings it back.
  add column ignored_by_policy boolean not null default false,
  add column regressions integer not null default 0,
  add column recurrence_of integer,
  add column incident_type text not null default '',
  add column fields jsonb not null default '{}',
  add column links jsonb not null default '[]';
update incidents set gravest_alert = computed_severity;
create index incidents_recurrence_idx on incidents (org_id, recurrence_of) where recurrence_of is not null;

-- A row without an incident: a person took the alert out, so the engine leaves it alone.
alter table incident_alerts
  alter column incident_number drop not null,
  add column placed_by text not null default 'engine' check (placed_by in ('engine', 'person'));

-- Another value after each time that people moved alerts: windows made before are stale.
create table link_marks (
  org_id integer primary key,
  mark bigint not null
);

-- Merges, splits and moves, with what it takes to undo them.
create table regroupings (
  org_id integer not null,
  id bigint generated always as identity,
  kind text not null check (kind in ('merge', 'split', 'move')),
  at timestamptz not null,
  actor jsonb not null,
  from_incident integer not null,
  into_incident integer,
  alerts integer not null,
  reason text not null,
  -- Both incidents as they were and as they were left: {"from": …, "into": …}.
  before jsonb not null,
  after jsonb,
  undone_at timestamptz,
  primary key (org_id, id)
);
create index regroupings_from_idx on regroupings (org_id, from_incident, id desc);
create index regroupings_into_idx on regroupings (org_id, into_incident, id desc) where into_incident is not null;

-- Links as they were before a regrouping. Kept only while it can be undone.
create table regrouping_alerts (
  org_id integer not null,
  regrouping_id bigint not null,
  alert_key bigint not null,
  starts_at timestamptz not null,
  -- Null: the alert had no link.
  incident_number integer,
  reason jsonb,
  placed_by text,
  linked_at timestamptz,
  primary key (org_id, regrouping_id, alert_key, starts_at)
);

-- What an organisation sets for its incidents: one document each.
create table incident_settings (
  org_id integer not null,
  name text not null check (name in ('declare_policy', 'severity_policy', 'incident_types')),
  document jsonb not null,
  version integer not null,
  primary key (org_id, name)
);

-- Down Migration
drop table incident_settings;
drop table regrouping_alerts;
drop table regroupings;
drop table link_marks;
delete from incident_alerts where incident_number is null;
alter table incident_alerts drop column placed_by, alter column incident_number set not null;
drop index incidents_recurrence_idx;
alter table incidents
  drop column gravest_alert, drop column severity_inputs, drop column assessment, drop column declaration, drop column ignored_by_policy,
  drop column regressions, drop column recurrence_of, drop column incident_type, drop column fields, drop column links;
