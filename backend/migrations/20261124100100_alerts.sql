-- Up Migration

-- One row is one episode: a fingerprint at a source, from the moment it began to fire.
create table alerts (
  org_id integer not null,
  -- 64 bits of SHA-256 over source and fingerprint: all episodes of one alert stand together.
  alert_key bigint not null,
  starts_at timestamptz not null,
  source_id text not null,
  fingerprint text not null,
  name text not null,
  summary text not null,
  status text not null check (status in ('firing', 'resolved')),
  ends_at timestamptz,
  end_reason text check (end_reason in ('resolved', 'superseded')),
  severity smallint not null check (severity between 1 and 5),
  service text,
  team text,
  environment text,
  cluster text,
  labels jsonb not null,
  annotations jsonb not null,
  -- Whatever else the source said of it, as it came.
  details jsonb not null,
  notification_key bigint,
  -- Of annotations and details: tells a repeat from news without comparing them.
  content_hash bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- What the last write did to it; becomes the kind of its line in the alert log.
  last_change text not null check (last_change in ('opened', 'changed', 'resolved', 'superseded')),
  primary key (org_id, alert_key, starts_at)
);
create index alerts_firing_idx on alerts (org_id, starts_at desc) where status = 'firing';
create index alerts_first_seen_idx on alerts using brin (first_seen_at);

-- How often an episode was told again. Apart from `alerts`, so that adding up repeats never waits
-- for, or holds up, a change of state.
create table alert_repeats (
  org_id integer not null,
  alert_key bigint not null,
  starts_at timestamptz not null,
  repeats bigint not null,
  last_seen_at timestamptz not null,
  primary key (org_id, alert_key, starts_at)
) with (fillfactor = 70);

-- Every change of state of an alert, in the order of commits.
create table alert_log (
  org_id integer not null,
  position bigint not null,
  recorded_at timestamptz not null,
  kind text not null check (kind in ('opened', 'changed', 'resolved', 'superseded')),
  alert_key bigint not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  -- Annotations and measured values at that moment.
  content jsonb
) partition by range (recorded_at);
create index alert_log_position_idx on alert_log (org_id, position);
create index alert_log_alert_idx on alert_log (org_id, alert_key, starts_at);
-- Catches rows outside the partitions made ahead (a clock far off, a replayed recording).
create table alert_log_default partition of alert_log default;

-- The envelope of a notification group: what a webhook says beside its alerts.
create table notification_groups (
  org_id integer not null,
  notification_key bigint not null,
  source_id text not null,
  envelope jsonb not null,
  truncated_alerts integer not null,
  updated_at timestamptz not null,
  primary key (org_id, notification_key)
);

-- Stores a batch of alerts of one organisation and logs what changed, in one statement, so that
-- no round trip of a client falls between taking the log lock and the commit. The arrays must be
-- sorted by key and start (concurrent batches then take row locks in one order), without doubles.
-- Gives the rows that changed; the others were repeats.
create function ingest_alerts(
  p_org_id integer, p_received_at timestamptz, p_notify boolean,
  p_alert_key bigint[], p_starts_at timestamptz[], p_source_id text[], p_fingerprint text[],
  p_name text[], p_summary text[], p_status text[], p_ends_at timestamptz[], p_severity smallint[],
  p_service text[], p_team text[], p_environment text[], p_cluster text[],
  p_labels jsonb[], p_annotations jsonb[], p_details jsonb[], p_notification_key bigint[], p_content_hash bigint[]
) returns table (changed_key bigint, changed_starts_at timestamptz, changed_kind text)
language plpgsql volatile as $$
declare
  v_keys bigint[];
  v_starts timestamptz[];
  v_kinds text[];
  v_firing boolean[];
  v_contents jsonb[];
  v_ends timestamptz[];
