-- Up Migration

-- What was learned from incidents and from what people did with them. Made anew by each run of the
-- job; nothing here is a source of truth.
create table learned_items (
  org_id integer not null,
  key text not null,
  id text not null generated always as (md5(key)) stored,
  kind text not null check (kind in ('pair', 'candidate')),
  -- Subject, other, effect, weight, summary, evidence, incidents, and what the engine needs of it.
  content jsonb not null,
  -- Names in it, for the search.
  names text not null,
  last_seen_at timestamptz not null,
  primary key (org_id, id)
);
create index learned_items_newest_idx on learned_items (org_id, last_seen_at desc, id);

-- Which snapshot holds. The engine takes up pairs and candidates by their versions.
create table learning_states (
  org_id integer primary key,
  pairs_version integer not null,
  candidates_version integer not null,
  learned_at timestamptz,
  incidents integer not null,
  acts integer not null
);

-- What people said of it: what came before `forgotten_at` does not count; what is ignored is not learned.
create table learning_vetoes (
  org_id integer not null,
  item_id text not null,
  key text not null,
  kind text not null check (kind in ('pair', 'candidate')),
  -- As it was when it was vetoed.
  content jsonb not null,
  names text not null,
  last_seen_at timestamptz not null,
  forgotten_at timestamptz,
  ignored boolean not null,
  reason text not null,
  vetoed_at timestamptz not null,
  -- {"kind","key","name"}
  vetoed_by jsonb not null,
  primary key (org_id, item_id)
);

-- Down Migration
drop table learning_vetoes;
drop table learning_states;
drop table learned_items;
