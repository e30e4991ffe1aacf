-- Up Migration

-- Incidents that only their members see. No row: everybody of the organisation does.
create table private_incidents (
  org_id integer not null,
  incident_number integer not null,
  -- Keys of the people who may see it, as in `users`.
  members text[] not null,
  made_at timestamptz not null,
  -- {"kind","key","name"}
  made_by jsonb not null,
  reason text not null,
  primary key (org_id, incident_number)
);

-- Sees private incidents without being a member.
alter table api_tokens add column sees_private boolean not null default false;

-- Down Migration
alter table api_tokens drop column sees_private;
drop table private_incidents;
