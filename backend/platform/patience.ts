/** Counts failures in a row of what stands first in a queue, so that something that always fails holds up the others only for a while. */

export interface Patience {
  /** Counts one more failure of `what` in `queue`; true after so many in a row that it is to be given up. */
  endsWith(queue: string, what: string): boolean;
}

const MAX_TRIES = 5;

/** Makes a count of its own. */
export function createPatience(): Patience {
  const tries = new Map<string, { readonly what: string; readonly count: number }>();
  return {
    endsWith(queue, what) {
      const before = tries.get(queue);
      const count = before?.what === what ? before.count + 1 : 1;
      tries.set(queue, { what, count });
      return count >= MAX_TRIES;
    },
  };
}