begin
  with stored as (
    insert into alerts as a (
      org_id, alert_key, starts_at, source_id, fingerprint, name, summary, status, ends_at, end_reason,
      severity, service, team, environment, cluster, labels, annotations, details, notification_key,
      content_hash, first_seen_at, last_seen_at, last_change
    )
    select p_org_id, i.alert_key, i.starts_at, i.source_id, i.fingerprint, i.name, i.summary, i.status, i.ends_at,
      case when i.status = 'resolved' then 'resolved' end,
      i.severity, i.service, i.team, i.environment, i.cluster, i.labels, i.annotations, i.details,
      i.notification_key, i.content_hash, p_received_at, p_received_at,
      case when i.status = 'resolved' then 'resolved' else 'opened' end
    from unnest(
      p_alert_key, p_starts_at, p_source_id, p_fingerprint, p_name, p_summary, p_status, p_ends_at, p_severity,
      p_service, p_team, p_environment, p_cluster, p_labels, p_annotations, p_details, p_notification_key, p_content_hash
    ) as i(
      alert_key, starts_at, source_id, fingerprint, name, summary, status, ends_at, severity,
      service, team, environment, cluster, labels, annotations, details, notification_key, content_hash
    )
    on conflict (org_id, alert_key, starts_at) do update set
      status = excluded.status,
      ends_at = case
        when excluded.status = 'firing' then a.ends_at
        when a.end_reason = 'resolved' then greatest(a.ends_at, excluded.ends_at)
        else excluded.ends_at end,
      end_reason = excluded.end_reason,
      severity = excluded.severity,
      summary = excluded.summary,
      annotations = excluded.annotations,
      details = excluded.details,
      notification_key = excluded.notification_key,
      content_hash = excluded.content_hash,
      last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at),
      last_change = case when excluded.status = 'resolved' and a.status = 'firing' then 'resolved' else 'changed' end
    where
      -- A resolve ends a firing episode, and may say better when it ended; a firing message never
      -- opens an ended episode again (a new episode has a new start).
      case
        when excluded.status = 'resolved' then
          a.status = 'firing' or a.end_reason = 'superseded' or excluded.ends_at > a.ends_at
        else
          a.status = 'firing' and a.content_hash <> excluded.content_hash and excluded.last_seen_at >= a.last_seen_at
      end
    returning a.alert_key, a.starts_at, a.last_change, a.status = 'firing' as firing, a.ends_at,
      jsonb_build_object('values', a.details->'values', 'annotations', case when a.last_change = 'changed' then a.annotations end) as content
  )
  select array_agg(s.alert_key), array_agg(s.starts_at), array_agg(s.last_change), array_agg(s.firing),
    array_agg(s.ends_at), array_agg(s.content)
  into v_keys, v_starts, v_kinds, v_firing, v_ends, v_contents
  from stored as s;

  if v_keys is null then
    return;
  end if;

  perform log_lock(p_org_id);

  insert into alert_log (org_id, position, recorded_at, kind, alert_key, starts_at, ends_at, content)
  select p_org_id, nextval('log_positions'), p_received_at, c.kind, c.alert_key, c.starts_at, c.ends_at, c.content
  from (
    select * from unnest(v_kinds, v_keys, v_starts, v_ends, v_contents) as u(kind, alert_key, starts_at, ends_at, content)
    order by u.starts_at, u.alert_key
  ) as c;

  -- One alert has one episode at a time: an episode with a newer one after it must have ended by
  -- then, though its resolve was lost or is late. Looked for only under the lock, where every
  -- earlier batch is visible.
  if exists (
    select 1 from unnest(v_keys, v_starts, v_firing) as m(alert_key, starts_at, firing)
    where exists (
      select 1 from alerts as o
      where o.org_id = p_org_id and o.alert_key = m.alert_key and o.starts_at <> m.starts_at
    )
  ) then
    perform supersede_alerts(p_org_id, p_received_at, v_keys, v_starts);
  end if;

  if p_notify then
    perform pg_notify('muster_alerts', p_org_id::text);
  end if;
  return query select u.k, u.s, u.c from unnest(v_keys, v_starts, v_kinds) as u(k, s, c);
end
$$;

