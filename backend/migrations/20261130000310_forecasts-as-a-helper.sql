-- Up Migration

-- Forecasts of limits have a standing of their own, and can be in shadow.
alter table helper_modes drop constraint helper_modes_helper_check;
alter table helper_modes add constraint helper_modes_helper_check check (helper in ('prediction', 'forecast', 'diagnosis', 'recommendation'));
-- What the naive forecast gave for the three times that were said at first, each 0 to 1: what they are held against. Null: said before this was kept.
alter table breach_forecasts add column naive_chances double precision[];
-- What a look costs: together the looks take no more than a share of the time.
alter table breach_watches add column compute_ms double precision not null default 0;

-- Down Migration
alter table breach_watches drop column compute_ms;
alter table breach_forecasts drop column naive_chances;
delete from helper_modes where helper = 'forecast';
alter table helper_modes drop constraint helper_modes_helper_check;
alter table helper_modes add constraint helper_modes_helper_check check (helper in ('prediction', 'diagnosis', 'recommendation'));
