-- Up Migration

-- What a provisioning file says is changed in the file: the page and the API leave it alone.
alter table sources add column provisioned boolean not null default false;
alter table mappings add column provisioned boolean not null default false;

-- Down Migration

alter table mappings drop column provisioned;
alter table sources drop column provisioned;
