-- Up Migration

-- What is to be done in an incident.
create table tasks (
  org_id integer not null,
  id bigint generated always as identity,
  -- The incident that it was made in; `incident_heir` gives the one that goes on.
  incident_number integer not null,
  title text not null,
  description text not null,
  state text not null default 'todo' check (state in ('todo', 'doing', 'done', 'cancelled')),
  priority text not null check (priority in ('high', 'normal', 'low')),
  -- Null: nobody's yet. `owner` is a key of `users`, the name of a team, or a role of the incident.
  owner_kind text check (owner_kind in ('user', 'team', 'role')),
  owner text,
  due_at timestamptz,
  -- The due time at which it was told that the task is overdue.
  overdue_told_for timestamptz,
  -- Tasks that have to be done first.
  waits_for bigint[] not null default '{}',
  -- [{"text","done"}]
  checklist jsonb not null default '[]',
  -- Position in the event log and wording of what it was made of.
  entry_position bigint,
  entry_text text,
  -- Of whoever makes tasks by itself: the same key makes no second one.
  dedupe_key text,
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  check ((owner_kind is null) = (owner is null))
);
create unique index tasks_dedupe on tasks (org_id, incident_number, dedupe_key) where dedupe_key is not null;
create index tasks_of_incident on tasks (org_id, incident_number);
create index tasks_of_owner on tasks (org_id, owner_kind, owner) where state in ('todo', 'doing');
create index tasks_due on tasks (org_id, due_at) where state in ('todo', 'doing') and due_at is not null;
create index tasks_of_entry on tasks (org_id, entry_position) where entry_position is not null;

-- The incident that goes on where this one was merged away, else itself.
create function incident_heir(org integer, number integer) returns integer language sql stable as $$
  with recursive heirs as (
    select i.number, i.merged_into from incidents as i where i.org_id = org and i.number = incident_heir.number
    union
    select i.number, i.merged_into from heirs as h join incidents as i on i.org_id = org and i.number = h.merged_into
  )
  select h.number from heirs as h where h.merged_into is null limit 1
$$;

-- Down Migration
drop function incident_heir(integer, integer);
drop table tasks;
