-- Up Migration

-- People seen in an organisation: a snapshot of what Grafana's signed token said last, and Muster's own role.
create table users (
  org_id integer not null,
  -- The token's `sub`, for example `user:ceq3abc`.
  user_key text not null,
  login text not null,
  name text not null,
  email text not null default '',
  -- What follows from the Grafana organisation role.
  derived_role text not null check (derived_role in ('viewer', 'responder', 'commander', 'manager', 'admin', 'auditor')),
  -- Set in Muster; wins over the derived role.
  role_override text check (role_override in ('viewer', 'responder', 'commander', 'manager', 'admin', 'auditor')),
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (org_id, user_key)
);

-- Tokens for scripts. Only the SHA-256 is kept; revoked ones stay so that the list explains old audit entries.
create table api_tokens (
  id text primary key,
  org_id integer not null,
  name text not null,
  role text not null check (role in ('viewer', 'responder', 'commander', 'manager', 'auditor')),
  token_hash bytea not null unique,
  -- The last four characters, to tell two tokens apart.
  hint text not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create index api_tokens_org_id_created_at_idx on api_tokens (org_id, created_at);

-- Down Migration

drop table api_tokens;
drop table users;
