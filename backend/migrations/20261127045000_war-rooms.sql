-- Up Migration

-- Conversations in chats that belong to one incident, one a channel.
create table war_rooms (
  org_id integer not null,
  incident_number integer not null,
  -- The channel (as set up in Muster) whose bot opened it.
  channel text not null,
  -- As the chat calls it.
  conversation text not null,
  name text not null,
  url text not null,
  meeting_url text,
  opened_at timestamptz not null,
  opened_by text not null,
  primary key (org_id, incident_number, channel)
);
create unique index war_rooms_conversation on war_rooms (org_id, channel, conversation);

-- Down Migration

drop table war_rooms;
