-- Up Migration

-- Who wants to be told of which incidents: people of Grafana by key, people outside by mail address. An address is kept only as
-- long as it subscribes.
create table update_subscriptions (
  org_id integer not null,
  id bigint generated always as identity,
  user_key text,
  -- In lower case.
  address text,
  state text not null check (state in ('pending', 'active')),
  audiences text[] not null,
  services text[] not null default '{}',
  -- Numbers; empty: all.
  severities smallint[] not null default '{}',
  regions text[] not null default '{}',
  -- Opens the page on which it is confirmed; null once it is.
  confirm_token text unique,
  unsubscribe_token text not null unique,
  -- When the last mail to confirm it was sent.
  asked_at timestamptz not null,
  -- When consent was given.
  since timestamptz not null,
  version integer not null default 1,
  primary key (org_id, id),
  check ((user_key is null) <> (address is null))
);
create unique index update_subscriptions_of_people on update_subscriptions (org_id, user_key) where user_key is not null;
create unique index update_subscriptions_of_addresses on update_subscriptions (org_id, address) where address is not null;

-- Published updates that are still to be told to subscribers: how far it is.
create table update_fanouts (
  org_id integer not null,
  update_id bigint not null,
  incident_number integer not null,
  after_id bigint not null default 0,
  -- What is told, and to whom: as it was when it was published.
  told jsonb not null,
  done boolean not null default false,
  primary key (org_id, update_id)
);
create index update_fanouts_open on update_fanouts (org_id, update_id) where not done;

-- Down Migration
drop table update_fanouts;
drop table update_subscriptions;
