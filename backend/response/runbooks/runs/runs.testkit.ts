/** Runs on a real database and a clock of the test, with a kind `http` that notes its calls. */
import {
  orgId, runbookId, userKey, type Actor, type JsonValue, type OrgId, type RunId, type RunbookDocument,
} from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { createLogger } from '../../../platform/logger.ts';
import { addTask } from '../../tasks/index.ts';
import { parseRunbook } from '../format/index.ts';
import { createKinds, type GivenKinds, type KindHandler } from '../kinds/index.ts';
import type { StepCall, StepResult, StepWriter } from '../kinds/kind.ts';
import type { StepRow } from '../plan/model.ts';
import type { RunCommandBy } from './commands.ts';
import { createRunCommands, type RunCommands } from './commands.ts';
import { createIncidentScopes, createRuns, type Runs, type StartCommand } from './index.ts';
import type { RunRecord } from './record.ts';
import { findRun, keyOf, readSteps } from './runStore.ts';

export const ORG: OrgId = orgId.parse(1);
export const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);
export const ADA = person('ada', 'admin');
export const ED = person('ed', 'commander');
export const EVA = person('eva', 'commander');
export const RITA = person('rita', 'responder');

/** Somebody who gives commands. */
export function person(name: string, role: RunCommandBy['role']): RunCommandBy {
  return { orgId: ORG, actor: { kind: 'user', key: name, name }, userKey: userKey.parse(name), viewer: name, ifMatch: null, role };
}

/** What the kind `http` of the test answers. */
export type Answer = (call: StepCall<'http'>, signal: AbortSignal, out: StepWriter) => Promise<StepResult> | StepResult;

export interface RunsStage {
  readonly database: TestDatabase;
  readonly clock: SimulatedClock;
  readonly runs: Runs;
  readonly commands: RunCommands;
  /** Calls of `http`, in their order: `url` and key. */
  readonly called: { readonly url: string; readonly key: string; readonly attempt: number }[];
  /** Sets what `http` answers. */
  answer(answer: Answer): void;
  /** Publishes a runbook of these lines; the head is added. */
  publish(id: string, text: string): void;
  start(id: string, more?: Partial<StartCommand>): Promise<RunId>;
  /** Lets everything that is due come about. */
  settle(): Promise<void>;
  /** Moves the time in small steps, and lets everything come about. */
  pass(ms: number, stepMs?: number): Promise<void>;
  run(id: RunId): Promise<RunRecord>;
  steps(id: RunId): Promise<Map<string, StepRow>>;
  /** `path: state` of all steps. */
  states(id: RunId): Promise<string[]>;
  /** Types of events of runs so far. */
  told(): Promise<string[]>;
  /** A second replica on the same database. */
  another(owner: string): Runs;
  close(): Promise<void>;
}

/** A test kind: it calls `answer` for everything that calls out. */
function calling(answer: () => Answer, called: RunsStage['called']): KindHandler<'http'> {
  return {
    kind: 'http', effect: 'keyed', describe: ({ url }) => `Calls ${url}`, requests: () => [], example: () => null,
    async run(call, signal, out) {
      called.push({ url: call.with.url, key: call.key, attempt: call.attempt });
      return answer()(call, signal, out);
    },
  };
}

const done: Answer = (call) => ({ kind: 'done', output: { url: call.with.url } });

