-- Up Migration

-- Positions of everything that is read in order: the alert log and the event log share them, so
-- that both can be merged. A position is taken only while log_lock() is held: see decision 0003.
create sequence log_positions as bigint;

-- Serialises the last step of every transaction that appends for one organisation. Whoever holds
-- it has nothing left to wait for, so it must always be the last lock that a transaction takes.
create function log_lock(p_org_id integer) returns void
language sql volatile as $$
  select pg_advisory_xact_lock(1297303892, p_org_id)
$$;

-- What happened to incidents, sources and settings: the timeline, the audit trail and the live
-- stream are all read from here. Never updated, never deleted from by the product's own code.
create table event_log (
  org_id integer not null,
  position bigint not null,
  -- When it happened, by the clock of the service.
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  type text not null,
  incident_number integer,
  -- {"kind","key","name"} of who caused it.
  actor jsonb not null,
  data jsonb not null,
  primary key (org_id, position)
);
create index event_log_incident_idx on event_log (org_id, incident_number, position) where incident_number is not null;
create index event_log_type_idx on event_log (org_id, type, position);

-- Appends events in the given order and wakes the readers. Gives their positions.
create function append_events(p_org_id integer, p_occurred_at timestamptz, p_events jsonb)
returns setof bigint
language plpgsql volatile as $$
begin
  perform log_lock(p_org_id);
  return query
    insert into event_log (org_id, position, occurred_at, type, incident_number, actor, data)
    select p_org_id, nextval('log_positions'), p_occurred_at, e.type, e.incident, e.actor, e.data
    from (
      select item->>'type' as type, (item->>'incident')::integer as incident, item->'actor' as actor, item->'data' as data
      from jsonb_array_elements(p_events) with ordinality as list(item, place)
      order by place
    ) as e
    returning event_log.position;
  perform pg_notify('muster_events', p_org_id::text);
end
$$;

-- Down Migration
drop function append_events(integer, timestamptz, jsonb);
drop table event_log;
drop function log_lock(integer);
drop sequence log_positions;
