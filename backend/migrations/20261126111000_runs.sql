-- Up Migration

-- Runs of runbooks. `due_at` is when somebody has to look: now for what is to go on, later for what waits for a time or
-- is held by a replica (whose lease it is then), never for what waits to be woken.
create table runbook_runs (
  org_id integer not null,
  id bigint generated always as identity,
  runbook_id text not null,
  runbook_version integer not null,
  title text not null,
  -- The runbook as it was at the start: editing it never alters a run.
  document jsonb not null,
  state text not null check (state in ('queued', 'running', 'paused', 'undoing', 'succeeded', 'failed', 'cancelled', 'timed_out', 'undone', 'undo_failed')),
  waits_for text check (waits_for in ('approval', 'input', 'task', 'time', 'condition', 'agent', 'run', 'retry')),
  incident_number integer,
  inputs jsonb not null default '{}',
  panel jsonb,
  start text not null check (start in ('page', 'panel', 'api', 'trigger', 'suggestion', 'chat', 'runbook', 'drill')),
  started_by jsonb not null,
  user_key text,
  -- Of who started it: which secrets it may use.
  role text not null,
  reason text,
  -- An approval by this role comes before the first step.
  needs_approval text check (needs_approval in ('responder', 'commander', 'manager', 'admin')),
  lock_key text,
  limit_key text,
  limit_most integer,
  parent_id bigint,
  parent_path text,
  depth integer not null default 0,
  drill boolean not null default false,
  -- Why it is being taken back, or will end: the state that it ends in when there is nothing to take back.
  ending text check (ending in ('failed', 'cancelled', 'timed_out')),
  ends_undoing boolean not null default false,
  error text,
  steps_total integer not null default 0,
  steps_done integer not null default 0,
  deadline timestamptz not null,
  due_at timestamptz,
  lease_owner text,
  -- Moves with every change: who writes must have read the last one.
  rev integer not null default 1,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (org_id, id)
);
-- What waits without a time is not in it.
create index runbook_runs_due on runbook_runs (due_at) where due_at is not null;
create index runbook_runs_held on runbook_runs (lease_owner) where lease_owner is not null;
create index runbook_runs_of_runbook on runbook_runs (org_id, runbook_id, id);
create index runbook_runs_of_incident on runbook_runs (org_id, incident_number, id) where incident_number is not null;
create index runbook_runs_of_parent on runbook_runs (org_id, parent_id) where parent_id is not null;
create index runbook_runs_locks on runbook_runs (org_id, lock_key) where lock_key is not null and ended_at is null;
create index runbook_runs_limits on runbook_runs (org_id, limit_key) where limit_key is not null and ended_at is null;
create index runbook_runs_ended on runbook_runs (ended_at) where ended_at is not null;

-- Steps that have begun. `place` counts them in the order in which they ended, for taking them back.
create table runbook_run_steps (
  org_id integer not null,
  run_id bigint not null,
  path text not null,
  kind text not null,
  name text not null,
  state text not null,
  attempt integer not null default 0,
  failures integer not null default 0,
  waits_for text,
  waits_until timestamptz,
  look_at timestamptz,
  kept jsonb,
  question jsonb,
  text text not null default '',
  output jsonb,
  error text,
  attempts jsonb not null default '[]',
  stopping boolean not null default false,
  has_undo boolean not null default false,
  undo_text text,
  place integer,
  started_at timestamptz,
  ended_at timestamptz,
  ended_by jsonb,
  primary key (org_id, run_id, path)
);

-- What steps wrote while they ran, beside the row that is read with each turn.
create table runbook_step_output (
  org_id integer not null,
  run_id bigint not null,
  path text not null,
  attempt integer not null,
  seq integer not null,
  at timestamptz not null,
  stream text not null check (stream in ('out', 'err', 'note')),
  text text not null,
  primary key (org_id, run_id, path, attempt, seq)
);

-- What waiting steps are woken with. Written without touching the run, so that whoever wakes waits for nobody.
create table runbook_signals (
  org_id integer not null,
  id bigint generated always as identity,
  run_id bigint not null,
  path text not null,
  data jsonb not null,
  primary key (org_id, id)
);
create index runbook_signals_of_run on runbook_signals (org_id, run_id);

-- Writes the turns of several runs in one go: those that nobody else has moved meanwhile. Runs that end let go of their
-- locks. The log comes last. Gives the runs that were written.
create function write_run_turns(p_now timestamptz, p_runs jsonb, p_steps jsonb, p_events jsonb)
returns table (org_id integer, id bigint)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  v_moved jsonb;
  v_org integer;
  v_events jsonb;
