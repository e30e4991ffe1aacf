-- Up Migration
-- Detectors: what watches series for the unusual.

create table detectors (
  org_id integer not null,
  id bigint generated always as identity,
  name text not null,
  definition jsonb not null,
  state text not null check (state in ('train', 'shadow', 'active')),
  state_since timestamptz not null,
  after_training text not null default 'shadow' check (after_training in ('shadow', 'active')),
  trained_from timestamptz not null,
  watched_since timestamptz,
  evaluated_to timestamptz not null,
  due_at timestamptz not null,
  failures integer not null default 0,
  error text,
  error_since timestamptz,
  data_at timestamptz,
  series integer not null default 0,
  query_ms double precision not null default 0,
  compute_ms double precision not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  primary key (org_id, id),
  constraint detectors_name unique (org_id, name)
);
create index detectors_due on detectors (org_id, due_at);
comment on table detectors is 'What is watched, what state it is in, and how looking at it goes.';
comment on column detectors.evaluated_to is 'The last step that was looked at. States of series and findings are written with it, so that each step counts once.';
comment on column detectors.due_at is 'When somebody is to look. Whoever takes it moves this on, so that others pass it over.';
comment on column detectors.watched_since is 'When it left training; null while it never has.';
comment on column detectors.data_at is 'Time of the newest value.';

create table detector_series (
  org_id integer not null,
  detector_id bigint not null,
  series_key text not null,
  labels jsonb not null,
  state bytea not null,
  episode jsonb,
  last_at timestamptz not null,
  primary key (org_id, detector_id, series_key),
  foreign key (org_id, detector_id) references detectors (org_id, id) on delete cascade
);
comment on table detector_series is 'What is known of each series: less than 4 kB. `episode` is the finding that is not over.';

create table detector_findings (
  org_id integer not null,
  id bigint generated always as identity,
  detector_id bigint not null,
  name text not null,
  series_key text not null,
  labels jsonb not null,
  mode text not null check (mode in ('shadow', 'active')),
  starts_at timestamptz not null,
  ends_at timestamptz,
  value double precision not null,
  expected jsonb,
  score double precision not null,
  views jsonb not null,
  alert jsonb not null,
  told text check (told in ('firing', 'resolved')),
  verdict text check (verdict in ('right', 'wrong')),
  judged_by text,
  judged_at timestamptz,
  found_at timestamptz not null,
  primary key (org_id, id),
  constraint detector_findings_once unique (org_id, detector_id, series_key, starts_at)
);
create index detector_findings_newest on detector_findings (org_id, starts_at desc, id desc);
create index detector_findings_of_detector on detector_findings (org_id, detector_id, starts_at desc, id desc);
create index detector_findings_untold on detector_findings (org_id, id) where mode = 'active' and told is distinct from 'resolved';
comment on table detector_findings is 'What detectors found; outlives them.';
comment on column detector_findings.alert is 'Labels, annotations and links of its alert, as they were set then.';
comment on column detector_findings.told is 'What intake has taken of it; null: nothing yet, or never, in shadow.';

-- Down Migration
drop table detector_findings;
drop table detector_series;
drop table detectors;
