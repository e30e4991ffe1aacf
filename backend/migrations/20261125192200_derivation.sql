-- Up Migration

-- Tables that add labels by the value of one label.
create table enrichment_tables (
  org_id integer not null,
  id text not null,
  name text not null,
  enabled boolean not null,
  match_label text not null,
  rows jsonb not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  primary key (org_id, id)
);

-- Patterns whose named groups become labels. A flagged one took too long and is not used.
create table extraction_rules (
  org_id integer not null,
  id text not null,
  name text not null,
  enabled boolean not null,
  source text not null check (source in ('name', 'summary', 'label', 'annotation')),
  field text not null,
  pattern text not null,
  flagged_at timestamptz,
  flag_reason text,
  version integer not null default 1,
  primary key (org_id, id)
);

-- Labels that were derived for an alert. Apart from `alerts`, so that an installation without tables
-- and patterns pays nothing, and raw labels are never touched. Written before its alert; one without
-- an alert does no harm.
create table alert_derived (
  org_id integer not null,
  alert_key bigint not null,
  starts_at timestamptz not null,
  labels jsonb not null,
  primary key (org_id, alert_key, starts_at)
);

-- Down Migration
drop table alert_derived;
drop table extraction_rules;
drop table enrichment_tables;
