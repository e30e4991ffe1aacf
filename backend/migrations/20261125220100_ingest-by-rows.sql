-- Up Migration

-- As before, but the arrays are taken apart row by row: in a `from`, each of them was first written into a store of its own.
create or replace function ingest_alerts(
  p_org_id integer, p_received_at timestamptz, p_notify boolean,
  p_alert_key bigint[], p_starts_at timestamptz[], p_source_id text[], p_fingerprint text[],
  p_name text[], p_summary text[], p_status text[], p_ends_at timestamptz[], p_severity smallint[],
  p_service text[], p_team text[], p_environment text[], p_cluster text[],
  p_labels jsonb[], p_annotations json[], p_details json[], p_values json[], p_notification_key bigint[], p_content_hash bigint[]
) returns table (marks text, positions bigint[])
language plpgsql volatile as $$
declare
  v_keys bigint[];
  v_starts timestamptz[];
  v_marks text[];
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
    from (
      select unnest(p_alert_key) as alert_key, unnest(p_starts_at) as starts_at, unnest(p_source_id) as source_id, unnest(p_fingerprint) as fingerprint,
        unnest(p_name) as name, unnest(p_summary) as summary, unnest(p_status) as status, unnest(p_ends_at) as ends_at,
        unnest(p_severity) as severity, unnest(p_service) as service, unnest(p_team) as team, unnest(p_environment) as environment,
        unnest(p_cluster) as cluster, unnest(p_labels) as labels, unnest(p_annotations) as annotations, unnest(p_details) as details,
        unnest(p_notification_key) as notification_key, unnest(p_content_hash) as content_hash
    ) as i
    on conflict (org_id, alert_key, starts_at) do update set
      status = excluded.status,
      ends_at = case
        when excluded.status = 'firing' then a.ends_at
        when a.end_reason = 'resolved' then greatest(a.ends_at, excluded.ends_at)
        else excluded.ends_at end,
      end_reason = excluded.end_reason,
      -- All that is read of the newest delivery, so that what the log gives is what was delivered.
      name = excluded.name,
      severity = excluded.severity,
      service = excluded.service,
      team = excluded.team,
      environment = excluded.environment,
      cluster = excluded.cluster,
      summary = excluded.summary,
      labels = excluded.labels,
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
    returning a.alert_key, a.starts_at, left(a.last_change, 1) as mark
  )
  select array_agg(s.alert_key), array_agg(s.starts_at), array_agg(s.mark)
  into v_keys, v_starts, v_marks
  from stored as s;

  if v_keys is null then
    return query select repeat('-', cardinality(p_alert_key)), '{}'::bigint[];
    return;
  end if;

  -- Some were repeats: a mark for each that was given.
  if cardinality(v_keys) < cardinality(p_alert_key) then
    select array_agg(coalesce(s.mark, '-') order by i.place) into v_marks
    from unnest(p_alert_key, p_starts_at) with ordinality as i(alert_key, starts_at, place)
    left join unnest(v_keys, v_starts, v_marks) as s(alert_key, starts_at, mark)
      on s.alert_key = i.alert_key and s.starts_at = i.starts_at;
  end if;

  perform log_lock(p_org_id);

  with logged as (
    insert into alert_log (org_id, position, recorded_at, kind, alert_key, starts_at, ends_at, content)
    select p_org_id, nextval('log_positions'), p_received_at,
      case c.mark when 'o' then 'opened' when 'r' then 'resolved' else 'changed' end, c.alert_key, c.starts_at, c.ends_at,
      case
        when c.mark = 'c' then ('{"values":' || coalesce(c.vals::text, 'null') || ',"annotations":' || c.annotations::text || '}')::json
        when c.vals is not null then ('{"values":' || c.vals::text || '}')::json
      end
    from (
      select unnest(v_marks) as mark, unnest(p_alert_key) as alert_key, unnest(p_starts_at) as starts_at, unnest(p_ends_at) as ends_at,
        unnest(p_values) as vals, unnest(p_annotations) as annotations
    ) as c
    where c.mark <> '-'
    returning position
  )
  select array_agg(l.position) into positions from logged as l;

  -- One alert has one episode at a time: an episode with a newer one after it must have ended by
  -- then, though its resolve was lost or is late. Looked for only under the lock, where every
  -- earlier batch is visible.
  if (
    select count(*) from alerts as o where o.org_id = p_org_id and o.alert_key = any(v_keys)
  ) > (select count(distinct k.alert_key) from unnest(v_keys) as k(alert_key)) then
    perform supersede_alerts(p_org_id, p_received_at, v_keys, v_starts);
  end if;

  if p_notify then
    perform pg_notify('muster_alerts', p_org_id::text);
  end if;
  marks := array_to_string(v_marks, '');
  return next;
