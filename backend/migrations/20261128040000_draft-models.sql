-- Up Migration

-- The model that may reword drafts. Without a row: there is none.
create table draft_models (
  org_id integer primary key,
  enabled boolean not null,
  url text,
  model text,
  -- Sealed; null: none is needed.
  api_key text,
  timeout_seconds integer not null,
  daily_requests integer not null,
  daily_tokens integer not null,
  -- What is in private incidents may be sent.
  private_incidents boolean not null,
  -- {"ok","at","detail","milliseconds"} of the newest test of these settings.
  last_test jsonb,
  version integer not null
);

-- What was asked of it on a day (UTC), with what is under way.
create table draft_model_days (
  org_id integer not null,
  day date not null,
  requests integer not null,
  tokens integer not null,
  primary key (org_id, day)
);

-- What became of drafts; counts alone, of no incident in particular.
create table draft_outcomes (
  org_id integer not null,
  written_by text not null check (written_by in ('template', 'model')),
  outcome text not null check (outcome in ('accepted', 'edited', 'discarded')),
  count integer not null,
  primary key (org_id, written_by, outcome)
);

-- Down Migration
drop table draft_outcomes;
drop table draft_model_days;
drop table draft_models;
