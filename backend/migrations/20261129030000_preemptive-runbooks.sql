-- Up Migration
-- Runbooks that wait for warnings: which warning a trigger matched, of what, and with which inputs it is started.
alter table trigger_records
  add column warning_kind text check (warning_kind in ('prediction', 'forecast')),
  add column warning_id bigint,
  -- The service, detector or series that it is about, for the cooldown.
  add column subject text,
  add column inputs jsonb not null default '{}',
  add check ((warning_kind is null) = (warning_id is null));
create index trigger_records_of_warning on trigger_records (org_id, warning_kind, warning_id) where warning_id is not null;
create index trigger_records_of_subject on trigger_records (org_id, runbook, subject, at) where subject is not null;

-- Down Migration
drop index trigger_records_of_subject;
drop index trigger_records_of_warning;
alter table trigger_records drop column inputs, drop column subject, drop column warning_id, drop column warning_kind;
