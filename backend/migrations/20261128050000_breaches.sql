-- Up Migration
-- Forecasts of limits that detectors' series will cross, and whether they did.

create table breach_watches (
  org_id integer not null,
  detector_id bigint not null,
  -- When somebody is to look. Whoever takes it moves this on, so that others pass it over.
  due_at timestamptz not null,
  -- Version of the detector that was looked at; another one is looked at at once.
  version integer not null,
  looked_at timestamptz,
  error text,
  primary key (org_id, detector_id),
  foreign key (org_id, detector_id) references detectors (org_id, id) on delete cascade
);
create index breach_watches_due on breach_watches (org_id, due_at);

create table breach_forecasts (
  org_id integer not null,
  id bigint generated always as identity,
  detector_id bigint not null,
  name text not null,
  series_key text not null,
  labels jsonb not null,
  service text,
  -- Of what was asked for: what is open of another question is dropped.
  asked text not null,
  limit_value double precision not null,
  limit_side text not null check (limit_side in ('above', 'below')),
  made_at timestamptz not null,
  updated_at timestamptz not null,
  -- The newest value, and what is expected now: with 10, 50 and 90 % it has crossed by then.
  value double precision not null,
  earliest_at timestamptz not null,
  median_at timestamptz not null,
  latest_at timestamptz,
  -- What was said at first: that counts for the accuracy. Without a latest, `said_until` is how far could be seen.
  said_earliest_at timestamptz not null,
  said_median_at timestamptz not null,
  said_latest_at timestamptz,
  said_until timestamptz not null,
  -- Since when it is not expected any more; what was said is still held against what comes.
  eased_at timestamptz,
  -- When people were told: while its detector alerts.
  told_at timestamptz,
  outcome text check (outcome in ('sooner', 'inside', 'later')),
  outcome_at timestamptz,
  crossed_at timestamptz,
  primary key (org_id, id)
);
create unique index breach_forecasts_open on breach_forecasts (org_id, detector_id, series_key) where outcome is null;
create index breach_forecasts_newest on breach_forecasts (org_id, id desc) where told_at is not null;
create index breach_forecasts_of_detector on breach_forecasts (org_id, detector_id, id desc);
create index breach_forecasts_made on breach_forecasts (org_id, made_at);

-- Down Migration
drop table breach_forecasts;
drop table breach_watches;
