-- Up Migration

-- Whom an alert that waits is about: as a symptom it adds its service to the impact of its incident.
alter table held_back_alerts add column service text;
update held_back_alerts as h set service = a.service from alerts as a
where h.outcome = 'waiting' and a.org_id = h.org_id and a.alert_key = h.alert_key and a.starts_at = h.starts_at;

-- Down Migration
alter table held_back_alerts drop column service;
