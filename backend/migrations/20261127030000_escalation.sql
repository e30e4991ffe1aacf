-- Up Migration

create table escalation_policies (
  org_id integer not null,
  id text not null,
  body jsonb not null,
  provisioned boolean not null default false,
  updated_at timestamptz not null,
  updated_by text not null,
  version integer not null default 1,
  primary key (org_id, id)
);

-- One performance of a policy for an incident. What it does is decided by whoever holds the row when `next_at` has come.
create table escalations (
  org_id integer not null,
  id bigint generated always as identity,
  incident_number integer not null,
  -- Null: somebody was paged by hand.
  policy_id text,
  policy_version integer,
  -- The policy as it was at the start, with its name.
  plan jsonb not null,
  cause text not null,
  state text not null check (state in ('active', 'answered', 'stopped', 'exhausted')),
  step integer not null default 0,
  round integer not null default 0,
  -- When something is to be done next; null: only when somebody answers.
  next_at timestamptz,
  answered_by text,
  answered_at timestamptz,
  nudged_at timestamptz,
  -- Took it and then said nothing; whoever accepts next takes over from them.
  silent_user text,
  started_at timestamptz not null,
  started_by jsonb not null,
  ended_at timestamptz,
  end_reason text,
  primary key (org_id, id)
);
-- A policy runs once for an incident, however often it is raised and lowered.
create unique index escalations_live on escalations (org_id, incident_number, policy_id) where state in ('active', 'answered') and policy_id is not null;
create index escalations_of_incident on escalations (org_id, incident_number);
create index escalations_due on escalations (org_id, next_at) where state in ('active', 'answered') and next_at is not null;

-- One page to one person or channel.
create table escalation_pages (
  org_id integer not null,
  id bigint generated always as identity,
  escalation_id bigint not null,
  incident_number integer not null,
  kind text not null check (kind in ('page', 'nudge', 'channel')),
  user_key text,
  name text not null,
  -- Of whom it was one, for turns: `team:payments`.
  pool text,
  step integer not null,
  round integer not null,
  state text not null check (state in ('open', 'accepted', 'declined', 'help', 'superseded', 'failed')),
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'delivered', 'failed', 'answered')),
  over_channel text,
  dedupe_key text not null,
  at_night boolean not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  answered_at timestamptz,
  answered_over text,
  note text not null default '',
  primary key (org_id, id),
  unique (org_id, dedupe_key),
  foreign key (org_id, escalation_id) references escalations (org_id, id) on delete cascade
);
create index escalation_pages_of_escalation on escalation_pages (org_id, escalation_id);
create index escalation_pages_of_user on escalation_pages (org_id, user_key, sent_at desc);

-- How often people of a pool were paged in their turn.
create table escalation_turns (
  org_id integer not null,
  pool text not null,
  user_key text not null,
  pages integer not null,
  last_page bigint not null,
  primary key (org_id, pool, user_key)
);

-- Up to where in the event log it has been looked whom to call. Whoever moves it holds the row.
create table escalation_cursors (
  org_id integer primary key,
  position bigint not null
);
-- What happened before there were policies calls nobody.
insert into escalation_cursors (org_id, position) select e.org_id, max(e.position) from event_log as e group by e.org_id;

-- Down Migration
drop table escalation_cursors;
drop table escalation_turns;
drop table escalation_pages;
drop table escalations;
drop table escalation_policies;
