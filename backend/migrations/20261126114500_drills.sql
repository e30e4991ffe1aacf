-- Up Migration
-- Drills: troubles that are made up, sent the way of real ones, and looked at from beginning to end.

create table drills (
  org_id integer not null,
  id bigint generated always as identity,
  name text not null,
  definition jsonb not null,
  next_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  primary key (org_id, id),
  constraint drills_name unique (org_id, name)
);
create index drills_due on drills (org_id, next_at) where next_at is not null;
comment on table drills is 'What is drilled, and when.';
comment on column drills.next_at is 'When its schedule starts it next; null: by hand alone.';

create table drill_runs (
  org_id integer not null,
  id bigint generated always as identity,
  drill_id bigint not null,
  name text not null,
  definition jsonb not null,
  started_at timestamptz not null,
  started_by jsonb not null,
  deadline timestamptz not null,
  state text not null check (state in ('running', 'ending', 'ended')),
  outcome text check (outcome in ('completed', 'timed_out', 'stopped')),
  reason text,
  sent_at timestamptz,
  alerts_sent integer not null default 0,
  send_error text,
  incident_number integer,
  ended_at timestamptz,
  report jsonb,
  primary key (org_id, id)
);
create index drill_runs_going on drill_runs (org_id, id) where state <> 'ended';
create index drill_runs_of_drill on drill_runs (org_id, drill_id, id desc);
comment on table drill_runs is 'One performance of a drill. The definition is kept as it was, and the run outlives the drill.';
comment on column drill_runs.sent_at is 'When the first alerts were accepted by intake.';
comment on column drill_runs.report is 'Stages, failures and score; written when it ends.';

alter table incidents add column drill text;
comment on column incidents.drill is 'The drill run that it belongs to; null: it is real.';
create index incidents_of_drills on incidents (org_id, drill) where drill is not null;

-- Down Migration
drop index incidents_of_drills;
alter table incidents drop column drill;
drop table drill_runs;
drop table drills;
