-- Up Migration

-- How far prediction has read the logs, and what it knew at a position.
create table prediction_states (
  org_id integer primary key,
  position bigint not null,
  -- {"version","snapshot"}; null before the first.
  state jsonb,
  state_position bigint not null,
  -- The replica that reads on, and until when the others leave it to it.
  holder text,
  held_until timestamptz
);

-- One question a service and horizon: will it have a serious incident? With what was said, and what came.
create table predictions (
  org_id integer not null,
  id bigint generated always as identity,
  service text not null,
  made_at timestamptz not null,
  -- Likely enough to be shown from then on; null: never was.
  warned_at timestamptz,
  updated_at timestamptz not null,
  until_at timestamptz not null,
  -- As it was said last, and as it counts for its accuracy: at first, or when it was warned of.
  probability double precision not null,
  said_probability double precision not null,
  reasons jsonb not null,
  outcome text check (outcome in ('came_true', 'passed')),
  outcome_at timestamptz,
  incident_number integer,
  primary key (org_id, id)
);
create unique index predictions_open on predictions (org_id, service) where outcome is null;
create index predictions_warned on predictions (org_id, id desc) where warned_at is not null;
create index predictions_made on predictions (org_id, made_at);

-- Down Migration
drop table predictions;
drop table prediction_states;
