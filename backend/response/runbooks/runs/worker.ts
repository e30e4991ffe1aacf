/** The part of a replica that carries on runs: claims those that are due, holds their leases, and wakes at once when told. */
import type { RunbookDocument } from '#contract';
import type { Timer } from '../../../platform/clock.ts';
import { createListener, type Listener } from '../../../platform/db/listener.ts';
import { admit } from './admission.ts';
import { createCommitter } from './committer.ts';
import { drive, type Driver, type DriverDeps } from './driver.ts';
import { toDocument, type RunRecord } from './record.ts';
import { claimDue, holdLeases, keyOf, raiseSignalled, readDocument, readSignals, readSteps, releaseLeases, RUNS_CHANNEL } from './runStore.ts';

export interface RunWorker {
  start(): Promise<void>;
  /** Holds on to what it holds, and hears what others did to it. */
  beat(): Promise<void>;
  /** Looks for due runs now; resolves when those found have been claimed. */
  look(): Promise<void>;
  /** Resolves when no run is under way here. For tests, which own the time. */
  settled(): Promise<void>;
  /** Runs that this replica holds. */
  held(): number;
  close(): Promise<void>;
}

export type WorkerDeps = Omit<DriverDeps, 'committer' | 'onReleased' | 'leaseMs'>;

/** A replica that dies is missed after so long. */
export const LEASE_MS = 6_000;
const HEARTBEAT_MS = 2_000;
const POLL_MS = 1_000;
/** Runs that one replica drives at a time; those that wait are not counted. */
const MOST_HELD = 500;
const CLAIM_BATCH = 100;
/** Documents kept in memory, by version. */
const KEPT_DOCUMENTS = 200;
/** Within this time a run is looked at by a timer of its own; later, the poll finds it. */
const SOON_MS = 5_000;

/** Makes a worker. */
export function createRunWorker(deps: WorkerDeps): RunWorker {
  const { db, clock, logger, owner } = deps;
  const committer = createCommitter({ db, clock });
  const held = new Map<string, Driver>();
  const idle = new Set<() => void>();
  const documents = new Map<string, RunbookDocument>();
  const timers = new Set<Timer>();
  let rounds: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let listener: Listener | null = null;
  const ticking: Timer[] = [];

  async function documentOf(run: RunRecord): Promise<RunbookDocument> {
    const key = `${run.orgId}:${run.runbook}:${run.runbookVersion}`;
    const known = documents.get(key);
    if (known !== undefined) return known;
    const document = toDocument(await readDocument(db, run.orgId, run.id));
    if (documents.size >= KEPT_DOCUMENTS) documents.clear();
    documents.set(key, document);
    return document;
  }

  function released(run: RunRecord): void {
    held.delete(keyOf(run));
    if (held.size === 0) for (const tell of idle) tell();
    if (closed || run.dueAt === null) return;
    const left = run.dueAt - clock.nowMs();
    if (left <= 0) void look();
    else if (left <= SOON_MS) {
      const timer = clock.after(left, () => {
        timers.delete(timer);
        void look();
      });
      timers.add(timer);
    }
  }

  async function claim(): Promise<number> {
    const limit = Math.min(CLAIM_BATCH, MOST_HELD - held.size);
    if (limit <= 0) return 0;
    await raiseSignalled(db, clock.now());
    const claimed = await claimDue(db, clock.now(), new Date(clock.nowMs() + LEASE_MS), owner, limit);
    // This replica stood still for longer than its lease, and nobody took them: what is under way goes on, and no call is made again.
    const kept = claimed.filter(({ run, heldBy }) => heldBy === owner && held.has(keyOf(run)));
    for (const { run } of kept) held.get(keyOf(run))?.kick(true);
    const runs = claimed.filter((one) => !kept.includes(one)).map(({ run }) => run);
    const queued = runs.filter((run) => run.state === 'queued');
    const others = runs.filter((run) => run.state !== 'queued');
    // Runs that wait for others are let in one after the other, and come back as due.
    for (const run of queued) await admit({ db, clock }, run);
    const steps = await readSteps(db, others);
    for (const run of others) {
      const key = keyOf(run);
      held.get(key)?.lose();
      try {
        const document = await documentOf(run);
        const signals = await readSignals(db, run.orgId, run.id);
        held.set(key, drive({ ...deps, committer, leaseMs: LEASE_MS, onReleased: released }, { record: run, document, steps: steps.get(key) ?? new Map() }, signals));
      } catch (error) {
        // Its lease ends by itself, and it is looked at again.
        logger.error({ err: error, run: run.id }, 'a run could not be read');
      }
    }
    return claimed.length;
  }

  async function goRounds(): Promise<void> {
    do {
      again = false;
      while (!closed && (await claim()) > 0);
    } while (again && !closed);
  }

  function look(): Promise<void> {
    if (closed) return Promise.resolve();
    if (rounds !== null) {
      again = true;
      return rounds;
    }
    rounds = goRounds().catch((error: unknown) => {
      if (!closed) logger.warn({ err: error }, 'due runs could not be claimed; they are looked for again');
    }).finally(() => {
      rounds = null;
    });
    return rounds;
  }

  async function beat(): Promise<void> {
    if (held.size === 0) return;
    const kept = await holdLeases(db, new Date(clock.nowMs() + LEASE_MS), owner);
    for (const [key, driver] of held) {
      const now = kept.get(key);
      if (now === undefined) driver.kick(true);
      else if (now.signalled || now.rev !== driver.rev) driver.kick(true);
    }
  }

  function told(payload: string): void {
    const driver = held.get(payload);
    if (driver === undefined) void look();
    else driver.kick(true);
  }

  return {
    async start() {
      listener = createListener({
        connectionString: db.connectionString, channels: [RUNS_CHANNEL], applicationName: `muster runs ${owner}`, clock, logger, onNotification: told, onConnected: () => void look(),
      });
      await listener.start();
      ticking.push(clock.every(POLL_MS, () => void look()));
      ticking.push(clock.every(HEARTBEAT_MS, () => {
        beat().catch((error: unknown) => logger.warn({ err: error }, 'leases of runs could not be renewed; they are tried again'));
      }));
    },
    look, beat,
    held: () => held.size,
    async settled() {
      for (;;) {
        await look();
        if (held.size === 0) return;
        await new Promise<void>((resolve) => {
          const tell = (): void => {
            idle.delete(tell);
            resolve();
          };
          idle.add(tell);
        });
      }
    },
    async close() {
      closed = true;
      for (const timer of [...ticking, ...timers]) timer.stop();
      await listener?.close();
      await rounds;
      await Promise.all([...held.values()].map((driver) => driver.stop()));
      held.clear();
      await releaseLeases(db, clock.now(), owner);
    },
  };
}
