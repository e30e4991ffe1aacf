/** Runs over HTTP: connects the contract with starts, commands and what is read. */
import { incidentKey, jsonValue, triggerEvent, type Run, type RunbookId, type RunId, type StartRunBody } from '#contract';
import { viewerOf } from '../../../access/index.ts';
import { commandOf, findIncidentScope } from '../../../incidents/index.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import { conflictError, inputError, notFoundError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import type { Caller, Handlers, RequestContext } from '../../../platform/http/route.ts';
import { noteStarted, takeSuggested, type SuggestedStart } from '../automation/attachedStore.ts';
import { occasionWords } from '../automation/occasion.ts';
import type { BasisOf } from '../ports.ts';
import type { RunCommandBy, RunCommands } from './commands.ts';
import { findSeenRun, isRunId, listSeenRuns, readOutput, startersOf } from './readStore.ts';
import { keyOf, readSteps } from './runStore.ts';
import type { RunStarter } from './startRun.ts';
import { runId } from '#contract';
import { toRun, toSummary } from './view.ts';

export type RunOperation = 'startRun' | 'listRuns' | 'getRun' | 'pauseRun' | 'resumeRun' | 'cancelRun' | 'undoRun' | 'answerStep' | 'retryStep' | 'skipStep' | 'getStepOutput';

/** Pieces of output in one answer. */
const MAX_PIECES = 500;

function byOf(context: RequestContext): RunCommandBy {
  return { ...commandOf(context), role: context.caller.role };
}

export interface RunHandlerDeps {
  readonly db: Database;
  readonly starter: RunStarter;
  readonly commands: RunCommands;
  readonly basisOf: BasisOf;
}

/** Makes the handlers. */
export function createRunHandlers({ db, starter, commands, basisOf }: RunHandlerDeps): Handlers<RunOperation> {
  async function read(caller: Caller, id: RunId): Promise<Run> {
    const run = await findSeenRun(db, caller.orgId, viewerOf(caller), id);
    if (run === null) throw notFoundError('there is no such run');
    const steps = (await readSteps(db, [run])).get(keyOf(run)) ?? new Map();
    return toRun(run, steps, { actor: caller.actor, userKey: caller.userKey, role: caller.role }, await startersOf(db, run));
  }

  async function done(context: RequestContext, id: RunId, work: Promise<void>): Promise<Run> {
    await work;
    return read(context.caller, id);
  }

  /** What a trigger suggested, if the start is of that: it is started once. */
  async function suggestedOf(tx: Transaction, caller: Caller, runbook: RunbookId, { record, incident }: StartRunBody): Promise<SuggestedStart | null> {
    if (record === undefined) return null;
    const refused = (message: string): Error => inputError(`record ${record} ${message}`, [{ field: 'body.record', message }]);
    const suggested = await takeSuggested(tx, caller.orgId, viewerOf(caller), record);
    if (suggested === null || suggested.runbook !== runbook) throw refused('is not there, or is of another runbook');
    if (incident !== undefined && suggested.incident !== null && incident !== suggested.incident) throw refused(`is for ${incidentKey(suggested.incident)}`);
    if (suggested.run !== null) throw conflictError(`it was started already: run ${suggested.run}`, { extra: { runs: [suggested.run] } });
    return suggested;
  }

  return {
    async startRun({ params, body }, { caller }) {
      const { orgId } = caller;
      if (body.incident !== undefined && (await findIncidentScope(db, orgId, viewerOf(caller), body.incident)) === null) {
        throw inputError(`${incidentKey(body.incident)} does not exist`, [{ field: 'body.incident', message: 'is not an incident that you see' }]);
      }
      if (body.start === 'suggestion' && body.incident === undefined) throw inputError('a suggestion is for an incident', [{ field: 'body.incident', message: 'is missing' }]);
      const basis = body.start === 'suggestion' && body.incident !== undefined ? await basisOf(orgId, viewerOf(caller), body.incident, params.id) : null;
      // It is suggested no more: then a person starts it from a page, as any other.
      const start = body.start === 'suggestion' && basis === null ? 'page' : body.start;
      const id = await db.transaction(async (tx) => {
        const suggested = await suggestedOf(tx, caller, params.id, body);
        const run = await starter.start(tx, {
          orgId, runbook: params.id, inputs: { ...suggested?.inputs, ...body.inputs }, incident: body.incident ?? suggested?.incident ?? null, start: suggested === null ? start : 'suggestion',
          by: caller.actor, userKey: caller.userKey, role: caller.role, reason: suggested === null ? basis : occasionWords({ on: triggerEvent.parse(suggested.on), event: { data: suggested.happened } }), drill: false,
          panel: body.panel === undefined ? null : jsonValue.parse(JSON.parse(JSON.stringify(body.panel))),
        });
        if (body.record !== undefined) await noteStarted(tx, orgId, body.record, run);
        return run;
      });
      return read(caller, id);
    },
    async listRuns({ query }, { caller }) {
      const [before] = decodeCursor(query.cursor, (values) => values.length === 1 && isRunId(values[0])) ?? [];
      const rows = await listSeenRuns(db, caller.orgId, {
        viewer: viewerOf(caller), runbook: query.runbook ?? null, incident: query.incident ?? null, open: query.state === 'all' ? null : query.state === 'open', service: query.service ?? null,
        before: before === undefined ? null : runId.parse(before), limit: query.limit,
      });
      const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.id]);
      return { items: items.map(toSummary), nextCursor };
    },
    getRun: ({ params }, { caller }) => read(caller, params.id),
    pauseRun: ({ params, body }, context) => done(context, params.id, commands.pause(byOf(context), params.id, body.reason)),
    resumeRun: ({ params, body }, context) => done(context, params.id, commands.resume(byOf(context), params.id, body.reason)),
    cancelRun: ({ params, body }, context) => done(context, params.id, commands.cancel(byOf(context), params.id, body.reason, body.undo)),
    undoRun: ({ params, body }, context) => done(context, params.id, commands.undo(byOf(context), params.id, body.reason)),
    answerStep: ({ params, body }, context) => done(context, params.id, commands.answer(byOf(context), params.id, body)),
    retryStep: ({ params, body }, context) => done(context, params.id, commands.retry(byOf(context), params.id, body.step, body.reason)),
    skipStep: ({ params, body }, context) => done(context, params.id, commands.skip(byOf(context), params.id, body.step, body.reason)),
    async getStepOutput({ params, query }, { caller }) {
      const run = await findSeenRun(db, caller.orgId, viewerOf(caller), params.id);
      if (run === null) throw notFoundError('there is no such run');
      const row = (await readSteps(db, [run])).get(keyOf(run))?.get(query.step);
      if (row === undefined) throw notFoundError(`the run has no step "${query.step}", or it has not begun`);
      const attempt = query.attempt ?? row.attempt;
      const pieces = await readOutput(db, caller.orgId, run.id, query.step, attempt, query.after, MAX_PIECES);
      const note = row.attempts.find((one) => one.attempt === attempt);
      return {
        attempt, chunks: pieces.map((piece) => ({ seq: piece.seq, at: piece.at.toISOString(), stream: piece.stream, text: piece.text })), lastSeq: pieces.at(-1)?.seq ?? query.after,
        truncated: note?.truncated ?? false, ended: note === undefined || note.endedAt !== null,
      };
    },
  };
}
