-- Up Migration

-- Whether what a helper says is shown and acted on. No row: live, and nobody ever changed it.
create table helper_modes (
  org_id integer not null,
  helper text not null check (helper in ('detection', 'prediction', 'diagnosis', 'recommendation')),
  mode text not null check (mode in ('live', 'shadow')),
  since timestamptz not null,
  reason text not null,
  -- {"kind","key","name"}
  changed_by jsonb not null,
  -- Detectors that alerted when detection went to shadow: they alert again when it is put back.
  detectors bigint[] not null default '{}',
  version integer not null default 1,
  primary key (org_id, helper)
);

-- Said while prediction was in shadow: kept for its accuracy, not shown and not acted on.
alter table predictions add column shadow boolean not null default false;

-- Down Migration
alter table predictions drop column shadow;
drop table helper_modes;
