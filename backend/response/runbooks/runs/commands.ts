/** What people do to runs. Each use case holds the run, decides, writes and appends its events. */
import { isEndedRun, type AnswerStepBody, type Role, type RunId } from '#contract';
import { appendEvents, type NewEvent } from '../../../eventlog/index.ts';
import type { Command } from '../../../incidents/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import { conflictError, inputError, notAllowedError, notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import type { AnswerSignal } from '../kinds/approval.ts';
import type { KindHandlers } from '../kinds/kind.ts';
import type { StepRow, Steps } from '../plan/model.ts';
import { toUndo } from '../plan/plan.ts';
import { skipped } from '../plan/settle.ts';
import { requestEnd } from './ending.ts';
import { runEvent, stepEvent } from './events.ts';
import { mayBeSeen, startersOf } from './readStore.ts';
import { toDocument, type RunRecord } from './record.ts';
import { commandsOf, faultOfValues, mayRetry, maySkip, whyNot, type RunCommand } from './rules.ts';
import { keyOf, lockRun, notifyRun, readDocument, readSteps, writeTurns } from './runStore.ts';
import { resumeStep, stopStep, type StepWorkDeps } from './stepWork.ts';

/** A command with the role of who gives it. */
export interface RunCommandBy extends Command {
  readonly role: Role;
}

export interface RunCommands {
  pause(command: RunCommandBy, id: RunId, reason: string): Promise<void>;
  resume(command: RunCommandBy, id: RunId, reason: string): Promise<void>;
  cancel(command: RunCommandBy, id: RunId, reason: string, undo: boolean): Promise<void>;
  undo(command: RunCommandBy, id: RunId, reason: string): Promise<void>;
  answer(command: RunCommandBy, id: RunId, body: AnswerStepBody): Promise<void>;
  retry(command: RunCommandBy, id: RunId, step: string, reason: string): Promise<void>;
  skip(command: RunCommandBy, id: RunId, step: string, reason: string): Promise<void>;
}

export interface RunCommandsDeps extends StepWorkDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly handlers: KindHandlers;
}

interface Held {
  readonly run: RunRecord;
  readonly steps: Steps;
  readonly now: Date;
}

interface Change {
  readonly after: Partial<RunRecord>;
  readonly steps?: readonly StepRow[];
  readonly events: readonly NewEvent[];
}

function reasonOf(reason: string): string | null {
  return reason === '' ? null : reason;
}

