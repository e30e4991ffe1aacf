-- Up Migration

-- What automation may do. Whoever starts something by itself holds the row shared until it has committed, so that a
-- freeze is either seen by it or waits for it.
create table automation_settings (
  org_id integer primary key,
  max_targets_per_hour integer check (max_targets_per_hour >= 0),
  notify_url text,
  page_url text,
  ticket_url text,
  -- {"sev1":"suggest"|"approve"|"run",…}
  most jsonb not null,
  -- {"by":actor,"at","reason"} while nothing starts by itself.
  frozen jsonb,
  provisioned boolean not null default false,
  version integer not null default 1
);

-- Up to where in the event log triggers have been looked for. Whoever moves it holds the row.
create table trigger_cursors (
  org_id integer primary key,
  position bigint not null
);
-- What happened before there were triggers starts nothing.
insert into trigger_cursors (org_id, position) select e.org_id, max(e.position) from event_log as e group by e.org_id;

-- What became of an event that a trigger matched. The unique key lets each act once.
create table trigger_records (
  org_id integer not null,
  id bigint generated always as identity,
  at timestamptz not null,
  -- Of the event; for a timer, of the declaration that it was set by.
  position bigint not null,
  runbook text not null,
  trigger_index smallint not null,
  trigger_on text not null,
  incident_number integer,
  outcome text not null check (outcome in ('started', 'waits_for_approval', 'suggested', 'held_back', 'failed')),
  reason text not null,
  run_id bigint,
  -- How many targets its run touches.
  targets integer not null default 0,
  primary key (org_id, id),
  unique (org_id, position, runbook, trigger_index)
);
create index trigger_records_of_incident on trigger_records (org_id, incident_number, id desc);
create index trigger_records_of_runbook on trigger_records (org_id, runbook, id desc);
create index trigger_records_with_targets on trigger_records (org_id, at) where targets > 0;

-- Timers of declared incidents that are still to come.
create table trigger_timers (
  org_id integer not null,
  position bigint not null,
  runbook text not null,
  trigger_index smallint not null,
  incident_number integer not null,
  due_at timestamptz not null,
  primary key (org_id, position, runbook, trigger_index)
);
create index trigger_timers_due on trigger_timers (org_id, due_at);
create index trigger_timers_of_incident on trigger_timers (org_id, incident_number);

-- What the last preflight of each runbook found.
create table preflight_reports (
  org_id integer not null,
  runbook text not null,
  title text not null,
  at timestamptz not null,
  ok boolean not null,
  faults integer not null,
  -- [{"check","step","ok","detail","fix"}]
  findings jsonb not null,
  primary key (org_id, runbook)
);

-- Down Migration
drop table preflight_reports;
drop table trigger_timers;
drop table trigger_records;
drop table trigger_cursors;
drop table automation_settings;
