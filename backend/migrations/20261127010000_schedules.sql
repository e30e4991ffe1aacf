-- Up Migration

-- On-call schedules: what people set. Who is on call when follows from it and is not stored.
create table schedules (
  org_id integer not null,
  id text not null,
  name text not null,
  document jsonb not null,
  version integer not null default 1,
  -- Its id in the provisioning file that it is followed from.
  provisioned_as text,
  -- Signs the addresses of its calendar; sealed. Null until somebody asks for one.
  feed_key text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by jsonb not null,
  primary key (org_id, id)
);
create index schedules_by_name on schedules (org_id, lower(name), id);
create unique index schedules_provisioned on schedules (org_id, provisioned_as) where provisioned_as is not null;

-- Somebody else for a time. Of several at one time the one that was made last counts.
create table schedule_overrides (
  org_id integer not null,
  schedule_id text not null,
  id text not null,
  place bigint generated always as identity,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  users text[] not null check (cardinality(users) > 0),
  -- Whom they stand in for; null: for everybody.
  replaces text,
  reason text not null default '',
  swap_id text,
  created_at timestamptz not null,
  created_by jsonb not null,
  primary key (org_id, schedule_id, id),
  foreign key (org_id, schedule_id) references schedules (org_id, id) on delete cascade
);
create index schedule_overrides_by_time on schedule_overrides (org_id, schedule_id, ends_at);

create table schedule_swaps (
  org_id integer not null,
  id text not null,
  schedule_id text not null,
  place bigint generated always as identity,
  -- That the time is over while it is open is not written down: it lapses by itself.
  state text not null default 'open' check (state in ('open', 'accepted', 'declined', 'withdrawn')),
  requested_by text not null,
  -- Null: of whoever takes it.
  asked text,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  return_starts_at timestamptz,
  return_ends_at timestamptz check (return_ends_at > return_starts_at),
  message text not null default '',
  created_at timestamptz not null,
  answered_by text,
  answered_at timestamptz,
  answer text not null default '',
  version integer not null default 1,
  primary key (org_id, id),
  check ((return_starts_at is null) = (return_ends_at is null)),
  foreign key (org_id, schedule_id) references schedules (org_id, id) on delete cascade
);
create index schedule_swaps_by_time on schedule_swaps (org_id, place desc);

create table schedule_notes (
  org_id integer not null,
  schedule_id text not null,
  id text not null,
  place bigint generated always as identity,
  body text not null,
  written_at timestamptz not null,
  written_by jsonb not null,
  primary key (org_id, schedule_id, id),
  foreign key (org_id, schedule_id) references schedules (org_id, id) on delete cascade
);

-- Down Migration
drop table schedule_notes;
drop table schedule_swaps;
drop table schedule_overrides;
drop table schedules;
