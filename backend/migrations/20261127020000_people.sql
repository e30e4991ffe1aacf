-- Up Migration

-- How a person wants to be reached. Made with the first thing that they set.
create table contact_settings (
  org_id integer not null,
  user_key text not null,
  -- {"critical":[{"point","waitSeconds"}]|null,…}
  rules jsonb not null,
  -- [{"days":[0..6],"from","to"}]
  quiet_hours jsonb not null,
  zone text not null,
  version integer not null default 1,
  primary key (org_id, user_key)
);

-- Addresses that a person gave, with their consent. Removing one removes the consent; the event log keeps that there was one.
create table contact_points (
  org_id integer not null,
  id bigint generated always as identity,
  user_key text not null,
  channel text not null,
  address text not null,
  consent_at timestamptz not null,
  verified_at timestamptz,
  -- Authentication code of the six digits; null once they are used up.
  code_mac text,
  code_sent_at timestamptz,
  code_tries integer not null default 0,
  primary key (org_id, id)
);
create unique index contact_points_of_user on contact_points (org_id, user_key, channel, address);

create table teams (
  org_id integer not null,
  id text not null,
  name text not null,
  description text not null,
  aliases text[] not null,
  grafana_team integer,
  grafana_name text,
  -- [{"key"|null,"name"}]: as Grafana gave them last.
  grafana_members jsonb not null default '[]',
  grafana_synced_at timestamptz,
  grafana_fault text,
  provisioned boolean not null default false,
  version integer not null default 1,
  primary key (org_id, id)
);

-- Whom a team was given here, in the order in which they take turns.
create table team_members (
  org_id integer not null,
  team text not null,
  user_key text not null,
  place integer not null,
  primary key (org_id, team, user_key),
  foreign key (org_id, team) references teams (org_id, id) on delete cascade
);
create index team_members_of_user on team_members (org_id, user_key);

-- Down Migration
drop table team_members;
drop table teams;
drop table contact_points;
drop table contact_settings;
