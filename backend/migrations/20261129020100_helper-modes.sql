-- Up Migration

-- Whether what a helper says is shown and acted on. No row: live, and nobody ever changed it.
create table helper_modes (
  org_id integer not null,
  helper text not null check (helper in ('prediction', 'diagnosis', 'recommendation')),
  mode text not null check (mode in ('live', 'shadow')),
  since timestamptz not null,
  reason text not null,
  -- {"kind","key","name"}
  changed_by jsonb not null,
  version integer not null default 1,
  primary key (org_id, helper)
);

-- Said while prediction was in shadow: kept for its accuracy, not shown and not acted on.
alter table predictions add column shadow boolean not null default false;

-- Why a detector put itself to shadow. Null: it did not, or somebody let it alert since.
alter table detectors add column self_shadow_reason text;

-- Down Migration
alter table detectors drop column self_shadow_reason;
alter table predictions drop column shadow;
drop table helper_modes;
