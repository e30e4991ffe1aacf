-- Up Migration

-- How an organisation's own Grafana is called: by a service account of that organisation.
create table grafana_connections (
  org_id integer primary key,
  -- Null: the address of the service's configuration.
  url text,
  -- Envelope of the key ring; the plain token is never stored.
  token_sealed text,
  version integer not null,
  -- Outcome of the newest test; null after each change.
  last_check jsonb
);

-- Down Migration

drop table grafana_connections;
