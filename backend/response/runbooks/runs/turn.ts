/** One turn of a run: results are noted, the plan is asked, and what needs no call is carried out. */
import type { LeafStep } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import { isRetryableDatabaseError, sqlState, type Queryable, type Transaction } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Applied, KindHandlers, Scope, StepResult, Wake } from '../kinds/kind.ts';
import { isRunning, isWaiting, type Begin, type Placed, type StepRow } from '../plan/model.ts';
import { plan } from '../plan/plan.ts';
import { placedLeaves } from '../plan/walk.ts';
import { begun, settle, stopped } from '../plan/settle.ts';
import type { IncidentScopes, OpenSecrets } from '../ports.ts';
import { adopt, baseScope, documentOf, draftOf, factsOf, maskResult, nextPlace, note, put, type Draft } from './draft.ts';
import { runActor, stepEvent } from './events.ts';
import type { LoadedRun } from './record.ts';
import type { Signal } from './runStore.ts';
import { bind, openSecrets, type Bound, type RunSecrets } from './stepCall.ts';

/** A try that ended outside. */
export interface Outcome {
  readonly path: string;
  readonly attempt: number;
  readonly result: StepResult;
  readonly outputBytes: number;
  readonly truncated: boolean;
}

/** A try to be made once the turn is written. */
export interface Outward extends Bound {
  readonly path: string;
  readonly attempt: number;
  readonly step: LeafStep;
  /** When it has to be done. */
  readonly limit: number | null;
  readonly secrets: RunSecrets;
}

export interface Turn {
  readonly draft: Draft;
  readonly calls: readonly Outward[];
  /** Calls to break off. */
  readonly abort: readonly string[];
  readonly lookAt: number | null;
}

export interface TurnDeps {
  readonly handlers: KindHandlers;
  readonly secrets: OpenSecrets;
  readonly incidents: IncidentScopes;
  readonly logger: Logger;
  readonly random: () => number;
}

export interface TurnInput {
  readonly loaded: LoadedRun;
  readonly outcomes: readonly Outcome[];
  readonly signals: readonly Signal[];
  readonly inFlight: ReadonlySet<string>;
  readonly now: Date;
}

/** Rounds within one turn; what is left goes on in the next. */
const MAX_ROUNDS = 40;

