-- Up Migration
alter table detectors add column provisioned_as text;
comment on column detectors.provisioned_as is 'What detectors.yaml calls it; null: it was made on the page.';
create unique index detectors_provisioned on detectors (org_id, provisioned_as) where provisioned_as is not null;
create index detector_findings_ended on detector_findings (ends_at) where ends_at is not null;

-- Down Migration
drop index detector_findings_ended;
drop index detectors_provisioned;
alter table detectors drop column provisioned_as;