begin
  with given as (
    select * from jsonb_to_recordset(p_runs) as g(
      org_id integer, id bigint, rev integer, owner text, state text, waits_for text, ending text, ends_undoing boolean, error text, incident_number integer,
      steps_total integer, steps_done integer, due_at timestamptz, lease_owner text, started_at timestamptz, ended_at timestamptz)
  ), moved as (
    update runbook_runs as r set
      rev = r.rev + 1, state = g.state, waits_for = g.waits_for, ending = g.ending, ends_undoing = g.ends_undoing, error = g.error, incident_number = g.incident_number,
      steps_total = g.steps_total, steps_done = g.steps_done, due_at = g.due_at, lease_owner = g.lease_owner, started_at = g.started_at, ended_at = g.ended_at
    from given as g
    where r.org_id = g.org_id and r.id = g.id and r.rev = g.rev and r.lease_owner is not distinct from g.owner
    returning r.org_id, r.id, r.lock_key, r.limit_key, r.ended_at, r.state, r.parent_id, r.parent_path
  )
  select coalesce(jsonb_agg(to_jsonb(m)), '[]') from moved as m into v_moved;

  insert into runbook_run_steps (
    org_id, run_id, path, kind, name, state, attempt, failures, waits_for, waits_until, look_at, kept, question, text, output, error, attempts, stopping,
    has_undo, undo_text, place, started_at, ended_at, ended_by)
  select s.org_id, s.run_id, s.path, s.kind, s.name, s.state, s.attempt, s.failures, s.waits_for, s.waits_until, s.look_at, s.kept, s.question, s.text, s.output, s.error,
    s.attempts, s.stopping, s.has_undo, s.undo_text, s.place, s.started_at, s.ended_at, s.ended_by
  from jsonb_to_recordset(p_steps) as s(
    org_id integer, run_id bigint, path text, kind text, name text, state text, attempt integer, failures integer, waits_for text, waits_until timestamptz,
    look_at timestamptz, kept jsonb, question jsonb, text text, output jsonb, error text, attempts jsonb, stopping boolean, has_undo boolean, undo_text text,
    place integer, started_at timestamptz, ended_at timestamptz, ended_by jsonb)
  where exists (select 1 from jsonb_to_recordset(v_moved) as m(org_id integer, id bigint) where m.org_id = s.org_id and m.id = s.run_id)
  on conflict (org_id, run_id, path) do update set
    kind = excluded.kind, name = excluded.name, state = excluded.state, attempt = excluded.attempt, failures = excluded.failures, waits_for = excluded.waits_for,
    waits_until = excluded.waits_until, look_at = excluded.look_at, kept = excluded.kept, question = excluded.question, text = excluded.text, output = excluded.output,
    error = excluded.error, attempts = excluded.attempts, stopping = excluded.stopping, has_undo = excluded.has_undo, undo_text = excluded.undo_text,
    place = excluded.place, started_at = excluded.started_at, ended_at = excluded.ended_at, ended_by = excluded.ended_by;

  -- A run that ends wakes the step that waits for it.
  insert into runbook_signals (org_id, run_id, path, data)
  select m.org_id, m.parent_id, m.parent_path, jsonb_build_object('run', m.id::text, 'state', m.state)
  from jsonb_to_recordset(v_moved) as m(org_id integer, id bigint, ended_at timestamptz, state text, parent_id bigint, parent_path text)
  where m.ended_at is not null and m.parent_id is not null;
  if found then
    perform pg_notify('muster_runs', m.org_id || ':' || m.parent_id)
    from jsonb_to_recordset(v_moved) as m(org_id integer, ended_at timestamptz, parent_id bigint) where m.ended_at is not null and m.parent_id is not null;
  end if;

  if exists (select 1 from jsonb_to_recordset(v_moved) as m(ended_at timestamptz, lock_key text, limit_key text) where m.ended_at is not null and coalesce(m.lock_key, m.limit_key) is not null) then
    update runbook_runs as r set due_at = p_now
    from jsonb_to_recordset(v_moved) as m(org_id integer, ended_at timestamptz, lock_key text, limit_key text)
    where m.ended_at is not null and r.org_id = m.org_id and r.state = 'queued' and (r.lock_key = m.lock_key or r.limit_key = m.limit_key);
    perform pg_notify('muster_runs', 'due');
  end if;

  for v_org in select distinct (m->>'org_id')::integer from jsonb_array_elements(v_moved) as m loop
    select jsonb_agg(e->'event' order by place) from jsonb_array_elements(p_events) with ordinality as list(e, place)
    where (e->>'org_id')::integer = v_org
      and exists (select 1 from jsonb_array_elements(v_moved) as m where (m->>'org_id')::integer = v_org and m->>'id' = e->>'run_id')
    into v_events;
    if v_events is not null then
      perform append_events(v_org, p_now, v_events);
    end if;
  end loop;

  return query select m.org_id, m.id from jsonb_to_recordset(v_moved) as m(org_id integer, id bigint);
end
$$;

-- Down Migration
drop function write_run_turns(timestamptz, jsonb, jsonb, jsonb);
drop table runbook_signals;
drop table runbook_step_output;
drop table runbook_run_steps;
drop table runbook_runs;
