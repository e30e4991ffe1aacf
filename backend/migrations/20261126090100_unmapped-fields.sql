-- Up Migration

-- Beside severities and services: rules whose alerts name no team, environment or cluster.
alter table unmapped_values drop constraint unmapped_values_kind_check;
alter table unmapped_values add constraint unmapped_values_kind_check check (kind in ('severity', 'service', 'team', 'environment', 'cluster'));

-- Down Migration

delete from unmapped_values where kind in ('team', 'environment', 'cluster');
alter table unmapped_values drop constraint unmapped_values_kind_check;
alter table unmapped_values add constraint unmapped_values_kind_check check (kind in ('severity', 'service'));
