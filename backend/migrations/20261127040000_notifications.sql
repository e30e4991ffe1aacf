-- Up Migration

-- Ways to tell people and systems. Secrets are sealed, all of a channel together: {"<field>": "<value>"}; null: it has none.
create table channels (
  org_id integer not null,
  id text not null,
  kind text not null,
  name text not null,
  config jsonb not null,
  secrets_sealed text,
  secret_names text[] not null default '{}',
  enabled boolean not null,
  -- Messages a second; null: as the kind says.
  per_second double precision,
  provisioned boolean not null default false,
  updated_at timestamptz not null,
  updated_by text not null,
  version integer not null default 1,
  primary key (org_id, id)
);

-- How a channel does, shared by all replicas: the breaker, and when the provider takes the next message.
create table channel_health (
  org_id integer not null,
  channel text not null,
  breaker text not null default 'closed' check (breaker in ('closed', 'open', 'half_open')),
  failures integer not null default 0,
  opens integer not null default 0,
  rests_until timestamptz,
  score double precision not null default 1,
  next_free_at timestamptz not null default 'epoch',
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_failure text,
  primary key (org_id, channel)
) with (fillfactor = 50);

create table channel_chains (
  org_id integer not null primary key,
  chains jsonb not null,
  provisioned boolean not null default false,
  version integer not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);

create table notification_settings (
  org_id integer not null primary key,
  settings jsonb not null,
  version integer not null default 1,
  heartbeat_ok_at timestamptz,
  heartbeat_failed_at timestamptz,
  heartbeat_failure text,
  heartbeat_due_at timestamptz
);

-- What is to be told, once for all who are told it.
create table notification_messages (
  org_id integer not null,
  id bigint generated always as identity,
  dedup_key text not null,
  message_class text not null,
  urgency text not null,
  incident_number integer,
  team text,
  -- {"subject","text","facts","link","actions","language"} and what else the order says
  content jsonb not null,
  thread text,
  created_at timestamptz not null,
  cancelled_at timestamptz,
  primary key (org_id, id)
);
create unique index notification_messages_key on notification_messages (org_id, dedup_key);
create index notification_messages_incident on notification_messages (org_id, incident_number, id) where incident_number is not null;
create index notification_messages_age on notification_messages (created_at);

-- One recipient of one message.
create table notification_deliveries (
  org_id integer not null,
  id bigint generated always as identity,
  message_id bigint not null,
  recipient_kind text not null check (recipient_kind in ('person', 'channel', 'address')),
  -- A user's key, a channel's id, or `<channel>:<address>`.
  recipient_key text not null,
  recipient_name text not null,
  -- What stands in this one's message alone: {"actions","unsubscribeUrl"}
  own jsonb not null default '{"actions": []}',
  -- Ways in order, as they were when it was ordered: [{"channel","address","waitSeconds"}]
  hops jsonb not null,
  hop integer not null default 0,
  round integer not null default 0,
  refused integer[] not null default '{}',
  -- That of the present way; null: there is none.
  channel text,
  -- 0 is first: critical pages.
  priority smallint not null,
  state text not null check (state in ('queued', 'sending', 'sent', 'delivered', 'answered', 'failed', 'cancelled')),
  -- What is due then: the next try, the end of the wait for a receipt or an answer; null: nothing.
  due_at timestamptz,
  awaits text check (awaits in ('receipt', 'answer')),
  -- Tries of all ways, and those of the present one that nobody knows the end of.
  tries integer not null default 0,
  lost integer not null default 0,
  lease_owner text,
  lease_until timestamptz,
  bundled boolean not null default false,
  -- The delivery in whose message this one is told.
  bundle_lead bigint,
  error text,
  answer text,
  created_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  answered_at timestamptz,
  primary key (org_id, id)
);
create unique index notification_deliveries_recipient on notification_deliveries (org_id, message_id, recipient_kind, recipient_key);
create index notification_deliveries_queue on notification_deliveries (org_id, channel, priority, id) where state = 'queued' and bundle_lead is null;
create index notification_deliveries_waymissing on notification_deliveries (org_id, id) where state = 'queued' and channel is null;
create index notification_deliveries_leased on notification_deliveries (lease_until) where state = 'sending' and lease_until is not null;
create index notification_deliveries_awaited on notification_deliveries (due_at) where awaits is not null;
create index notification_deliveries_bundle on notification_deliveries (org_id, bundle_lead) where bundle_lead is not null;
create index notification_deliveries_person on notification_deliveries (org_id, recipient_kind, recipient_key, created_at);
create index notification_deliveries_state on notification_deliveries (org_id, state, id);

-- One try over one channel. Written before the provider is called.
create table notification_tries (
  org_id integer not null,
  delivery_id bigint not null,
  number integer not null,
  channel text not null,
  state text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  detail text,
  provider_id text,
  primary key (org_id, delivery_id, number)
);
create index notification_tries_provider on notification_tries (org_id, channel, provider_id) where provider_id is not null;

-- What a provider calls the first message of a thread, so that others follow it.
create table notification_threads (
  org_id integer not null,
  channel text not null,
  address text not null,
  thread text not null,
  thread_ref text not null,
  created_at timestamptz not null,
  primary key (org_id, channel, address, thread)
);

create table rehearsals (
  org_id integer not null,
  id bigint generated always as identity,
  -- [{"chain","channel","message"}]
  hops jsonb not null,
  report jsonb,
  started_at timestamptz not null,
  started_by text not null,
  ended_at timestamptz,
  passed boolean,
  primary key (org_id, id)
);
create index rehearsals_running on rehearsals (org_id, id) where ended_at is null;

-- Down Migration
drop table rehearsals;
drop table notification_threads;
drop table notification_tries;
drop table notification_deliveries;
drop table notification_messages;
drop table notification_settings;
drop table channel_chains;
drop table channel_health;
drop table channels;
