/**
 * What joined or ended in incidents without being told of yet. The first of it is told at once, and
 * what follows within a second is told together (docs/decisions/0031). Incidents' rows keep the same
 * sums, so that whoever takes over tells them. Pure but for what it remembers.
 */

/** How many alerts joined an incident, and how many ended. */
export interface AlertNews {
  readonly joined: number;
  readonly ended: number;
}

export interface Untold {
  /** Adds news of an incident. Gives all that is to be told of now; null when it is told later. */
  note(incident: number, news: AlertNews, nowMs: number): AlertNews | null;
  /** Begins anew, with what the rows say: told a second from now. */
  recall(rows: readonly { readonly number: number; readonly joined: number; readonly ended: number }[], nowMs: number): void;
  /** Takes what is due, or all of it. */
  take(nowMs: number, all: boolean): Map<number, AlertNews>;
  /** When something is to be told next; null when nothing waits. */
  nextDueMs(nowMs: number): number | null;
}

/** Of one incident, joining and ending alerts are told at most so often. */
export const TELL_EVERY_MS = 1_000;

interface Entry {
  toldMs: number;
  joined: number;
  ended: number;
}

/** Nothing waits to be told. */
export function createUntold(): Untold {
  let entries = new Map<number, Entry>();

  function waits(entry: Entry): boolean {
    return entry.joined + entry.ended > 0;
  }

  function isDue(entry: Entry, nowMs: number): boolean {
    return nowMs - entry.toldMs >= TELL_EVERY_MS;
  }

  return {
    note(incident, { joined, ended }, nowMs) {
      const entry = entries.get(incident);
      if (entry === undefined) {
        entries.set(incident, { toldMs: nowMs, joined: 0, ended: 0 });
        return { joined, ended };
      }
      if (!isDue(entry, nowMs)) {
        entry.joined += joined;
        entry.ended += ended;
        return null;
      }
      const all = { joined: entry.joined + joined, ended: entry.ended + ended };
      Object.assign(entry, { toldMs: nowMs, joined: 0, ended: 0 });
      return all;
    },
    recall(rows, nowMs) {
      entries = new Map(rows.map(({ number, joined, ended }) => [number, { toldMs: nowMs, joined, ended }]));
    },
    take(nowMs, all) {
      const taken = new Map<number, AlertNews>();
      for (const [incident, entry] of entries) {
        if (!waits(entry) || (!all && !isDue(entry, nowMs))) continue;
        taken.set(incident, { joined: entry.joined, ended: entry.ended });
        Object.assign(entry, { toldMs: nowMs, joined: 0, ended: 0 });
      }
      return taken;
    },
    nextDueMs(nowMs) {
      let next: number | null = null;
      for (const [incident, entry] of entries) {
        if (waits(entry)) next = Math.min(next ?? Infinity, entry.toldMs + TELL_EVERY_MS);
        // Nothing to remember of it.
        else if (isDue(entry, nowMs)) entries.delete(incident);
      }
      return next;
    },
  };
}
