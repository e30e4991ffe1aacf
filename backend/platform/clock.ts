/** Time as an input: everything that decides by time gets a clock, so that tests own the time. */

/** A started timer. Stopping twice does no harm. */
export interface Timer {
  stop(): void;
}

export interface Clock {
  /** The present instant. */
  now(): Date;
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Calls `run` once, `delayMs` from now. */
  after(delayMs: number, run: () => void): Timer;
  /** Calls `run` every `periodMs`, first after one period. */
  every(periodMs: number, run: () => void): Timer;
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    handle.unref();
    return { stop: () => clearTimeout(handle) };
  },
  every(periodMs, run) {
    const handle = setInterval(run, periodMs);
    handle.unref();
    return { stop: () => clearInterval(handle) };
  },
};

export interface SimulatedClock extends Clock {
  /** Moves to `instantMs` and calls, in order of time, every timer that falls due on the way. */
  moveTo(instantMs: number): void;
  /** Moves forward by `ms`. */
  advance(ms: number): void;
}

interface PendingTimer {
  dueMs: number;
  run: () => void;
  periodMs: number | null;
  stopped: boolean;
}

/** A clock that stands still until it is moved; it never goes back. */
export function createSimulatedClock(startMs: number): SimulatedClock {
  let currentMs = startMs;
  let timers: PendingTimer[] = [];

  function start(dueMs: number, run: () => void, periodMs: number | null): Timer {
    const timer: PendingTimer = { dueMs, run, periodMs, stopped: false };
    timers.push(timer);
    return {
      stop() {
        timer.stopped = true;
        timers = timers.filter((other) => other !== timer);
      },
    };
  }

  function nextDue(untilMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  function moveTo(instantMs: number): void {
    for (let due = nextDue(instantMs); due !== undefined; due = nextDue(instantMs)) {
      const timer = due;
      currentMs = Math.max(currentMs, timer.dueMs);
      if (timer.periodMs === null) timers = timers.filter((other) => other !== timer);
      else timer.dueMs += timer.periodMs;
      timer.run();
    }
    currentMs = Math.max(currentMs, instantMs);
  }

  return {
    now: () => new Date(currentMs),
    nowMs: () => currentMs,
    after: (delayMs, run) => start(currentMs + Math.max(0, delayMs), run, null),
    every: (periodMs, run) => start(currentMs + periodMs, run, periodMs),
    moveTo,
    advance: (ms) => moveTo(currentMs + ms),
  };
}
