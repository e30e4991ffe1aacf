/** Synchronous work that is broken off when it takes too long: otherwise it would hold up everything else in the process. */
import { createContext, Script } from 'node:vm';
import { hasCode } from '../systemError.ts';

export type Limited<T> = { readonly done: true; readonly value: T } | { readonly done: false };

/** Runs work and gives its result, or gives it up after so many milliseconds. Starts a thread, so it is for work that may be long. */
export type TimeLimit = <T>(limitMs: number, work: () => T) => Limited<T>;

const CALL = new Script('work()');

/** Breaks off by the engine's own watchdog. What the work was writing to is in an unknown state afterwards: throw it away. */
export const withinTime: TimeLimit = <T>(limitMs: number, work: () => T) => {
  let result: Limited<T> = { done: false };
  const context = createContext({
    work() {
      result = { done: true, value: work() };
    },
  });
  try {
    CALL.runInContext(context, { timeout: limitMs });
  } catch (error) {
    if (!hasCode(error, 'ERR_SCRIPT_EXECUTION_TIMEOUT')) throw error;
  }
  return result;
};
