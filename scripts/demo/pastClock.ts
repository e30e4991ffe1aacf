/** A clock that goes as the machine's does, but in the past, and that can be put forward: the demo plays the days before it began. */
import type { Clock, Timer } from '../../backend/platform/clock.ts';

export interface PastClock extends Clock {
  /** Puts it forward, never back. What fell due meanwhile is done now, once, as on a machine that wakes up. */
  putForwardTo(instantMs: number): void;
}

interface Pending {
  dueMs: number;
  readonly periodMs: number | null;
  readonly run: () => void;
  handle: NodeJS.Timeout;
}

/** Makes one that shows `startMs` now. Its timers do not keep the process alive. */
export function createPastClock(startMs: number): PastClock {
  let behindMs = Date.now() - startMs;
  const pending = new Set<Pending>();
  const nowMs = (): number => Date.now() - behindMs;

  function wait(one: Pending): void {
    one.handle = setTimeout(() => fire(one), Math.max(0, one.dueMs - nowMs()));
    one.handle.unref();
  }

  function fire(one: Pending): void {
    if (one.periodMs === null) {
      pending.delete(one);
    } else {
      one.dueMs = nowMs() + one.periodMs;
      wait(one);
    }
    one.run();
  }

  function start(delayMs: number, periodMs: number | null, run: () => void): Timer {
    const one: Pending = { dueMs: nowMs() + delayMs, periodMs, run, handle: setTimeout(() => undefined, 0) };
    clearTimeout(one.handle);
    pending.add(one);
    wait(one);
    return {
      stop() {
        pending.delete(one);
        clearTimeout(one.handle);
      },
    };
  }

  return {
    now: () => new Date(nowMs()), nowMs,
    after: (delayMs, run) => start(Math.max(0, delayMs), null, run),
    every: (periodMs, run) => start(periodMs, periodMs, run),
    putForwardTo(instantMs) {
      behindMs = Math.min(behindMs, Date.now() - instantMs);
      const due = [...pending].filter(({ dueMs }) => dueMs <= nowMs()).sort((a, b) => a.dueMs - b.dueMs);
      for (const one of due) {
        if (!pending.has(one)) continue;
        clearTimeout(one.handle);
        fire(one);
      }
    },
  };
}
