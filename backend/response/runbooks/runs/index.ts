/** Runs of runbooks: the engine that carries them on, and what people do to them. */
import { type EndedTask } from '../../tasks/index.ts';
import type { Actor, JsonValue, OrgId, RunbookId, RunId } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../../platform/db/database.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { KindHandlers, StepCall } from '../kinds/kind.ts';
import { stepOfTask } from '../kinds/task.ts';
import type { SubRunbookDeps } from '../kinds/subRunbook.ts';
import type { BasisOf, IncidentScopes, OpenSecrets, RunbookSource } from '../ports.ts';
import { maskFor, recordAgentOutput } from './agentOutput.ts';
import { createRunCommands } from './commands.ts';
import { requestEnd } from './ending.ts';
import { runActor } from './events.ts';
import { deleteOldOutput, readFigures, type RunFigures } from './readStore.ts';
import type { OutputTarget } from './output.ts';
import { createRunHandlers, type RunOperation } from './routes.ts';
import { insertSignal, lockRun } from './runStore.ts';
import { createRunStarter, type StartCommand } from './startRun.ts';
import { createRunWorker, type RunWorker } from './worker.ts';
import { isEndedRun } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';

export { createIncidentScopes } from './incidentScope.ts';
export type { RunFigures } from './readStore.ts';
export type { RunOperation } from './routes.ts';
export { reaches } from './rules.ts';
export type { StartCommand } from './startRun.ts';
export { LEASE_MS, type RunWorker } from './worker.ts';

export interface Runs {
  readonly handlers: Handlers<RunOperation>;
  /** Starts a run within a transaction; it goes on when that commits. */
  start(tx: Transaction, command: StartCommand): Promise<RunId>;
  /** Has a waiting step looked at again. */
  wake(tx: Transaction, orgId: OrgId, run: RunId, path: string, data: JsonValue): Promise<void>;
  /** For the tasks: a step that waits for one goes on. */
  taskEnded(tx: Transaction, ended: EndedTask): Promise<readonly NewEvent[]>;
  /** A value from outside without the secrets of a run. */
  mask(target: Pick<OutputTarget, 'orgId' | 'runId'>, value: JsonValue): Promise<JsonValue>;
  /** Keeps what an agent sends of a step's output: masked, and up to the limit. */
  recordOutput(target: OutputTarget, pieces: readonly { readonly stream: 'out' | 'err'; readonly text: string }[]): Promise<void>;
  /** Has a run end and take back what it did; one that has ended stays as it is. Gives the events to append last. */
  cancel(tx: Transaction, orgId: OrgId, run: RunId, at: Date, by: Actor, reason: string): Promise<readonly NewEvent[]>;
  figuresOf(q: Queryable, orgId: OrgId, ids: readonly RunbookId[]): Promise<Map<RunbookId, RunFigures>>;
  /** Deletes what steps wrote in runs that ended before. Gives how much. */
  forgetOutput(before: Date): Promise<number>;
  /** Every kind of step. */
  readonly kinds: KindHandlers;
  /** Carries on runs in this replica. */
  readonly worker: RunWorker;
}

export interface RunsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this replica. */
  readonly owner: string;
  readonly source: RunbookSource;
  readonly secrets: OpenSecrets;
  readonly incidents: IncidentScopes;
  readonly basisOf: BasisOf;
  readonly random: () => number;
  /** The kinds; those that start runs are made with the ports given to it. */
  kinds(ports: SubRunbookDeps): KindHandlers;
}

const DELETE_BATCH = 5_000;

/** Makes the module. */
export function createRuns(deps: RunsDeps): Runs {
  const { db, clock } = deps;
  const starter = createRunStarter(deps);

  async function cancelChild(tx: Transaction, call: StepCall, id: RunId): Promise<'ended' | 'open'> {
    const run = await lockRun(tx, call.orgId, id);
    if (run === null || isEndedRun(run.state)) return 'ended';
    const events = await requestEnd(tx, run, { undo: true, now: clock.now(), by: runActor({ id: call.runId, title: call.title }), reason: `the run ${call.runId} that it is part of ends` });
    await appendEvents(tx, call.orgId, clock.now(), events);
    return run.state === 'queued' ? 'ended' : 'open';
  }

  const handlers = deps.kinds({ startChild: starter.startChild, cancelChild });
  const commands = createRunCommands({ ...deps, handlers });
  return {
    handlers: createRunHandlers({ db, starter, commands, basisOf: deps.basisOf }),
    start: starter.start,
    wake: insertSignal,
    async taskEnded(tx, ended) {
      const step = stepOfTask(ended.orgId, ended.key);
      if (step !== null) await insertSignal(tx, step.orgId, step.run, step.path, { state: ended.state });
      return [];
    },
    mask: (target, value) => maskFor(deps, target, value),
    recordOutput: (target, pieces) => recordAgentOutput(deps, target, pieces),
    async cancel(tx, orgId, id, at, by, reason) {
      const run = await lockRun(tx, orgId, id);
      return run === null ? [] : requestEnd(tx, run, { undo: true, now: at, by, reason });
    },
    figuresOf: readFigures,
    async forgetOutput(before) {
      let deleted = 0;
      for (;;) {
        const batch = await deleteOldOutput(db, before, DELETE_BATCH);
        deleted += batch;
        if (batch < DELETE_BATCH) return deleted;
      }
    },
    kinds: handlers,
    worker: createRunWorker({ ...deps, handlers }),
  };
}
