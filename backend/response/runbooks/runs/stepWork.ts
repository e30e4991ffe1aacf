/** Looks at one waiting step within a transaction of whoever answers or passes over it. */
import { isEndedRun, type RunbookDocument } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { conflictError } from '../../../platform/errors.ts';
import type { KindHandlers, Wake } from '../kinds/kind.ts';
import type { Placed, StepRow, Steps } from '../plan/model.ts';
import { settle } from '../plan/settle.ts';
import { placedLeaves } from '../plan/walk.ts';
import type { IncidentScopes, OpenSecrets } from '../ports.ts';
import { baseScope, documentOf, draftOf, maskResult, nextPlace, note } from './draft.ts';
import type { RunRecord } from './record.ts';
import { bind, openSecrets, type Bound, type RunSecrets } from './stepCall.ts';

export interface StepWorkDeps {
  readonly handlers: KindHandlers;
  readonly secrets: OpenSecrets;
  readonly incidents: IncidentScopes;
  readonly random: () => number;
}

export interface StepPlace {
  readonly run: RunRecord;
  readonly document: RunbookDocument;
  readonly steps: Steps;
  readonly now: Date;
  readonly path: string;
}

async function bound(deps: StepWorkDeps, tx: Transaction, { run, document, steps, now, path }: StepPlace): Promise<{ row: StepRow; placed: Placed; bound: Bound; secrets: RunSecrets }> {
  const { scope } = await deps.incidents.read(tx, run.orgId, run.incident);
  const placed = placedLeaves(documentOf(run, document).steps, steps, baseScope(run, scope)).find((leaf) => leaf.path === path);
  const row = steps.get(path);
  if (placed === undefined || row === undefined || isEndedRun(run.state)) throw conflictError('the step waits no more');
  const secrets = await openSecrets(tx, deps.secrets, run, document);
  return { row, placed, secrets, bound: bind(deps.handlers, { run, step: placed.step, path, scope: placed.scope, attempt: row.attempt, undoing: row.state === 'undoing', now, secrets }) };
}

/** Lets its kind look at it. Gives the rows to write and the events to append. */
export async function resumeStep(deps: StepWorkDeps, tx: Transaction, place: StepPlace, wake: Wake): Promise<{ readonly steps: readonly StepRow[]; readonly events: readonly NewEvent[] }> {
  const { row, placed, bound: { handler, call }, secrets } = await bound(deps, tx, place);
  if (handler.resume === undefined) throw conflictError('the step cannot be answered');
  const { result, events } = await handler.resume(tx, call, row.kept, wake);
  const draft = draftOf({ record: place.run, document: place.document, steps: place.steps });
  note(draft, settle(row, maskResult(result, secrets.masker), { step: placed.step, scope: placed.scope, now: place.now.getTime(), random: deps.random, place: nextPlace(draft) }));
  return { steps: [...draft.changed].flatMap((path) => draft.steps.get(path) ?? []), events: [...(events ?? []), ...draft.events] };
}

/** Gives up what it waits for. */
export async function stopStep(deps: StepWorkDeps, tx: Transaction, place: StepPlace): Promise<void> {
  const { row, bound: { handler, call } } = await bound(deps, tx, place);
  if (row.waitsFor !== 'retry') await handler.stop?.(tx, call, row.kept);
}
