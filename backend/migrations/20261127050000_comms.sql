-- Up Migration

-- Audiences, their templates, rules and cadence. Without a row: those that Muster brings.
create table communication_settings (
  org_id integer primary key,
  document jsonb not null,
  provisioned boolean not null default false,
  version integer not null
);

-- What is told of an incident to one audience. What was published never changes; a correction is an update of its own.
create table status_updates (
  org_id integer not null,
  id bigint generated always as identity,
  -- The incident in which it was written; `incident_heir` gives the one that goes on.
  incident_number integer not null,
  -- Id in the settings; 'timeline': it only stood on the timeline.
  audience text not null,
  audience_name text not null,
  state text not null check (state in ('draft', 'approved', 'published', 'discarded')),
  phase text not null check (phase in ('investigating', 'identified', 'monitoring', 'resolved')),
  fields jsonb not null default '{}',
  own_subject text,
  own_text text,
  -- As approved, and then as published; null while it is a draft.
  subject text,
  body text,
  -- [{"name","state"}]
  components jsonb not null default '[]',
  next_update_at timestamptz,
  corrects bigint,
  corrected_by bigint,
  -- Shown on the status page, by the rule of its audience when it was published.
  on_page boolean not null default false,
  created_at timestamptz not null,
  created_by jsonb not null,
  edited_at timestamptz,
  edited_by jsonb,
  -- Everybody who wrote on it: [actor].
  authors jsonb not null,
  approved_at timestamptz,
  approved_by jsonb,
  published_at timestamptz,
  published_by jsonb,
  -- The key under which a program made it, once.
  dedupe_key text,
  version integer not null default 1,
  primary key (org_id, id)
);
create index status_updates_of_incident on status_updates (org_id, incident_number, id desc);
create index status_updates_on_page on status_updates (org_id, published_at desc) where state = 'published' and on_page;
create unique index status_updates_once on status_updates (org_id, incident_number, dedupe_key) where dedupe_key is not null;

-- Times at which an update was due: what was reminded of, what became overdue, what came. Each is noted once.
create table update_dues (
  org_id integer not null,
  incident_number integer not null,
  audience text not null,
  due_at timestamptz not null,
  severity smallint not null,
  reminded_at timestamptz,
  overdue_at timestamptz,
  -- When the update came.
  met_at timestamptz,
  primary key (org_id, incident_number, audience, due_at)
);
create index update_dues_by_time on update_dues (org_id, due_at);

-- Down Migration
drop table update_dues;
drop table status_updates;
drop table communication_settings;
