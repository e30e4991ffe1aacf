-- Up Migration

-- How sure diagnosis was of its first suspect when somebody judged. Null: it suspected none, or that was before it was kept.
alter table incident_hypotheses add column engine_confidence double precision;

-- Down Migration
alter table incident_hypotheses drop column engine_confidence;
