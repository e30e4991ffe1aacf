/** Warnings that were given, and what became of them: by that it is said how likely the next one is. */
import { HORIZON_MS } from './lessons.ts';
import { recalibrated } from './recalibration.ts';

/** Null: nobody has said yet. */
type Came = boolean | null;

export type WarningsSnapshot = readonly (readonly [service: string, atMs: number, odds: number, came: Came])[];

export interface Warnings {
  /** Whether the service is warned of. */
  isOpen(service: string, atMs: number): boolean;
  warn(service: string, atMs: number, odds: number): void;
  /** What became of a warning that was given about then. */
  told(service: string, aboutMs: number, came: boolean): void;
  /** Log odds to be said of a service with such log odds: of an open warning those it began with, and what has come since. */
  saidOf(service: string, atMs: number, odds: number): number;
  snapshot(): WarningsSnapshot;
}

/** So many are remembered, and all that are open: older ones say little of what warnings are worth now. */
const MOST = 200;
/** Who tells of a warning may have its time from the beginning of the minute. */
const ABOUT_MS = 60_000;

/** Starts with nothing known, or with a snapshot. */
export function createWarnings(from?: WarningsSnapshot): Warnings {
  const given: { readonly service: string; readonly atMs: number; readonly odds: number; came: Came }[] = (from ?? []).map(([service, atMs, odds, came]) => ({ service, atMs, odds, came }));

  function openOf(service: string, atMs: number): (typeof given)[number] | undefined {
    return given.findLast((warning) => warning.service === service && atMs - warning.atMs < HORIZON_MS);
  }

  return {
    isOpen: (service, atMs) => openOf(service, atMs) !== undefined,
    warn(service, atMs, odds) {
      const [oldest] = given;
      if (oldest !== undefined && given.length >= MOST && atMs - oldest.atMs >= HORIZON_MS) given.shift();
      given.push({ service, atMs, odds, came: null });
    },
    told(service, aboutMs, came) {
      const meant = given.findLast((warning) => warning.service === service && Math.abs(warning.atMs - aboutMs) <= ABOUT_MS);
      if (meant !== undefined) meant.came = came;
    },
    saidOf(service, atMs, odds) {
      const answered = given.filter((warning) => warning.came !== null);
      return recalibrated({ warnings: answered.length, came: answered.filter(({ came }) => came === true).length }, openOf(service, atMs)?.odds ?? odds, odds);
    },
    snapshot: () => given.map(({ service, atMs, odds, came }) => [service, atMs, odds, came]),
  };
}
