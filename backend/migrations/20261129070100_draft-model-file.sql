-- Up Migration

-- `model.yaml` says these settings, and it alone changes them.
alter table draft_models add column provisioned boolean not null default false;

-- Down Migration
alter table draft_models drop column provisioned;
