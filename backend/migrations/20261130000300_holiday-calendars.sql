-- Up Migration

-- Calendars elsewhere whose days are holidays of detectors; each is read once for all detectors that name it.
create table holiday_calendars (
  org_id integer not null,
  address text not null,
  -- Days such as 2026-12-25, as they were read well last.
  days text[] not null default '{}',
  -- When somebody is to read it. Whoever takes it moves this on, so that others pass it over.
  due_at timestamptz not null,
  -- Null: never yet.
  read_at timestamptz,
  -- Since when it cannot be read, and why; null: it can.
  failed_since timestamptz,
  failure text,
  primary key (org_id, address)
);
create index holiday_calendars_due on holiday_calendars (due_at);

-- Down Migration
drop table holiday_calendars;
