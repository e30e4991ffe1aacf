-- Up Migration

-- The list of an incident's alerts reads newest first and, of the same start, by falling key: as one scan, not as a sort
-- of all alerts that began in the same moment.
create index incident_alerts_newest_idx on incident_alerts (org_id, incident_number, starts_at desc, alert_key desc);
drop index incident_alerts_incident_idx;

-- Down Migration

create index incident_alerts_incident_idx on incident_alerts (org_id, incident_number, starts_at desc, alert_key);
drop index incident_alerts_newest_idx;
