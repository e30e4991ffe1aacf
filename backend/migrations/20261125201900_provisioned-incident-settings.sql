-- Up Migration

-- A file says what it is; page and API leave it alone.
alter table incident_settings add column provisioned boolean not null default false;

-- Down Migration
alter table incident_settings drop column provisioned;
