-- Up Migration
alter table detectors add column cut_steps integer not null default 0, add column cut_at timestamptz;
comment on column detectors.cut_steps is 'Steps since it learned of which more lines came than are read.';

-- Down Migration
alter table detectors drop column cut_at, drop column cut_steps;
