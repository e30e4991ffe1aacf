-- Up Migration

-- Alerts that joined or ended and have no event yet: told together, at most once a second (decision 0031). Zero when all is told.
alter table incidents
  add column untold_joined integer not null default 0,
  add column untold_ended integer not null default 0;

-- Down Migration
alter table incidents drop column untold_joined, drop column untold_ended;
