-- Up Migration

-- Alerts of a sender that a fingerprint rule makes one, each with its newest episode: the one fires as long as any of them does.
create table alert_members (
  org_id integer not null,
  source_id text not null,
  alert_key bigint not null,
  -- The sender's own fingerprint.
  member text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  -- Labels of the rule that made it so; another rule makes other alerts.
  rule text not null,
  primary key (org_id, source_id, alert_key, member)
);

-- Down Migration

drop table alert_members;
