-- Up Migration

-- What metrics tell of the causes of an incident: the answer, and when it is to be looked at again.
create table incident_diagnoses (
  org_id integer not null,
  incident_number integer not null,
  -- When somebody is to look; whoever takes it moves it on. Null: nobody, until it is asked for.
  due_at timestamptz,
  -- When it was looked at last, what came of it, and how long that took.
  made_at timestamptz,
  result jsonb,
  took_ms double precision,
  primary key (org_id, incident_number)
);
create index incident_diagnoses_due on incident_diagnoses (org_id, due_at) where due_at is not null;

-- Down Migration
drop table incident_diagnoses;
