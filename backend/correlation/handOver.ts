/**
 * Changes that this very process has just committed, on their way to the correlator without being
 * read back. Only a shortcut: it may miss changes (of other replicas, or older episodes that a batch
 * ended), so whoever takes from it must check against the log that none lies between; and it may be
 * emptied at any time, as the log has everything.
 */
import type { AlertChange } from '../ingest/index.ts';

export interface HandOver {
  /** Adds what one commit logged, in the order of its positions. False when it became too much and all was dropped. */
  add(changes: readonly AlertChange[]): boolean;
  /** Forgets what is not after `position`, and gives the next ones, at most `limit`. They stay until a later call passes them. */
  after(position: string, limit: number): AlertChange[];
}

/** Orders positions, which are whole numbers as decimal text. */
export function comparePositions(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Makes one for an organisation, of at most `capacity` changes. */
export function createHandOver(capacity: number): HandOver {
  /** Runs of changes, each ascending, in the order of their first positions. Runs of two commits never overlap. */
  let runs: (readonly AlertChange[])[] = [];
  let size = 0;

  function isAfter(run: readonly AlertChange[], position: string): boolean {
    return comparePositions(run.at(-1)?.position ?? '0', position) > 0;
  }

  return {
    add(changes) {
      const [first] = changes;
      if (first === undefined) return true;
      if (size + changes.length > capacity) {
        runs = [];
        size = 0;
        return false;
      }
      // Nearly always the last place: answers of two commits rarely overtake each other.
      let place = runs.length;
      while (place > 0 && comparePositions(runs[place - 1]?.[0]?.position ?? '0', first.position) > 0) place -= 1;
      runs.splice(place, 0, changes);
      size += changes.length;
      return true;
    },
    after(position, limit) {
      runs = runs.filter((run) => {
        const keeps = isAfter(run, position);
        if (!keeps) size -= run.length;
        return keeps;
      });
      const taken: AlertChange[] = [];
      for (const run of runs) {
        for (const change of run) {
          if (taken.length >= limit) return taken;
          if (comparePositions(change.position, position) > 0) taken.push(change);
        }
      }
      return taken;
    },
  };
}
