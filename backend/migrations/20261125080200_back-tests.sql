-- Up Migration

-- Drafts of the correlation settings, tried on the past.
create table back_tests (
  org_id integer not null,
  id text not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  period_from timestamptz not null,
  period_to timestamptz not null,
  base_version integer not null,
  draft jsonb not null,
  progress real not null default 0,
  requested_at timestamptz not null,
  -- {"kind","key","name"}
  requested_by jsonb not null,
  finished_at timestamptz,
  error text,
  report jsonb,
  primary key (org_id, id)
);
create index back_tests_requested_idx on back_tests (org_id, requested_at desc, id desc);
-- One at a time for an organisation: they cost what correlation costs.
create unique index back_tests_one_idx on back_tests (org_id) where state in ('queued', 'running');

-- Down Migration
drop table back_tests;