-- Ends episodes that have a newer one after them: those just written, and the ones right before
-- them. A row that another batch holds is passed over; that batch comes here after us and sees
-- our rows. Call only under the log lock.
create function supersede_alerts(p_org_id integer, p_at timestamptz, p_keys bigint[], p_starts timestamptz[])
returns void
language plpgsql volatile as $$
begin
  with written as (
    select m.alert_key, m.starts_at from unnest(p_keys, p_starts) as m(alert_key, starts_at)
  ), suspects as (
    select w.alert_key, w.starts_at from written as w
    union
    select w.alert_key, before.starts_at
    from written as w
    cross join lateral (
      select a.starts_at from alerts as a
      where a.org_id = p_org_id and a.alert_key = w.alert_key and a.starts_at < w.starts_at
      order by a.starts_at desc limit 1
    ) as before
  ), ends as (
    select s.alert_key, s.starts_at, after.starts_at as next_start
    from suspects as s
    cross join lateral (
      select a.starts_at from alerts as a
      where a.org_id = p_org_id and a.alert_key = s.alert_key and a.starts_at > s.starts_at
      order by a.starts_at limit 1
    ) as after
  ), held as (
    select a.alert_key, a.starts_at, e.next_start, a.status = 'firing' as was_firing
    from ends as e
    join alerts as a on a.org_id = p_org_id and a.alert_key = e.alert_key and a.starts_at = e.starts_at
    where a.status = 'firing' or (a.end_reason = 'superseded' and a.ends_at <> e.next_start)
    for update of a skip locked
  ), ended as (
    update alerts as a
    set status = 'resolved', end_reason = 'superseded', ends_at = h.next_start, last_change = 'superseded'
    from held as h
    where a.org_id = p_org_id and a.alert_key = h.alert_key and a.starts_at = h.starts_at
    returning a.alert_key, a.starts_at, a.ends_at, h.was_firing
  )
  insert into alert_log (org_id, position, recorded_at, kind, alert_key, starts_at, ends_at, content)
  select p_org_id, nextval('log_positions'), p_at, 'superseded', d.alert_key, d.starts_at, d.ends_at, null
  from ended as d
  where d.was_firing;
end
$$;

-- Makes the daily partitions of the alert log from the day of `p_from` on.
create function ensure_alert_log_partitions(p_from timestamptz, p_days integer) returns integer
language plpgsql volatile as $$
declare
  v_day date;
  v_name text;
  v_made integer := 0;
begin
  for i in 0 .. p_days - 1 loop
    v_day := (p_from at time zone 'UTC')::date + i;
    v_name := 'alert_log_' || to_char(v_day, 'YYYYMMDD');
    if to_regclass(v_name) is null and not exists (
      select 1 from alert_log_default as d
      where d.recorded_at >= v_day::timestamp at time zone 'UTC'
        and d.recorded_at < (v_day + 1)::timestamp at time zone 'UTC'
    ) then
      execute format(
        'create table %I partition of alert_log for values from (%L) to (%L)',
        v_name, v_day::timestamp at time zone 'UTC', (v_day + 1)::timestamp at time zone 'UTC'
      );
      v_made := v_made + 1;
    end if;
  end loop;
  return v_made;
end
$$;

-- Drops partitions that hold only rows from before `p_before`; gives their names.
create function drop_alert_log_partitions(p_before timestamptz) returns setof text
language plpgsql volatile as $$
declare
  v_name text;
begin
  for v_name in
    select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'alert_log'::regclass and c.relname ~ '^alert_log_\d{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + 1 <= (p_before at time zone 'UTC')::date
    order by c.relname
  loop
    execute format('drop table %I', v_name);
    return next v_name;
  end loop;
  delete from alert_log_default as d where d.recorded_at < p_before;
end
$$;

-- Down Migration
drop function drop_alert_log_partitions(timestamptz);
drop function ensure_alert_log_partitions(timestamptz, integer);
drop function supersede_alerts(integer, timestamptz, bigint[], timestamptz[]);
drop function ingest_alerts(integer, timestamptz, boolean, bigint[], timestamptz[], text[], text[], text[], text[], text[], timestamptz[], smallint[], text[], text[], text[], text[], jsonb[], jsonb[], jsonb[], bigint[], bigint[]);
drop table notification_groups;
drop table alert_log;
drop table alert_repeats;
drop table alerts;