/** Takes a turn. Null: it needs a transaction and was given none; nothing was done then. */
export async function takeTurn(deps: TurnDeps, q: Queryable, tx: Transaction | null, input: TurnInput): Promise<Turn | null> {
  const { now } = input;
  const nowMs = now.getTime();
  const draft = draftOf(input.loaded);
  const calls: Outward[] = [];
  const abort: string[] = [];
  let secrets: RunSecrets | null = null;
  const opened = async (): Promise<RunSecrets> => (secrets ??= await openSecrets(tx ?? q, deps.secrets, draft.run, draft.document));
  let base = await readScope();

  async function readScope(): Promise<Scope> {
    const { scope, number } = await deps.incidents.read(tx ?? q, draft.run.orgId, draft.run.incident);
    if (number !== null && number !== draft.run.incident) draft.run = { ...draft.run, incident: number };
    return baseScope(draft.run, scope);
  }

  function leaves(): Placed[] {
    return placedLeaves(documentOf(draft.run, draft.document).steps, draft.steps, base);
  }

  async function settled(row: StepRow, { step, scope }: Pick<Placed, 'step' | 'scope'>, result: StepResult, more: Partial<StepRow> = {}): Promise<void> {
    const masked = maskResult(result, await maskerOf());
    note(draft, settle({ ...row, ...more }, masked, { step, scope, now: nowMs, random: deps.random, place: nextPlace(draft) }));
    // A run without an incident that declared one goes on for it.
    if (result.kind === 'done' && row.kind === 'declare' && draft.run.incident === null) {
      const number = typeof result.output === 'object' && result.output !== null && !Array.isArray(result.output) ? result.output['number'] : null;
      if (typeof number === 'number') draft.run = { ...draft.run, incident: number };
    }
  }

  async function maskerOf(): Promise<RunSecrets['masker']> {
    try {
      return (await opened()).masker;
    } catch {
      // A secret that may no longer be had: what it was is not known, so nothing is shown.
      return { mask: () => '(hidden: the secrets of the runbook cannot be opened)', stream: () => ({ push: () => '', end: () => '' }) };
    }
  }

  /** Within a savepoint: a kind that fails takes nothing of the turn with it. */
  async function within(work: (tx: Transaction) => Promise<Applied>): Promise<{ result: StepResult; events: readonly NewEvent[] }> {
    if (tx === null) throw new Error('a step that works on Muster needs a transaction');
    await tx.query('savepoint step');
    try {
      const { result, events } = await work(tx);
      await tx.query('release savepoint step');
      return { result, events: events ?? [] };
    } catch (error) {
      if (isRetryableDatabaseError(error)) throw error;
      await tx.query('rollback to savepoint step');
      if (sqlState(error) !== null) deps.logger.warn({ err: error, run: draft.run.id }, 'a step of a run failed in the database');
      return { result: { kind: 'failed', error: error instanceof Error ? error.message : String(error), retryable: false }, events: [] };
    }
  }

  async function start(begin: Begin): Promise<boolean> {
    const before = draft.steps.get(begin.path);
    const attempt = (before?.attempt ?? 0) + 1;
    let bound: Bound;
    try {
      bound = bind(deps.handlers, { run: draft.run, step: begin.step, path: begin.path, scope: begin.scope, attempt, undoing: begin.undoing, now, secrets: await opened() });
    } catch (error) {
      const row = begun(before, begin, nowMs, before?.text ?? '');
      await settled(row, begin, { kind: 'failed', error: error instanceof Error ? error.message : String(error), retryable: false });
      return true;
    }
    const row = begun(before, begin, nowMs, bound.text);
    if ('run' in bound.handler) {
      put(draft, row);
      calls.push({ ...bound, path: begin.path, attempt, step: begin.step, limit: row.waitsUntil, secrets: await opened() });
      return true;
    }
    const { handler, call } = bound;
    if (tx === null) return false;
    const { result, events } = await within((inner) => handler.apply(inner, call));
    draft.events.push(...events);
    await settled(row, begin, result);
    return true;
  }

  async function resume(placed: Placed, wake: Wake): Promise<boolean> {
    const row = draft.steps.get(placed.path);
    if (row === undefined || !isWaiting(row) || row.waitsFor === 'retry') return true;
    if (tx === null) return false;
    const { handler, call } = bind(deps.handlers, { ...callOf(row, placed), secrets: await opened() });
    if (handler.resume === undefined) {
      await settled(row, placed, { kind: 'failed', error: 'it waits, and nothing says for what', retryable: false });
      return true;
    }
    const ask = handler.resume.bind(handler);
    const { result, events } = await within((inner) => ask(inner, call, row.kept, wake));
    draft.events.push(...events);
    await settled(row, placed, result);
    return true;
  }

  function callOf(row: StepRow, placed: Placed): Omit<Parameters<typeof bind>[1], 'secrets'> {
    return { run: draft.run, step: placed.step, path: placed.path, scope: placed.scope, attempt: row.attempt, undoing: row.state === 'undoing', now };
  }

  async function giveUp(placed: Placed, late: boolean): Promise<boolean> {
    const row = draft.steps.get(placed.path);
    if (row === undefined || row.endedAt !== null) return true;
    if (isRunning(row)) {
      if (input.inFlight.has(placed.path)) {
        abort.push(placed.path);
        put(draft, { ...row, stopping: true });
      } else put(draft, stopped(row, 'ended', late, nowMs));
      return true;
    }
    if (tx === null) return false;
    let how: 'ended' | 'open' = 'ended';
    if (row.waitsFor !== 'retry') {
      try {
        const { handler, call } = bind(deps.handlers, { ...callOf(row, placed), secrets: await opened() });
        if (handler.stop !== undefined) how = await handler.stop(tx, call, row.kept);
      } catch (error) {
        if (sqlState(error) !== null) throw error;
        deps.logger.warn({ err: error, run: draft.run.id }, 'a step of a run could not be given up in order');
      }
    }
    // Where its time is up, the run does not wait for the end outside.
    const next = stopped(row, late ? 'ended' : how, late, nowMs);
    put(draft, next);
    if (late) draft.events.push(stepEvent(draft.run, 'run.step_failed', runActor(draft.run), next, { error: next.error }));
    return true;
  }

  for (const outcome of input.outcomes) {
    const row = draft.steps.get(outcome.path);
    const placed = leaves().find((leaf) => leaf.path === outcome.path);
    if (row === undefined || placed === undefined || !isRunning(row) || row.attempt !== outcome.attempt) continue;
    const attempts = row.attempts.map((one) => (one.attempt === outcome.attempt ? { ...one, outputBytes: outcome.outputBytes, truncated: outcome.truncated } : one));
    await settled(row, placed, outcome.result, { attempts });
    if (row.kind === 'declare') base = await readScope();
  }
  if (input.signals.length > 0) {
    if (tx === null) return null;
    for (const signal of input.signals) {
      draft.heard.push(signal.id);
      const placed = leaves().find((leaf) => leaf.path === signal.path);
      if (placed !== undefined) await resume(placed, { by: 'signal', data: signal.data });
    }
  }

  let lookAt: number | null = nowMs;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const busy = new Set([...input.inFlight].filter((path) => !input.outcomes.some((outcome) => outcome.path === path)));
    for (const call of calls) busy.add(call.path);
    const next = plan(factsOf(draft, base), { now: nowMs, inFlight: busy });
    adopt(draft, next, nowMs);
    lookAt = next.lookAt;
    if (next.begin.length === 0 && next.look.length === 0 && next.stop.length === 0) break;
    for (const one of next.stop) if (!(await giveUp(one, one.late))) return null;
    for (const one of next.look) if (!(await resume(one, { by: 'time' }))) return null;
    for (const one of next.begin) if (!(await start(one))) return null;
    lookAt = nowMs;
    // What changed Muster is seen by the steps after it.
    if (tx !== null) base = await readScope();
  }
  return { draft, calls, abort, lookAt };
}
