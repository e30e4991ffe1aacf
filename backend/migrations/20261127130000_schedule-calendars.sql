-- Up Migration

-- Calendars elsewhere that layers of schedules follow. What was read well last stands in the schedule itself.
create table schedule_calendars (
  org_id integer not null,
  schedule_id text not null,
  layer_id text not null,
  -- Sealed: whoever has it reads the calendar.
  address text not null,
  -- Its host, to be shown.
  host text not null,
  -- Who is meant by names of the calendar that tell nobody by themselves.
  people jsonb not null,
  -- What the server said of the copy that was read last; null: it is read whole.
  etag text,
  last_modified text,
  due_at timestamptz not null,
  read_at timestamptz not null,
  failed_at timestamptz,
  failure text,
  -- How many events could not be taken over as they are.
  left_out integer not null default 0,
  primary key (org_id, schedule_id, layer_id),
  foreign key (org_id, schedule_id) references schedules (org_id, id) on delete cascade
);
create index schedule_calendars_due on schedule_calendars (due_at);

-- Down Migration
drop table schedule_calendars;
