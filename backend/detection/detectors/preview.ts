/** How a detector would have done over the past days: the same reckoning on the same values, learned from the time before, with nothing kept. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DetectorPreview, DetectorPreviewBody, Labels, OrgId, PreviewSeries } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import { inputError, overloadedError } from '../../platform/errors.ts';
import { hoursIn, type WatchedCalendar } from '../calendar.ts';
import { createLineDrawer, type LineDrawer } from '../chartLine.ts';
import { createDetector, type Detector } from '../detector.ts';
import { follow, patienceOf, type Episode } from '../episodes.ts';
import type { ExploreUrl } from './alertText.ts';
import { TRAINING_MS } from './evaluate.ts';
import { lookBackOnLogs } from './previewLogs.ts';
import { QueryFault, seriesKeyOf, type ReadSeries, type Readers, type Span } from './readers/index.ts';
import { shareOf } from './reckon.ts';

/** Series that are looked back on; the rest is counted. */
export const MOST_SHOWN_SERIES = 6;
const PLACES = 720;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const STEPS_AT_ONCE = 5_000;
/** Values that one preview reckons with at most; with more, it looks back less far. */
const MOST_VALUES = 1_000_000;
/** Previews at one time in this process: each keeps a core busy for a second or two. */
const MOST_AT_ONCE = 3;
const RETRY_AFTER_SECONDS = 3;

interface Watched {
  readonly labels: Labels;
  readonly detector: Detector;
  readonly drawer: LineDrawer;
  readonly episodes: Map<number, Episode>;
  open: Episode | null;
  lastMs: number;
}

export interface PreviewDeps {
  readonly clock: Clock;
  readonly readers: Readers;
  readonly exploreUrl: ExploreUrl;
}

/** Findings a week from a time on. */
function rateOf(episodes: readonly Episode[], countedFromMs: number, toMs: number): number | null {
  const weeks = (toMs - countedFromMs) / WEEK_MS;
  return weeks < 0.05 ? null : episodes.filter(({ startsAtMs }) => startsAtMs >= countedFromMs).length / weeks;
}

function toSeries({ labels, drawer, episodes }: Watched): PreviewSeries {
  return {
    labels, ...drawer.line(),
    findings: [...episodes.values()].map(({ startsAtMs, endsAtMs, value, score }) => ({
      startsAt: new Date(startsAtMs).toISOString(), endsAt: endsAtMs === null ? null : new Date(endsAtMs).toISOString(), value, score, pattern: null,
    })),
  };
}

/** Makes it. Refuses what cannot be asked for with 400 and the reason, and with 503 while others look back. */
export function createPreview({ clock, readers, exploreUrl }: PreviewDeps): (orgId: OrgId, body: DetectorPreviewBody, calendar: WatchedCalendar) => Promise<DetectorPreview> {
  let going = 0;

  async function lookBack(orgId: OrgId, { query, stepSeconds, direction, alarmsAWeek, days }: DetectorPreviewBody, calendar: WatchedCalendar): Promise<DetectorPreview> {
    if (query.kind === 'loki') return lookBackOnLogs(readers, exploreUrl, orgId, { query, stepSeconds, alarmsAWeek, days }, clock.nowMs());
    const stepMs = stepSeconds * 1_000;
    const toMs = readers.settledMs(query, clock.nowMs(), stepMs);
    let queryMs = 0;
    let computeMs = 0;
    const read = async (span: Span): Promise<readonly ReadSeries[]> => {
      const asked = performance.now();
      const series = await readers.read(orgId, query, span);
      queryMs += performance.now() - asked;
      return series;
    };
    // Those that give values now are the ones worth looking back on.
    const now = await read({ fromMs: toMs - Math.floor(Math.min(DAY_MS, 60 * stepMs) / stepMs) * stepMs, toMs, stepMs });
    const total = new Set(now.map(({ labels }) => seriesKeyOf(labels))).size;
    // It learns from as much as a detector does, whatever is shown of it: a week by itself would show another band, and other findings.
    const steps = Math.min(Math.floor(TRAINING_MS / stepMs), Math.floor(MOST_VALUES / Math.max(1, total)));
    const fromMs = toMs - steps * stepMs;
    const shownFromMs = Math.max(fromMs, toMs - Math.floor((days * DAY_MS) / stepMs) * stepMs);
    const options = { direction, ...patienceOf(stepMs) };
    const hourOf = hoursIn(calendar);
    const watched = new Map<string, Watched>();
    for (const { labels } of now) {
      const key = seriesKeyOf(labels);
      if (watched.has(key) || watched.size >= MOST_SHOWN_SERIES) continue;
      watched.set(key, { labels, detector: createDetector({ alarmsAWeek: shareOf(alarmsAWeek, total), hourOf }), drawer: createLineDrawer(shownFromMs, toMs, PLACES, stepMs), episodes: new Map(), open: null, lastMs: fromMs });
    }
    let points = 0;
    const atOnce = Math.max(1, Math.min(STEPS_AT_ONCE, Math.floor(MOST_VALUES / 5 / Math.max(1, total))));
    for (let startMs = fromMs; startMs <= toMs && watched.size > 0; startMs += atOnce * stepMs) {
      const span = { fromMs: startMs, toMs: Math.min(toMs, startMs + (atOnce - 1) * stepMs), stepMs };
      const series = await read(span);
      for (const { labels, samples } of series) {
        const one = watched.get(seriesKeyOf(labels));
        if (one === undefined) continue;
        const begun = performance.now();
        const followed = follow(one.detector, { open: one.open, lastMs: one.lastMs }, samples, span.toMs, { ...options, onReading: (sample, reading) => sample.atMs >= shownFromMs && one.drawer.add(sample, reading) });
        one.open = followed.open;
        one.lastMs = followed.lastMs;
        for (const episode of followed.touched) if ((episode.endsAtMs ?? toMs) >= shownFromMs) one.episodes.set(episode.startsAtMs, episode);
        points += samples.length;
        computeMs += performance.now() - begun;
        await breathe();
      }
    }
    // The first week, or half of a shorter time, is for learning.
    const countedFromMs = Math.max(shownFromMs, fromMs + Math.min(WEEK_MS, (toMs - fromMs) / 2));
    const shown = [...watched.values()];
    return {
      from: new Date(shownFromMs).toISOString(), to: new Date(toMs).toISOString(), series: shown.map(toSeries), seriesTotal: total,
      findingsAWeek: shown.length === 0 ? null : rateOf(shown.flatMap(({ episodes }) => [...episodes.values()]), countedFromMs, toMs), countedFrom: new Date(countedFromMs).toISOString(), points, queryMs, computeMs,
    };
  }

  return async (orgId, body, calendar) => {
    if (going >= MOST_AT_ONCE) throw overloadedError(`${going} others look back just now`, RETRY_AFTER_SECONDS);
    going += 1;
    try {
      return await lookBack(orgId, body, calendar);
    } catch (error) {
      if (error instanceof QueryFault) throw inputError(error.message, [{ field: 'body.query', message: error.message }]);
      throw error;
    } finally {
      going -= 1;
    }
  };
}
