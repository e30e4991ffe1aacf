-- Up Migration

-- Secrets that steps of runbooks are filled in with. Values are sealed, each bound to its organisation and name.
create table runbook_secrets (
  org_id integer not null,
  name text not null,
  value_sealed text not null,
  description text not null,
  -- Runbooks that may use it; none: any.
  runbooks text[] not null default '{}',
  -- The lowest role that may start a run that uses it.
  role text not null check (role in ('responder', 'commander', 'manager', 'admin')),
  updated_at timestamptz not null,
  updated_by text not null,
  version integer not null default 1,
  primary key (org_id, name)
);

-- Down Migration
drop table runbook_secrets;