/** Makes them. */
export function createRunCommands(deps: RunCommandsDeps): RunCommands {
  const { db, clock } = deps;

  /** Null: there is nothing to do, since it is so already. */
  async function change(command: RunCommandBy, id: RunId, decide: (tx: Transaction, held: Held) => Promise<Change | null>): Promise<void> {
    await db.transaction(async (tx) => {
      const run = await hold(tx, command, id);
      const steps = (await readSteps(tx, [run])).get(keyOf(run)) ?? new Map();
      const now = clock.now();
      const made = await decide(tx, { run, steps, now });
      if (made === null) return;
      const due = run.leaseOwner === null ? now.getTime() : run.dueAt;
      await writeTurns(tx, now, [{ before: run, after: { ...run, dueAt: due, ...made.after }, steps: made.steps ?? [], events: [] }]);
      await notifyRun(tx, keyOf(run));
      await appendEvents(tx, command.orgId, now, made.events);
    });
  }

  async function hold(tx: Transaction, command: RunCommandBy, id: RunId): Promise<RunRecord> {
    const run = (await mayBeSeen(tx, command.orgId, command.viewer, id)) ? await lockRun(tx, command.orgId, id) : null;
    if (run === null) throw notFoundError('there is no such run');
    if (command.ifMatch !== null && command.ifMatch !== run.rev) {
      throw versionMismatchError('the run went on since you looked; look again and repeat what still makes sense', { extra: { currentVersion: run.rev } });
    }
    return run;
  }

  function refuse(run: RunRecord, steps: Steps, what: string): never {
    const possible = commandsOf(run, steps);
    throw conflictError(`run ${run.id} is ${run.ending !== null && !isEndedRun(run.state) ? 'ending' : run.state.replace('_', ' ')} and cannot be ${what}; ${possible.length === 0 ? 'nothing can be done to it now' : `possible: ${possible.join(', ')}`}`, {
      extra: { state: run.state, possible },
    });
  }

  function check(command: RunCommand, { run, steps }: Held, what: string): void {
    if (!commandsOf(run, steps).includes(command)) refuse(run, steps, what);
  }

  function stepOf(steps: Steps, path: string): StepRow {
    const row = steps.get(path);
    if (row === undefined) throw notFoundError(`the run has no step "${path}", or it has not begun`);
    return row;
  }

  /** Steps that hold the given one and failed with it are open again. */
  function reopened(steps: Steps, path: string): StepRow[] {
    return [...steps.values()]
      .filter((row) => row.state === 'failed' && (path.startsWith(`${row.path}/`) || path.startsWith(`${row.path}[`)))
      .map((row) => ({ ...row, state: 'running', error: null, endedAt: null }));
  }

  function goesOn(run: RunRecord): Partial<RunRecord> {
    return { state: isEndedRun(run.state) ? 'running' : run.state, ending: null, endsUndoing: false, error: null, endedAt: null };
  }

  return {
    pause: (command, id, reason) => change(command, id, async (_tx, held) => {
      if (held.run.state === 'paused') return null;
      check('pause', held, 'paused');
      return { after: { state: 'paused' }, events: [runEvent(held.run, 'run.paused', command.actor, { reason: reasonOf(reason) })] };
    }),

    resume: (command, id, reason) => change(command, id, async (_tx, held) => {
      if (held.run.state === 'running' && held.run.ending === null) return null;
      check('resume', held, 'resumed');
      return { after: { state: 'running' }, events: [runEvent(held.run, 'run.resumed', command.actor, { reason: reasonOf(reason) })] };
    }),

    async cancel(command, id, reason, undo) {
      await db.transaction(async (tx) => {
        const run = await hold(tx, command, id);
        if (run.ending === 'cancelled') return;
        const steps = (await readSteps(tx, [run])).get(keyOf(run)) ?? new Map();
        if (!commandsOf(run, steps).includes('cancel')) refuse(run, steps, 'cancelled');
        await appendEvents(tx, command.orgId, clock.now(), await requestEnd(tx, run, { undo, now: clock.now(), by: command.actor, reason }));
      });
    },

    undo: (command, id, reason) => change(command, id, async (_tx, held) => {
      if (held.run.state === 'undoing' || held.run.state === 'undone') return null;
      check('undo', held, 'taken back');
      return {
        after: { state: 'undoing', ending: held.run.ending ?? 'cancelled', endsUndoing: true, endedAt: null },
        events: [runEvent(held.run, 'run.cancelled', command.actor, { reason: reasonOf(reason), undo: true, steps: toUndo(held.steps).map(({ name }) => name) })],
      };
    }),

    answer: (command, id, body) => change(command, id, async (tx, { run, steps, now }) => {
      const row = stepOf(steps, body.step);
      const { question } = row;
      if (question === null || isEndedRun(run.state)) throw conflictError(`“${row.name}” asks nothing now; it is ${row.state}`, { extra: { state: row.state, possible: commandsOf(run, steps) } });
      if (run.state === 'paused') throw conflictError('the run is paused; resume it first', { extra: { state: run.state, possible: commandsOf(run, steps) } });
      const isFitting = question.kind === 'approval' ? body.answer !== 'done' : body.answer !== 'approve';
      if (!isFitting) throw inputError(`“${row.name}” is answered otherwise`, [{ field: 'body.answer', message: question.kind === 'approval' ? 'must be approve or reject' : 'must be done or reject' }]);
      const why = whyNot(question, command, await startersOf(tx, run));
      if (why !== null) throw notAllowedError(why, { extra: { step: body.step } });
      if (question.kind === 'input' && body.answer === 'done') {
        const fault = faultOfValues(question.ask, body.values);
        if (fault !== null) throw inputError(`the answer “${fault.name}” ${fault.message}`, [{ field: `body.values.${fault.name}`, message: fault.message }]);
      }
      const signal: AnswerSignal = { answer: body.answer, by: command.actor, comment: body.comment, values: body.values };
      const document = toDocument(await readDocument(tx, run.orgId, run.id));
      const worked = await resumeStep(deps, tx, { run, document, steps, now, path: body.step }, { by: 'signal', data: signal });
      return {
        after: {}, steps: worked.steps.map((step) => (step.path === body.step && step.endedAt !== null ? { ...step, endedBy: command.actor } : step)),
        events: [stepEvent(run, 'run.answered', command.actor, row, { answer: body.answer, reason: reasonOf(body.comment) }), ...worked.events],
      };
    }),

    retry: (command, id, path, reason) => change(command, id, async (_tx, { run, steps }) => {
      const row = stepOf(steps, path);
      if (!mayRetry(run, row)) throw conflictError(`“${row.name}” is ${row.state} and cannot be tried again now`, { extra: { state: row.state, possible: commandsOf(run, steps) } });
      return {
        after: goesOn(run),
        steps: [{ ...row, state: 'pending', failures: 0, error: null, endedAt: null }, ...reopened(steps, path)],
        events: [stepEvent(run, 'run.step_retried', command.actor, row, { reason: reasonOf(reason) })],
      };
    }),

    skip: (command, id, path, reason) => change(command, id, async (tx, { run, steps, now }) => {
      const row = stepOf(steps, path);
      if (row.state === 'skipped') return null;
      if (!maySkip(run, row)) throw conflictError(`“${row.name}” is ${row.state} and cannot be passed over now`, { extra: { state: row.state, possible: commandsOf(run, steps) } });
      if (row.question?.kind === 'approval') throw notAllowedError('an approval is answered, not passed over');
      if (row.state === 'waiting') await stopStep(deps, tx, { run, document: toDocument(await readDocument(tx, run.orgId, run.id)), steps, now, path });
      return {
        after: goesOn(run), steps: [skipped(row, command.actor, reason, now.getTime()), ...reopened(steps, path)],
        events: [stepEvent(run, 'run.step_skipped', command.actor, row, { reason: reasonOf(reason) })],
      };
    }),
  };
}