/** Starts the stage. */
export async function startRunsStage(options: { readonly secrets?: Readonly<Record<string, string>> } = {}): Promise<RunsStage> {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = createSimulatedClock(START_MS);
  const logger = createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });
  const documents = new Map<string, { version: number; document: RunbookDocument }>();
  const called: RunsStage['called'] = [];
  let answer: Answer = done;
  const http = calling(() => answer, called);
  const given: GivenKinds = unused(http);
  const all: Runs[] = [];

  function make(owner: string): Runs {
    const made = createRuns({
      db, clock, logger, owner, basisOf: () => Promise.resolve(null), random: () => 0, incidents: createIncidentScopes(() => null),
      source: { findLive: async (_q: Queryable, _org, id) => documents.get(id) ?? null },
      secrets: { open: async (_q, _org, names) => new Map(names.map((name) => [name, options.secrets?.[name] ?? ''])) },
      kinds: (ports) => createKinds(given, { ...ports, addTask }),
    });
    all.push(made);
    return made;
  }
  const runs = make('replica-1');
  const commands = createRunCommands({
    db, clock, random: () => 0, incidents: createIncidentScopes(() => null), secrets: { open: async (_q, _org, names) => new Map(names.map((name) => [name, options.secrets?.[name] ?? ''])) },
    handlers: createKinds(given, { addTask, startChild: () => Promise.reject(new Error('not here')), cancelChild: async () => 'ended' }),
  });

  async function settle(): Promise<void> {
    for (;;) {
      await runs.worker.settled();
      const [due] = await db.query<{ n: number }>('select count(*)::integer as n from runbook_runs as r where r.due_at <= $1::timestamptz or exists (select 1 from runbook_signals as s where s.org_id = r.org_id and s.run_id = r.id and r.ended_at is null)', [clock.now()]);
      if (due?.n === 0) return;
    }
  }

  return {
    database, clock, runs, commands, called,
    answer(next) {
      answer = next;
    },
    publish(id, text) {
      const parsed = parseRunbook(`apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${id} }\n${text}`);
      if (parsed.document === null) throw new Error(JSON.stringify(parsed.findings));
      documents.set(id, { version: (documents.get(id)?.version ?? 0) + 1, document: parsed.document });
    },
    start: (id, more = {}) => db.transaction((tx) => runs.start(tx, {
      orgId: ORG, runbook: runbookId.parse(id), inputs: {}, incident: null, start: 'api', by: ADA.actor, userKey: ADA.userKey, role: 'admin', reason: null, drill: false, ...more,
    })),
    settle,
    async pass(ms, stepMs = ms) {
      for (let left = ms; left > 0; left -= stepMs) {
        clock.advance(Math.min(left, stepMs));
        await settle();
      }
    },
    async run(id) {
      const found = await findRun(db, ORG, id);
      if (found === null) throw new Error('no such run');
      return found;
    },
    async steps(id) {
      return (await readSteps(db, [{ orgId: ORG, id }])).get(keyOf({ orgId: ORG, id })) ?? new Map();
    },
    async states(id) {
      const rows = (await readSteps(db, [{ orgId: ORG, id }])).get(keyOf({ orgId: ORG, id })) ?? new Map<string, StepRow>();
      return [...rows.values()].map((row) => `${row.path}: ${row.state}`).sort();
    },
    async told() {
      const rows = await db.query<{ type: string }>("select e.type from event_log as e where e.type like 'run.%' order by e.position");
      return rows.map((row) => row.type);
    },
    another: make,
    async close() {
      await Promise.all(all.map((one) => one.worker.close()));
      await database.drop();
    },
  };
}

/** A table in which every kind that is not tested here fails. */
function unused(http: KindHandler<'http'>): GivenKinds {
  const fails = { describe: () => 'does nothing here', requests: () => [], example: (): JsonValue => null, run: async (): Promise<StepResult> => ({ kind: 'failed', error: 'not here', retryable: false }) };
  return {
    http, grafanaQuery: { kind: 'grafanaQuery', effect: 'none', ...fails }, promql: { kind: 'promql', effect: 'none', ...fails }, script: { kind: 'script', effect: 'none', ...fails },
    notify: { kind: 'notify', effect: 'keyed', ...fails }, page: { kind: 'page', effect: 'keyed', ...fails }, ticket: { kind: 'ticket', effect: 'keyed', ...fails },
    statusUpdate: { kind: 'statusUpdate', effect: 'own', ...fails }, annotate: { kind: 'annotate', effect: 'keyed', ...fails }, silence: { kind: 'silence', effect: 'own', ...fails },
    setField: { kind: 'setField', effect: 'own', ...fails }, declare: { kind: 'declare', effect: 'own', ...fails }, command: { kind: 'command', effect: 'once', ...fails },
    kubernetes: { kind: 'kubernetes', effect: 'keyed', ...fails },
  };
}

/** The actor of a person. */
export function actorOf(who: RunCommandBy): Actor {
  return who.actor;
}
