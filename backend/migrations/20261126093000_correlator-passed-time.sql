-- Up Migration

-- The time that the strategy was told when it last decided something by time alone: a window that is made anew is told it, too.
alter table correlator_cursors add column passed_at timestamptz;

-- Down Migration
alter table correlator_cursors drop column passed_at;
