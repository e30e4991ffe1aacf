-- Up Migration

-- Running processes of the service. One that stops beating is dead, and its jobs are freed.
create table replicas (
  id text primary key,
  roles text[] not null,
  -- Worker ids under which it locks jobs.
  worker_ids text[] not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now()
);

-- Organisations that this installation serves.
create table organisations (
  org_id integer primary key,
  created_at timestamptz not null default now()
);

-- Down Migration
drop table organisations;
drop table replicas;