end
$$;

-- Down Migration

create or replace function ingest_alerts(
  p_org_id integer, p_received_at timestamptz, p_notify boolean,
  p_alert_key bigint[], p_starts_at timestamptz[], p_source_id text[], p_fingerprint text[],
  p_name text[], p_summary text[], p_status text[], p_ends_at timestamptz[], p_severity smallint[],
  p_service text[], p_team text[], p_environment text[], p_cluster text[],
  p_labels jsonb[], p_annotations json[], p_details json[], p_values json[], p_notification_key bigint[], p_content_hash bigint[]
) returns table (marks text, positions bigint[])
language plpgsql volatile as $$
declare
  v_keys bigint[];
  v_starts timestamptz[];
  v_marks text[];
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
      -- All that is read of the newest delivery, so that what the log gives is what was delivered.
      name = excluded.name,
      severity = excluded.severity,
      service = excluded.service,
      team = excluded.team,
      environment = excluded.environment,
      cluster = excluded.cluster,
      summary = excluded.summary,
      labels = excluded.labels,
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
    returning a.alert_key, a.starts_at, left(a.last_change, 1) as mark
  )
  select array_agg(s.alert_key), array_agg(s.starts_at), array_agg(s.mark)
  into v_keys, v_starts, v_marks
  from stored as s;

  if v_keys is null then
    return query select repeat('-', cardinality(p_alert_key)), '{}'::bigint[];
    return;
  end if;

  -- Some were repeats: a mark for each that was given.
  if cardinality(v_keys) < cardinality(p_alert_key) then
    select array_agg(coalesce(s.mark, '-') order by i.place) into v_marks
    from unnest(p_alert_key, p_starts_at) with ordinality as i(alert_key, starts_at, place)
    left join unnest(v_keys, v_starts, v_marks) as s(alert_key, starts_at, mark)
      on s.alert_key = i.alert_key and s.starts_at = i.starts_at;
  end if;

  perform log_lock(p_org_id);

  with logged as (
    insert into alert_log (org_id, position, recorded_at, kind, alert_key, starts_at, ends_at, content)
    select p_org_id, nextval('log_positions'), p_received_at,
      case c.mark when 'o' then 'opened' when 'r' then 'resolved' else 'changed' end, c.alert_key, c.starts_at, c.ends_at,
      case
        when c.mark = 'c' then ('{"values":' || coalesce(c.vals::text, 'null') || ',"annotations":' || c.annotations::text || '}')::json
        when c.vals is not null then ('{"values":' || c.vals::text || '}')::json
      end
    from unnest(v_marks, p_alert_key, p_starts_at, p_ends_at, p_values, p_annotations) as c(mark, alert_key, starts_at, ends_at, vals, annotations)
    where c.mark <> '-'
    returning position
  )
  select array_agg(l.position) into positions from logged as l;

  -- One alert has one episode at a time: an episode with a newer one after it must have ended by
  -- then, though its resolve was lost or is late. Looked for only under the lock, where every
  -- earlier batch is visible.
  if (
    select count(*) from alerts as o where o.org_id = p_org_id and o.alert_key = any(v_keys)
  ) > (select count(distinct k.alert_key) from unnest(v_keys) as k(alert_key)) then
    perform supersede_alerts(p_org_id, p_received_at, v_keys, v_starts);
  end if;

  if p_notify then
    perform pg_notify('muster_alerts', p_org_id::text);
  end if;
  marks := array_to_string(v_marks, '');
  return next;
end
$$;
