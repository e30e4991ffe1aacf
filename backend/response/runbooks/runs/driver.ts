/** Drives one run that this replica holds, turn by turn, until nothing is under way any more. */
import type { Clock, Timer } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { callStep } from './caller.ts';
import type { Committer } from './committer.ts';
import { writeOf } from './draft.ts';
import { isLeafRow, isRunning } from '../plan/model.ts';
import type { LoadedRun, RunRecord } from './record.ts';
import { findRun, forgetSignals, keyOf, lockRun, readSignals, readSteps, writeTurns, type Signal, type TurnWrite } from './runStore.ts';
import { takeTurn, type Outcome, type Outward, type Turn, type TurnDeps } from './turn.ts';

export interface DriverDeps extends TurnDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly owner: string;
  readonly leaseMs: number;
  readonly committer: Committer;
  /** Told when the run is let go, and when it has to be looked at again. */
  readonly onReleased: (run: RunRecord) => void;
}

export interface Driver {
  readonly rev: number;
  /** Something came about: take a turn. */
  kick(reload: boolean): void;
  /** Another replica has it. */
  lose(): void;
  /** Begins nothing further and breaks off what is under way; resolves when that has ended. */
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;

/** Begins to drive a run. */
export function drive(deps: DriverDeps, first: LoadedRun, firstSignals: readonly Signal[]): Driver {
  const { db, clock, logger } = deps;
  let loaded = first;
  let signals = firstSignals;
  let outcomes: Outcome[] = [];
  const inFlight = new Map<string, AbortController>();
  const calls = new Set<Promise<void>>();
  let dirty = true;
  let stale = false;
  let over = false;
  let timer: Timer | null = null;
  let loop: Promise<void> | null = null;

  function kick(reload: boolean): void {
    if (over) return;
    dirty = true;
    stale ||= reload;
    loop ??= go().finally(() => {
      loop = null;
      if (dirty && !over) kick(false);
    });
  }

  async function go(): Promise<void> {
    while (dirty && !over) {
      dirty = false;
      try {
        if (stale && !(await reload())) return;
        await turn();
      } catch (error) {
        if (over) return;
        logger.warn({ err: error, run: loaded.record.id }, 'a turn of a run could not be taken; it is tried again');
        stale = true;
        timer?.stop();
        timer = clock.after(RETRY_MS, () => kick(true));
        return;
      }
    }
  }

  async function reload(): Promise<boolean> {
    const { orgId, id } = loaded.record;
    const record = await findRun(db, orgId, id);
    if (record === null || record.leaseOwner !== deps.owner) {
      lose();
      return false;
    }
    const steps = (await readSteps(db, [record])).get(keyOf(record)) ?? new Map();
    signals = await readSignals(db, orgId, id);
    loaded = { record, document: loaded.document, steps };
    stale = false;
    return true;
  }

  /** When to look again. What was looked at and did not move is not looked at again at once. */
  function later({ draft, lookAt }: Turn): number | null {
    return lookAt === null || draft.changed.size > 0 ? lookAt : Math.max(lookAt, clock.nowMs() + RETRY_MS);
  }

  function written(turn: Turn): TurnWrite {
    const write = writeOf(turn.draft);
    // What is under way, or about to be, is held; everything else is let go until its time.
    const busy = [...turn.draft.steps.values()].some((row) => isRunning(row) && isLeafRow(row));
    const after: RunRecord = { ...write.after, leaseOwner: busy ? deps.owner : null, dueAt: busy ? clock.nowMs() + deps.leaseMs : later(turn) };
    return { ...write, after };
  }

  async function turn(): Promise<void> {
    const taken = [...outcomes];
    const heard = [...signals];
    const input = { loaded, outcomes: taken, signals: heard, inFlight: new Set(inFlight.keys()), now: clock.now() };
    let result: Turn | null = await takeTurn(deps, db, null, input);
    let write: TurnWrite | null = null;
    let isWritten: boolean;
    if (result === null) {
      const done = await db.transaction(async (tx) => {
        const locked = await lockRun(tx, loaded.record.orgId, loaded.record.id);
        if (locked === null || locked.leaseOwner !== deps.owner || locked.rev !== loaded.record.rev) return null;
        const inside = await takeTurn(deps, db, tx, { ...input, now: clock.now() });
        if (inside === null) throw new Error('a turn within a transaction came to no end');
        await forgetSignals(tx, locked.orgId, inside.draft.heard);
        const one = written(inside);
        await writeTurns(tx, clock.now(), [one]);
        return { inside, one };
      });
      isWritten = done !== null;
      result = done?.inside ?? null;
      write = done?.one ?? null;
    } else {
      write = written(result);
      isWritten = await deps.committer.write(write);
    }
    if (!isWritten || result === null || write === null) {
      stale = true;
      dirty = true;
      return;
    }
    // Whoever took it over, or this replica when it starts again, begins what was written.
    if (over) return;
    outcomes = outcomes.filter((outcome) => !taken.includes(outcome));
    signals = signals.filter((signal) => !heard.includes(signal));
    loaded = { record: { ...write.after, rev: write.before.rev + 1 }, document: loaded.document, steps: result.draft.steps };
    for (const path of result.abort) inFlight.get(path)?.abort();
    for (const call of result.calls) begin(call);
    timer?.stop();
    if (loaded.record.leaseOwner === null) {
      over = true;
      deps.onReleased(loaded.record);
      return;
    }
    if (result.lookAt !== null) timer = clock.after(Math.max(0, result.lookAt - clock.nowMs()), () => kick(false));
  }

  function begin(outward: Outward): void {
    const controller = new AbortController();
    inFlight.set(outward.path, controller);
    const call = callStep({ db, clock, logger }, outward, controller.signal).then((outcome) => {
      if (inFlight.get(outward.path) === controller) inFlight.delete(outward.path);
      outcomes.push(outcome);
      kick(false);
    });
    calls.add(call);
    void call.finally(() => calls.delete(call));
  }

  function lose(): void {
    if (over) return;
    over = true;
    timer?.stop();
    for (const controller of inFlight.values()) controller.abort();
    deps.onReleased({ ...loaded.record, dueAt: null });
  }

  queueMicrotask(() => kick(false));
  return {
    get rev() {
      return loaded.record.rev;
    },
    kick, lose,
    async stop() {
      over = true;
      timer?.stop();
      await loop;
      for (const controller of inFlight.values()) controller.abort();
      await Promise.all(calls);
    },
  };
}
