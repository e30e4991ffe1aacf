/** Events of runs. Pure. */
import type { Actor, EventType, RunId } from '#contract';
import { SYSTEM_ACTOR, type NewEvent } from '../../../eventlog/index.ts';
import type { StepRow } from '../plan/model.ts';
import type { RunRecord } from './record.ts';

/** A run, as far as its events need it. */
export type Told = Pick<RunRecord, 'id' | 'runbook' | 'title' | 'incident'>;

/** As whom a run does things. */
export function runActor(run: { readonly id: RunId; readonly title: string }): Actor {
  return { ...SYSTEM_ACTOR, key: `run:${run.id}`, name: run.title };
}

/** An event of a run. */
export function runEvent(run: Told, type: Extract<EventType, `run.${string}`>, actor: Actor, data: Readonly<Record<string, unknown>> = {}): NewEvent {
  return { type, incident: run.incident, actor, data: { run: run.id, runbook: run.runbook, title: run.title, ...data } };
}

/** An event of one of its steps. */
export function stepEvent(run: Told, type: Extract<EventType, `run.${string}`>, actor: Actor, row: Pick<StepRow, 'path' | 'name' | 'kind'>, data: Readonly<Record<string, unknown>> = {}): NewEvent {
  return runEvent(run, type, actor, { step: row.path, stepName: row.name, stepKind: row.kind, ...data });
}
