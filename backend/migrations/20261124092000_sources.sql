-- Up Migration

-- Where alerts come from. One row per sender; the id is part of its webhook address.
create table sources (
  org_id integer not null,
  id text not null,
  kind text not null check (kind in ('grafana', 'alertmanager')),
  name text not null,
  enabled boolean not null default true,
  hmac_enabled boolean not null default false,
  hmac_header text not null default 'X-Grafana-Alerting-Signature',
  hmac_timestamp_header text not null default 'X-Grafana-Alerting-Timestamp',
  -- Envelope of the key ring; the plain secret is never stored.
  hmac_secret_sealed text,
  -- Grows with what people edit; deliveries and tokens leave it alone.
  version integer not null default 1,
  last_received_at timestamptz,
  -- What the newest payload said it had left out; null when it was complete.
  truncated_alerts integer,
  truncated_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  check (not hmac_enabled or hmac_secret_sealed is not null),
  check ((truncated_alerts is null) = (truncated_at is null))
);

-- Webhook tokens, as SHA-256 only: whoever reads this table cannot post with it.
create table source_tokens (
  id text primary key,
  org_id integer not null,
  source_id text not null,
  token_hash bytea not null unique,
  -- The last four characters, to tell two tokens apart.
  hint text not null,
  -- 'test' tokens are made for one test alert and expire within a minute.
  purpose text not null check (purpose in ('webhook', 'test')),
  -- 'provisioned' tokens follow their file: taken out there, they are revoked here.
  origin text not null default 'issued' check (origin in ('issued', 'provisioned')),
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  foreign key (org_id, source_id) references sources (org_id, id) on delete cascade
);

create index source_tokens_org_id_source_id_idx on source_tokens (org_id, source_id);

-- Signatures already seen. A second delivery of the same one is a replay, at whichever replica it arrives.
create table webhook_nonces (
  org_id integer not null,
  source_id text not null,
  nonce bytea not null,
  seen_at timestamptz not null,
  primary key (org_id, source_id, nonce),
  foreign key (org_id, source_id) references sources (org_id, id) on delete cascade
);

create index webhook_nonces_seen_at_idx on webhook_nonces (seen_at);

-- How labels become fields, one document per organisation. No row: the shipped default, as version 0.
create table mappings (
  org_id integer primary key,
  document jsonb not null,
  version integer not null
);

-- What the mapping did not know, for the "needs mapping" view.
create table unmapped_values (
  org_id integer not null,
  kind text not null check (kind in ('severity', 'service')),
  value text not null,
  count bigint not null,
  last_seen_at timestamptz not null,
  primary key (org_id, kind, value)
);

-- Payloads that could not be read, byte for byte, until they are replayed, discarded or too old.
-- No reference to sources: they stay when their source goes.
create table dead_letters (
  org_id integer not null,
  id text not null,
  source_id text not null,
  received_at timestamptz not null,
  error text not null,
  -- Where in the payload the fault is, when known.
  field text,
  content_type text,
  payload bytea not null,
  attempts integer not null default 1,
  replayed_at timestamptz,
  primary key (org_id, id)
);

create index dead_letters_org_id_received_at_idx on dead_letters (org_id, received_at desc, id desc);
create index dead_letters_org_id_source_id_open_idx on dead_letters (org_id, source_id) where replayed_at is null;
create index dead_letters_received_at_idx on dead_letters (received_at);

-- Down Migration

drop table dead_letters;
drop table unmapped_values;
drop table mappings;
drop table webhook_nonces;
drop table source_tokens;
drop table sources;
