-- Up Migration

-- Grows with every change of the catalogue; whoever keeps a snapshot compares it. Its row is the
-- lock under which an organisation's catalogue is written.
create table catalog_versions (
  org_id integer primary key,
  version bigint not null
);

create table catalog_services (
  org_id integer not null,
  name text not null,
  aliases text[] not null,
  tier text check (tier in ('edge', 'front', 'domain', 'data', 'platform')),
  kind text,
  namespace text,
  team text,
  business_service text,
  clusters text[] not null,
  regions text[] not null,
  description text not null,
  runbook_url text,
  dashboard_url text,
  user_count bigint,
  cost_per_minute double precision,
  origin text not null check (origin in ('manual', 'provisioned', 'imported')),
  updated_at timestamptz not null,
  version integer not null default 1,
  primary key (org_id, name)
);

-- Directed: `from_service` needs `to_service`.
create table catalog_dependencies (
  org_id integer not null,
  from_service text not null,
  to_service text not null,
  type text not null check (type in ('calls', 'runs-on', 'stores-in')),
  origin text not null check (origin in ('manual', 'provisioned', 'imported', 'learned')),
  primary key (org_id, from_service, to_service, type),
  foreign key (org_id, from_service) references catalog_services (org_id, name) on delete cascade,
  foreign key (org_id, to_service) references catalog_services (org_id, name) on delete cascade,
  check (from_service <> to_service)
);
create index catalog_dependencies_to_idx on catalog_dependencies (org_id, to_service);

create table catalog_business_services (
  org_id integer not null,
  name text not null,
  tier text not null check (tier in ('critical', 'important', 'standard')),
  slo double precision check (slo between 0 and 100),
  team text,
  description text not null,
  origin text not null check (origin in ('manual', 'provisioned')),
  version integer not null default 1,
  primary key (org_id, name)
);

-- Clusters, racks, hosts and instances: read and replaced as a whole, one document of each origin.
create table catalog_infrastructure (
  org_id integer not null,
  origin text not null check (origin in ('manual', 'provisioned')),
  document jsonb not null,
  version integer not null default 1,
  primary key (org_id, origin)
);

-- Dependencies that the alerts suggest. A rejected one stays, so that it is not proposed again.
create table catalog_proposals (
  org_id integer not null,
  id text not null,
  from_service text not null,
  to_service text not null,
  type text not null check (type in ('calls', 'runs-on', 'stores-in')),
  state text not null check (state in ('open', 'accepted', 'rejected')),
  evidence jsonb not null,
  proposed_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  primary key (org_id, id),
  unique (org_id, from_service, to_service)
);

-- Deploys and other changes. They share the numbering of the logs (decision 0003), so that alerts
-- and changes can be read in one order; a change has the position of its `change.recorded` event.
create table change_events (
  org_id integer not null,
  position bigint not null,
  -- Empty for one told through the API.
  source_id text not null,
  external_id text not null,
  kind text not null check (kind in ('deploy', 'config', 'schema', 'scaling', 'flag', 'infrastructure', 'other')),
  service text,
  clusters text[] not null,
  changed_at timestamptz not null,
  recorded_at timestamptz not null,
  title text not null,
  author text,
  link text,
  recorded_by jsonb not null,
  primary key (org_id, position),
  unique (org_id, source_id, external_id)
);
create index change_events_changed_at_idx on change_events (org_id, changed_at desc, position desc);

-- Records changes that are not known yet, in the given order, each with its event. Two deliveries
-- of one change meet at the log lock: the second finds it recorded. Gives all of them.
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

-- Down Migration
drop function record_changes(integer, text, timestamptz, jsonb, jsonb);
drop table change_events;
drop table catalog_proposals;
drop table catalog_infrastructure;
drop table catalog_business_services;
drop table catalog_dependencies;
drop table catalog_services;
drop table catalog_versions;
