-- Up Migration

-- The contract's list of kinds is checked wherever a source is made; a check here would have to be
-- replaced with every new kind.
alter table sources drop constraint if exists sources_kind_check;

-- Down Migration
delete from sources where kind = 'change';
alter table sources add constraint sources_kind_check check (kind in ('grafana', 'alertmanager', 'generic'));
