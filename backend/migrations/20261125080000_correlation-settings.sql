-- Up Migration

-- Settings of correlation that were put into force, oldest first. Never changed, never deleted.
create table correlation_versions (
  org_id integer not null,
  version integer not null check (version > 0),
  settings jsonb not null,
  note text not null,
  activated_at timestamptz not null,
  -- {"kind","key","name"}
  activated_by jsonb not null,
  reverted_to integer,
  primary key (org_id, version)
);

-- What somebody works on, and a counter by which two who edit at once are told apart.
create table correlation_drafts (
  org_id integer primary key,
  version integer not null,
  settings jsonb,
  edited_at timestamptz,
  edited_by jsonb
);

-- Down Migration
drop table correlation_drafts;
drop table correlation_versions;
