-- Up Migration

-- Which run of a back-test is under way: a process that lost touch with the database may still work on an earlier one.
alter table back_tests add column run integer not null default 0;

-- Down Migration
alter table back_tests drop column run;
