-- Up Migration

-- What the status page of an organisation shows and to whom. Without a row: it is off.
create table status_page_settings (
  org_id integer primary key,
  document jsonb not null,
  provisioned boolean not null default false,
  -- When it was first switched on: nothing is known of before.
  kept_since timestamptz,
  version integer not null
);

-- Links that open a private page. Only the hash of the token is kept.
create table status_page_links (
  org_id integer not null,
  id bigint generated always as identity,
  name text not null,
  token_hash text not null unique,
  token_hint text not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (org_id, id)
);

-- Planned maintenance, as readers of the page are told of it.
create table status_page_works (
  org_id integer not null,
  id bigint generated always as identity,
  title text not null,
  body text not null,
  components text[] not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  version integer not null default 1,
  primary key (org_id, id)
);
create index status_page_works_by_time on status_page_works (org_id, starts_at desc, id desc);

-- The copy of the page at Statuspage.io.
create table status_page_syncs (
  org_id integer primary key,
  enabled boolean not null,
  page_id text,
  -- [{"name","componentId"}]
  components jsonb not null,
  notify boolean not null,
  -- Sealed API key.
  api_key text,
  -- What was published before is not carried over.
  since timestamptz not null,
  -- One replica works on it until then; after a failure, when it is tried again.
  claimed_until timestamptz,
  problem text,
  last_at timestamptz,
  version integer not null
);

-- Updates that were carried over.
create table status_page_carried (
  org_id integer not null,
  update_id bigint not null,
  primary key (org_id, update_id)
);

-- Which incident there is which incident here.
create table status_page_remotes (
  org_id integer not null,
  incident_number integer not null,
  page_id text not null,
  remote_id text not null,
  primary key (org_id, incident_number, page_id)
);

-- Down Migration
drop table status_page_remotes;
drop table status_page_carried;
drop table status_page_syncs;
drop table status_page_works;
drop table status_page_links;
drop table status_page_settings;
