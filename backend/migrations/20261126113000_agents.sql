-- Up Migration

-- Programs that run commands where the systems are. The token is kept as its SHA-256.
create table agents (
  org_id integer not null,
  name text not null,
  labels jsonb not null default '{}',
  token_hash text not null,
  token_hint text not null,
  -- What it told last: {"version","commands","kubernetes"}; null before it came.
  told jsonb,
  last_seen_at timestamptz,
  online boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  revoked_at timestamptz,
  primary key (org_id, name)
);
create unique index agents_token on agents (token_hash);

-- What agents are to do. Handed over once, or again if it may be repeated.
create table agent_orders (
  org_id integer not null,
  id bigint generated always as identity,
  agent text not null,
  run_id bigint not null,
  path text not null,
  attempt integer not null,
  undoing boolean not null,
  -- {"kind","command","args"} or {"kind","order"}, sealed: secrets may be filled into arguments. Null once it ended.
  work_sealed text,
  repeatable boolean not null,
  state text not null check (state in ('queued', 'running', 'ended', 'unknown', 'cancelled')),
  cancel_asked boolean not null default false,
  -- How often it was handed over, and until when the agent has it.
  handed integer not null default 0,
  lease_until timestamptz,
  -- Output up to here is kept.
  last_seq integer not null default 0,
  -- How it ended; what it wrote is kept beside the run, masked.
  outcome text,
  created_at timestamptz not null,
  handed_at timestamptz,
  ended_at timestamptz,
  primary key (org_id, id)
);
create unique index agent_orders_of_step on agent_orders (org_id, run_id, path, undoing, attempt);
create index agent_orders_queued on agent_orders (org_id, agent, id) where state = 'queued';
create index agent_orders_leased on agent_orders (org_id, lease_until) where state = 'running';
create index agent_orders_age on agent_orders (ended_at) where ended_at is not null;

-- Down Migration
drop table agent_orders;
drop table agents;
