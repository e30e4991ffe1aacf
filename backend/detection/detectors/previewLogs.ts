/** How a detector of log patterns would have done: it learns from the half of a week or more, and watches the rest. Nothing is kept. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DetectorBody, DetectorPreview, OrgId } from '#contract';
import { createLineDrawer } from '../chartLine.ts';
import { newWatch, type PatternState, type WatchState } from '../logs/patternState.ts';
import { createPatternWatch, type FoundPattern } from '../logs/patternWatch.ts';
import { patternOf, type ExploreUrl } from './alertText.ts';
import { NO_VIEWS } from './patternStore.ts';
import type { LogQuery, Readers } from './readers/index.ts';
import { stepsOf } from './reckonLogs.ts';

const PLACES = 720;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Lines that one preview reads at most; with more of them, it looks back less far. */
const MOST_LINES = 150_000;
const LINES_AT_ONCE = 20_000;
/** Findings that are shown, the newest. */
const SHOWN = 50;

export interface LogPreviewBody extends Pick<DetectorBody, 'stepSeconds' | 'alarmsAWeek'> {
  readonly query: LogQuery;
  readonly days: number;
}

/** Looks back up to a week. Throws `QueryFault`. */
export async function lookBackOnLogs(readers: Readers, exploreUrl: ExploreUrl, orgId: OrgId, { query, stepSeconds, alarmsAWeek, days }: LogPreviewBody, nowMs: number): Promise<DetectorPreview> {
  const stepMs = stepSeconds * 1_000;
  const endMs = readers.settledMs(query, nowMs, stepMs);
  let [queryMs, computeMs, points] = [0, 0, 0];
  const read = async (fromMs: number, toMs: number): ReturnType<Readers['readLines']> => {
    const asked = performance.now();
    const lines = await readers.readLines(orgId, query, { fromMs, toMs, stepMs }, LINES_AT_ONCE);
    queryMs += performance.now() - asked;
    return lines;
  };
  // How far back so many lines reach, as the last hour has it.
  const hour = Math.max(1, Math.floor(HOUR_MS / stepMs)) * stepMs;
  const sample = await read(endMs - hour + stepMs, endMs);
  const sampledMs = Math.max(stepMs, sample.reachedMs - (endMs - hour));
  const affordableMs = sample.lines.length === 0 ? WEEK_MS : (MOST_LINES / sample.lines.length) * sampledMs;
  // It learns from what comes before, whatever is shown.
  const steps = Math.max(2, Math.floor(Math.min(WEEK_MS, affordableMs) / stepMs));
  const beginMs = endMs - steps * stepMs;
  const shownFromMs = Math.max(beginMs, endMs - Math.floor((days * DAY_MS) / stepMs) * stepMs);
  const countedFromMs = Math.max(shownFromMs, beginMs + Math.floor(steps / 2) * stepMs);

  const drawer = createLineDrawer(shownFromMs, endMs, PLACES, stepMs);
  const found = new Map<string, FoundPattern>();
  let known: { readonly watch: WatchState; readonly patterns: readonly PatternState[] } = { watch: newWatch(beginMs), patterns: [] };
  let reachedMs = beginMs;
  while (reachedMs < endMs && points < 2 * MOST_LINES) {
    const isTraining = reachedMs < countedFromMs;
    const span = { fromMs: reachedMs + stepMs, toMs: isTraining ? countedFromMs : endMs, stepMs };
    const got = await read(span.fromMs, span.toMs);
    const begun = performance.now();
    const watching = createPatternWatch(known.watch, known.patterns, { stepMs, alarmsAWeek, isTraining, warmUpMs: Math.min(DAY_MS, (endMs - beginMs) / 4) });
    for (const [atMs, lines] of stepsOf(got.lines, { ...span, toMs: got.reachedMs })) {
      const touched = watching.step(atMs, lines);
      for (const one of touched) found.set(`${one.key} ${one.startsAtMs}`, one);
      // Of each stretch the step with most lines is drawn.
      if (atMs >= shownFromMs) drawer.add({ atMs, value: lines.length }, { score: 0, surprise: lines.length / (lines.length + 1), anomaly: touched.some(({ startsAtMs }) => startsAtMs > atMs - stepMs), expected: null, views: NO_VIEWS });
    }
    known = watching.state();
    points += got.lines.length;
    reachedMs = got.reachedMs;
    computeMs += performance.now() - begun;
    await breathe();
  }

  const findings = [...found.values()].sort((a, b) => a.startsAtMs - b.startsAtMs);
  const weeks = (reachedMs - countedFromMs) / WEEK_MS;
  return {
    from: new Date(shownFromMs).toISOString(), to: new Date(reachedMs).toISOString(), seriesTotal: points === 0 ? 0 : 1, points, queryMs, computeMs,
    findingsAWeek: points === 0 || weeks < 0.05 ? null : findings.length / weeks, countedFrom: new Date(countedFromMs).toISOString(),
    series: points === 0 ? [] : [{
      labels: {}, ...drawer.line(),
      findings: findings.slice(-SHOWN).map(({ startsAtMs, endsAtMs, value, score, pattern }) => ({
        startsAt: new Date(startsAtMs).toISOString(), endsAt: endsAtMs === null ? null : new Date(endsAtMs).toISOString(), value, score,
        pattern: patternOf(orgId, query, startsAtMs, pattern, exploreUrl),
      })),
    }],
  };
}
