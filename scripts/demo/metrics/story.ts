/** When what of the simulated shop was in trouble: what its metrics and logs are made of. Pure but for what it is told. */
import { SHOP } from '../shop.ts';

/** A trouble of the whole shop, as `outage.ts` tells it. */
export interface OutageTimes {
  readonly startMs: number;
  /** When somebody made the shop well; null: nobody has. */
  healedMs: number | null;
}

/** A trouble of the past, planted so that there is something to be found and remembered. */
export interface PastTrouble {
  readonly services: readonly string[];
  /** What it does to the shop: see `values.ts` and `lines.ts`. */
  readonly kind: 'slow' | 'failing' | 'quiet' | 'busy';
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Story {
  /** When the installation began; all that is planted stands in relation to it. */
  readonly begunMs: number;
  readonly outages: readonly OutageTimes[];
  readonly past: readonly PastTrouble[];
  /** When somebody made room on the volume that fills; null: nobody has. */
  readonly roomMs: number | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** What nobody makes well is so by itself after so long. */
const LONGEST_MS = 2 * HOUR_MS;

/** Of the past the demo plays so much: detectors have learned when it begins, and watch in shadow while it lasts. */
export const PLAYED_MS = 6 * DAY_MS;

const trouble = (begunMs: number, kind: PastTrouble['kind'], beforeMs: number, lastsMs: number, ...services: readonly string[]): PastTrouble => ({
  services, kind, fromMs: begunMs - beforeMs, toMs: begunMs - beforeMs + lastsMs,
});

/** What is planted in the past of an installation that began then. */
export function pastTroubles(begunMs: number): readonly PastTrouble[] {
  return [
    trouble(begunMs, 'slow', 4 * DAY_MS + 5 * HOUR_MS, 42 * MINUTE_MS, 'payments-db', 'payments', 'checkout'),
    trouble(begunMs, 'failing', 2 * DAY_MS + 9 * HOUR_MS, 65 * MINUTE_MS, 'orders'),
    trouble(begunMs, 'quiet', 3 * DAY_MS + 2 * HOUR_MS, 50 * MINUTE_MS, 'search'),
    trouble(begunMs, 'busy', DAY_MS + 7 * HOUR_MS, 35 * MINUTE_MS, 'storefront'),
  ];
}

/** The shop's times with an outage that begins then, or without one. */
export function createStory(begunMs: number, outages: readonly OutageTimes[] = [], roomMs: number | null = null): Story {
  return { begunMs, outages, roomMs, past: pastTroubles(begunMs) };
}

function spansOf(service: string, story: Story): readonly (readonly [fromMs: number, toMs: number])[] {
  const known = SHOP.find(({ name }) => name === service);
  if (known === undefined) return [];
  return story.outages.map(({ startMs, healedMs }) => {
    const byItself = known.healthyAt === null ? startMs + LONGEST_MS : startMs + known.healthyAt * 1_000;
    return [startMs + known.brokenAt * 1_000, Math.min(byItself, healedMs ?? byItself)] as const;
  });
}

function share(fromMs: number, toMs: number, atMs: number, overMs: number): number {
  return Math.max(0, Math.min(atMs, toMs) - Math.max(atMs - overMs, fromMs)) / overMs;
}

/** How much of the time before an instant a service was caught in an outage, 0 to 1: what a rate over that time shows. */
export function outageShare(story: Story, service: string, atMs: number, overMs: number): number {
  return Math.min(1, spansOf(service, story).reduce((sum, [fromMs, toMs]) => sum + share(fromMs, toMs, atMs, overMs), 0));
}

/** The same of a planted trouble of the past. */
export function pastShare(story: Story, kind: PastTrouble['kind'], service: string, atMs: number, overMs: number): number {
  return Math.min(1, story.past.filter((one) => one.kind === kind && one.services.includes(service)).reduce((sum, { fromMs, toMs }) => sum + share(fromMs, toMs, atMs, overMs), 0));
}
