-- Up Migration

-- Senders of any JSON, with a mapping of their own.
alter table sources drop constraint sources_kind_check;
alter table sources add constraint sources_kind_check check (kind in ('grafana', 'alertmanager', 'generic'));

-- What is set for this source: mapping, heartbeat, fingerprint, severities. Null: nothing.
alter table sources add column rules jsonb;

-- Sources that must be heard regularly. No reference to sources: a silence of a source that is removed has yet to be ended.
create table source_heartbeats (
  org_id integer not null,
  source_id text not null,
  -- From when on silence counts.
  armed_at timestamptz not null,
  -- Start of the alert that says so; null while it is heard.
  silent_since timestamptz,
  primary key (org_id, source_id)
);

-- When the watch last looked, to tell a silent source from a Muster that was down.
create table heartbeat_watch (
  org_id integer primary key,
  looked_at timestamptz not null
);

-- What comparing with Grafana's active alerts gave.
create table source_reconciliations (
  org_id integer not null,
  source_id text not null,
  next_at timestamptz not null,
  at timestamptz,
  ok boolean,
  detail text,
  -- Open alerts that Grafana did not list at the last look: id to when that was first seen.
  missing jsonb not null default '{}',
  repairs jsonb not null default '[]',
  primary key (org_id, source_id),
  foreign key (org_id, source_id) references sources (org_id, id) on delete cascade
);

-- Down Migration

drop table source_reconciliations;
drop table heartbeat_watch;
drop table source_heartbeats;
alter table sources drop column rules;
delete from sources where kind = 'generic';
alter table sources drop constraint sources_kind_check;
alter table sources add constraint sources_kind_check check (kind in ('grafana', 'alertmanager'));
