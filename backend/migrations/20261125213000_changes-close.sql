-- Up Migration

-- When the sender said that a change is over, well or badly, and the event that tells of it.
alter table change_events add column closed_at timestamptz, add column closed_position bigint;
create index change_events_closed_at_idx on change_events (org_id, closed_at) where closed_at is not null;

-- As before, and a known change that is told as closed is closed, once, with an event. One that is told with
-- "onlyKnown" is not recorded when it is new: it was called off before it changed anything.
drop function record_changes(integer, text, timestamptz, jsonb, jsonb);
create function record_changes(p_org_id integer, p_source_id text, p_recorded_at timestamptz, p_actor jsonb, p_changes jsonb)
returns table (external_id text, "position" bigint, recorded boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_change jsonb;
  v_position bigint;
  v_closing boolean;
  v_known record;
  v_closed bigint;
begin
  perform log_lock(p_org_id);
  for v_change in select item from jsonb_array_elements(p_changes) with ordinality as list(item, place) order by place loop
    v_closing := v_change->>'state' = 'closed';
    select c.position, c.closed_at, c.kind, c.service, c.title into v_known from change_events as c
    where c.org_id = p_org_id and c.source_id = p_source_id and c.external_id = v_change->>'id';
    if found then
      if v_closing and v_known.closed_at is null then
        select e into v_closed from append_events(p_org_id, p_recorded_at, jsonb_build_array(jsonb_build_object(
          'type', 'change.closed', 'actor', p_actor, 'incident', null, 'data', jsonb_build_object(
            'id', v_change->>'id', 'source', nullif(p_source_id, ''), 'kind', v_known.kind, 'service', v_known.service, 'title', v_known.title)
        ))) as e;
        update change_events as c set closed_at = p_recorded_at, closed_position = v_closed
        where c.org_id = p_org_id and c.position = v_known.position;
      end if;
      return query select v_change->>'id', v_known.position, false;
      continue;
    end if;
    continue when coalesce((v_change->>'onlyKnown')::boolean, false);
    select e into v_position from append_events(p_org_id, p_recorded_at, jsonb_build_array(jsonb_build_object(
      'type', 'change.recorded', 'actor', p_actor, 'incident', null, 'data', v_change || jsonb_build_object('source', nullif(p_source_id, ''))
    ))) as e;
    insert into change_events (
      org_id, position, source_id, external_id, kind, service, clusters, changed_at, recorded_at, title, author, link, recorded_by, closed_at
    ) values (
      p_org_id, v_position, p_source_id, v_change->>'id', v_change->>'kind', v_change->>'service',
      array(select jsonb_array_elements_text(v_change->'clusters')), (v_change->>'at')::timestamptz, p_recorded_at,
      v_change->>'title', v_change->>'author', v_change->>'link', p_actor, case when v_closing then p_recorded_at end
    );
    return query select v_change->>'id', v_position, true;
  end loop;
end
$$;

-- Who ended a window early, and why when it was not a person's wish alone.
alter table maintenance_windows add column ended_by jsonb, add column end_reason text;

-- What a window said before it was edited, for as long as it said so: times under maintenance are counted by it.
create table maintenance_revisions (
  org_id integer not null,
  window_id text not null,
  version integer not null,
  document jsonb not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  primary key (org_id, window_id, version),
  foreign key (org_id, window_id) references maintenance_windows (org_id, id) on delete cascade
);

-- Down Migration
drop table maintenance_revisions;
alter table maintenance_windows drop column ended_by, drop column end_reason;
drop function record_changes(integer, text, timestamptz, jsonb, jsonb);
create function record_changes(p_org_id integer, p_source_id text, p_recorded_at timestamptz, p_actor jsonb, p_changes jsonb)
returns table (external_id text, "position" bigint, recorded boolean)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_change jsonb;
  v_position bigint;
begin
  perform log_lock(p_org_id);
  for v_change in select item from jsonb_array_elements(p_changes) with ordinality as list(item, place) order by place loop
    select c.position into v_position from change_events as c
    where c.org_id = p_org_id and c.source_id = p_source_id and c.external_id = v_change->>'id';
    if v_position is not null then
      return query select v_change->>'id', v_position, false;
      continue;
    end if;
    select e into v_position from append_events(p_org_id, p_recorded_at, jsonb_build_array(jsonb_build_object(
      'type', 'change.recorded', 'actor', p_actor, 'incident', null, 'data', v_change || jsonb_build_object('source', nullif(p_source_id, ''))
    ))) as e;
    insert into change_events (
      org_id, position, source_id, external_id, kind, service, clusters, changed_at, recorded_at, title, author, link, recorded_by
    ) values (
      p_org_id, v_position, p_source_id, v_change->>'id', v_change->>'kind', v_change->>'service',
      array(select jsonb_array_elements_text(v_change->'clusters')), (v_change->>'at')::timestamptz, p_recorded_at,
      v_change->>'title', v_change->>'author', v_change->>'link', p_actor
    );
    return query select v_change->>'id', v_position, true;
  end loop;
end
$$;
alter table change_events drop column closed_at, drop column closed_position;
