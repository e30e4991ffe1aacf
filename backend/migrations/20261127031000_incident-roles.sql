-- Up Migration

-- Who plays which role in an incident. The commander stands in `incidents.commander_key`.
create table incident_roles (
  org_id integer not null,
  incident_number integer not null,
  role text not null check (role <> 'commander'),
  user_key text not null,
  since timestamptz not null,
  primary key (org_id, incident_number, role)
);
create index incident_roles_of_user on incident_roles (org_id, user_key);

-- A role that somebody is asked to take. There is one such question for a role at a time.
create table incident_role_offers (
  org_id integer not null,
  id bigint generated always as identity,
  incident_number integer not null,
  role text not null,
  -- Whoever has it; null: nobody.
  from_key text,
  to_key text not null,
  note text not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'declined', 'withdrawn')),
  offered_at timestamptz not null,
  offered_by jsonb not null,
  ended_at timestamptz,
  primary key (org_id, id)
);
create unique index incident_role_offers_open on incident_role_offers (org_id, incident_number, role) where state = 'open';
create index incident_role_offers_to on incident_role_offers (org_id, to_key) where state = 'open';

-- Who plays a role of an incident now; null: nobody.
create function incident_role_holder(org integer, number integer, role text) returns text language sql stable as $$
  select case when incident_role_holder.role = 'commander'
    then (select i.commander_key from incidents as i where i.org_id = org and i.number = incident_role_holder.number)
    else (select r.user_key from incident_roles as r where r.org_id = org and r.incident_number = incident_role_holder.number and r.role = incident_role_holder.role) end
$$;

-- Down Migration
drop function incident_role_holder(integer, integer, text);
drop table incident_role_offers;
drop table incident_roles;
