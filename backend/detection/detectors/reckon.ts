/** Takes the newest values of all series of a detector in. Gives way between series, so that requests are answered meanwhile. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DetectorBody, Labels } from '#contract';
import { hoursIn, type WatchedCalendar } from '../calendar.ts';
import { createDetector } from '../detector.ts';
import { follow, patienceOf, type Episode } from '../episodes.ts';
import type { FoundPattern } from '../logs/patternWatch.ts';
import { seriesKeyOf, type ReadSeries } from './readers/index.ts';
import type { StoredSeries } from './seriesStore.ts';

/** What was kept was written by another version of the detector: it has to learn anew. */
export class UnreadableState extends Error {}

export interface Reckoned {
  readonly states: readonly StoredSeries[];
  /** What is known no longer. */
  readonly removed: readonly string[];
  readonly episodes: readonly { readonly key: string; readonly labels: Labels; readonly episode: Episode; readonly pattern: FoundPattern['pattern'] | null }[];
  /** Time of the newest value of all; null where none came. */
  readonly newestMs: number | null;
  /** Series or patterns. */
  readonly watched: number;
}

/** The promise is of the whole detector: each series has its share of it. */
export function shareOf(alarmsAWeek: number, series: number): number {
  return alarmsAWeek / Math.max(1, series);
}

const BREATHE_AFTER_MS = 20;

/** Reckons; changes nothing that was given. `isTraining`: what is found is not kept. */
export async function reckon(
  definition: DetectorBody, calendar: WatchedCalendar, known: ReadonlyMap<string, StoredSeries>, read: readonly ReadSeries[], untilMs: number, isTraining: boolean, elapsedMs: () => number,
): Promise<Reckoned> {
  const options = { direction: definition.direction, ...patienceOf(definition.stepSeconds * 1_000) };
  const alarmsAWeek = shareOf(definition.alarmsAWeek, read.length);
  const hourOf = hoursIn(calendar);
  const states: StoredSeries[] = [];
  const episodes: { key: string; labels: Labels; episode: Episode; pattern: null }[] = [];
  const seen = new Set<string>();
  let newestMs: number | null = null;
  let breathed = elapsedMs();

  for (const { labels, samples } of read) {
    const key = seriesKeyOf(labels);
    if (seen.has(key)) continue;
    seen.add(key);
    const before = known.get(key);
    if (samples.length === 0 && before === undefined) continue;
    const detector = createDetector({ alarmsAWeek, hourOf });
    if (before !== undefined && !detector.restore(before.state)) throw new UnreadableState();
    const followed = follow(detector, { open: before?.open ?? null, lastMs: before?.lastMs ?? untilMs }, samples, untilMs, options);
    if (samples.length > 0) newestMs = Math.max(newestMs ?? 0, followed.lastMs);
    states.push({ key, labels, state: detector.state(), open: isTraining ? null : followed.open, lastMs: followed.lastMs });
    if (!isTraining) episodes.push(...followed.touched.map((episode) => ({ key, labels, episode, pattern: null })));
    if (elapsedMs() - breathed > BREATHE_AFTER_MS) {
      await breathe();
      breathed = elapsedMs();
    }
  }

  // Series that have vanished: what was found of them does not stay open for ever.
  for (const before of known.values()) {
    if (before.open === null || seen.has(before.key)) continue;
    const open: Episode = before.open;
    if (untilMs - before.lastMs <= options.gapMs) continue;
    episodes.push({ key: before.key, labels: before.labels, episode: { ...open, endsAtMs: open.calmSinceMs ?? before.lastMs }, pattern: null });
    states.push({ ...before, open: null });
  }
  return { states, removed: [], episodes, newestMs, watched: read.length };
}
