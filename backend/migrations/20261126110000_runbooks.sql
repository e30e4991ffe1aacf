-- Up Migration

-- Runbooks with their drafts. What is published stands in `runbook_versions`, which never change.
create table runbooks (
  org_id integer not null,
  id text not null,
  -- 'built_in' comes with Muster, 'file' is followed from a provisioning file, 'page' is people's.
  origin text not null check (origin in ('built_in', 'file', 'page')),
  -- The file that it is followed from.
  file text,
  live_version integer,
  retired_at timestamptz,
  -- Of the live text, else of the draft; what lists are made of.
  title text not null,
  description text not null default '',
  owner text,
  tags text[] not null default '{}',
  services text[] not null default '{}',
  steps integer not null default 0,
  automation text not null default 'suggest' check (automation in ('suggest', 'approve', 'run')),
  draft_source text,
  draft_by jsonb,
  draft_at timestamptz,
  -- Keys of all who wrote at the draft: none of them is the second person.
  draft_authors text[] not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1,
  primary key (org_id, id),
  check ((draft_source is null) = (draft_by is null)),
  check ((draft_source is null) = (draft_at is null))
);
create index runbooks_by_title on runbooks (org_id, lower(title), id);
create index runbooks_live on runbooks (org_id, id) where live_version is not null and retired_at is null;

create table runbook_versions (
  org_id integer not null,
  runbook_id text not null,
  version integer not null check (version > 0),
  source text not null,
  -- The text as it was read, so that a run needs not read it again.
  document jsonb not null,
  published_at timestamptz not null,
  published_by jsonb not null,
  drafted_by jsonb not null,
  note text not null default '',
  primary key (org_id, runbook_id, version),
  foreign key (org_id, runbook_id) references runbooks (org_id, id)
);

-- A run keeps to its version: nobody may change what it says.
create function refuse_change_of_version() returns trigger language plpgsql as $$
begin
  raise exception 'versions of runbooks never change';
end
$$;
create trigger runbook_versions_never_change before update on runbook_versions for each row execute function refuse_change_of_version();

-- Down Migration
drop table runbook_versions;
drop function refuse_change_of_version();
drop table runbooks;
