-- Up Migration

-- An alert may be looked at again when what held it back has ended: a line of its own in the log keeps the order.
alter table alert_log drop constraint alert_log_kind_check;
alter table alert_log add constraint alert_log_kind_check
  check (kind in ('opened', 'changed', 'resolved', 'superseded', 'reconsidered'));

-- Grows with every edit of what stands below, so that replicas notice by one small read.
create table noise_versions (
  org_id integer primary key,
  version bigint not null
);

-- Suppression, hold, threshold, inhibition and flapping: the document is the rule as the contract has it.
create table noise_rules (
  org_id integer not null,
  id text not null,
  kind text not null check (kind in ('suppression', 'hold', 'threshold', 'inhibition', 'flapping')),
  document jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by jsonb not null,
  -- Set by a provisioning file; it finds its rule again by this name.
  provisioned_as text,
  -- When it was last said that the rule hides more sev1 alerts than it should.
  warned_at timestamptz,
  primary key (org_id, id)
);
create unique index noise_rules_provisioned_idx on noise_rules (org_id, provisioned_as) where provisioned_as is not null;

create table maintenance_windows (
  org_id integer not null,
  id text not null,
  document jsonb not null,
  -- Change event or ticket that the window belongs to.
  change_ref text,
  ended_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by jsonb not null,
  provisioned_as text,
  primary key (org_id, id)
);
create index maintenance_windows_change_idx on maintenance_windows (org_id, change_ref) where change_ref is not null and ended_at is null;
create unique index maintenance_windows_provisioned_idx on maintenance_windows (org_id, provisioned_as) where provisioned_as is not null;

create table silences (
  org_id integer not null,
  id text not null,
  grafana_id text,
  origin text not null check (origin in ('muster', 'grafana')),
  matchers jsonb not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  comment text not null,
  created_by text not null,
  sync text not null check (sync in ('local', 'pending', 'synced', 'failed')),
  problem text,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (org_id, id)
);
create unique index silences_grafana_idx on silences (org_id, grafana_id) where grafana_id is not null;
create index silences_ends_at_idx on silences (org_id, ends_at);

-- When Grafana's silences were last read, and what did not work, one row an organisation.
create table silence_syncs (
  org_id integer primary key,
  last_read_at timestamptz,
  problem text
);

-- How noisy each alert rule was on each day, worked out anew while the day's alerts still change.
create table noise_rule_days (
  org_id integer not null,
  day date not null,
  source_id text not null,
  name text not null,
  alerts integer not null,
  ended integer not null,
  auto_resolved integer not null,
  in_incidents integer not null,
  no_action integer not null,
  -- Incidents that began to hold alerts of the rule on this day.
  incidents integer not null,
  flaps integer not null,
  held_back integer not null,
  rule_url text,
  primary key (org_id, day, source_id, name)
);

create table noise_rule_runs (
  org_id integer primary key,
  worked_out_at timestamptz not null
);

-- Alerts that were held back: why, until when, and what became of them. Rows are never deleted before their alerts.
create table held_back_alerts (
  org_id integer not null,
  alert_key bigint not null,
  starts_at timestamptz not null,
  verdict text not null check (verdict in ('maintenance', 'silenced', 'suppressed', 'inhibited', 'flapping', 'below_threshold', 'held')),
  cause_id text not null,
  cause_name text not null,
  reason text not null,
  severity smallint not null check (severity between 1 and 5),
  since timestamptz not null,
  -- Since when the present verdict stands.
  verdict_since timestamptz not null,
  -- When it was last judged: what is edited later makes it be looked at again.
  judged_at timestamptz not null,
  -- When the verdict ends by itself, where that is known.
  until_at timestamptz,
  -- When the sweep takes it up; null: something else must happen first.
  look_again_at timestamptz,
  -- The alert that explains it, or the episode before of a flapping one.
  parent_key bigint,
  parent_starts_at timestamptz,
  -- It joins the parent's incident as a symptom, at once or when its time has come.
  attach text not null default 'never' check (attach in ('never', 'at_once', 'when_due')),
  -- The threshold rule that held it back was reached.
  cleared boolean not null default false,
  changes integer,
  outcome text not null check (outcome in ('waiting', 'released', 'attached', 'ended')),
  outcome_at timestamptz,
  -- Place in the alert log at which it was given to correlation.
  released_position bigint,
  primary key (org_id, alert_key, starts_at)
);
create index held_back_alerts_due_idx on held_back_alerts (org_id, look_again_at) where outcome = 'waiting' and look_again_at is not null;
create index held_back_alerts_waiting_idx on held_back_alerts (org_id, since desc, alert_key) where outcome = 'waiting';
create index held_back_alerts_since_idx on held_back_alerts (org_id, since desc, alert_key);
create index held_back_alerts_cause_idx on held_back_alerts (org_id, cause_id, since);

-- Down Migration
drop table held_back_alerts;
drop table noise_rule_runs;
drop table noise_rule_days;
drop table silence_syncs;
drop table silences;
drop table maintenance_windows;
drop table noise_rules;
drop table noise_versions;
delete from alert_log where kind = 'reconsidered';
alter table alert_log drop constraint alert_log_kind_check;
alter table alert_log add constraint alert_log_kind_check check (kind in ('opened', 'changed', 'resolved', 'superseded'));
