/** Takes the lines of the next steps of a log in. Gives way between steps, so that requests are answered meanwhile. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { DetectorBody, Labels } from '#contract';
import { createPatternWatch, type FoundPattern, type LogLine } from '../logs/patternWatch.ts';
import { keptPattern, keptWatch, NO_VIEWS, patternsFrom } from './patternStore.ts';
import type { LogQuery, Span } from './readers/index.ts';
import type { Reckoned } from './reckon.ts';
import type { StoredSeries } from './seriesStore.ts';

const BREATHE_AFTER_MS = 20;

/** Labels of a pattern: what its lines are told apart by. */
export function labelsOfGroup(query: LogQuery, group: string): Labels {
  return query.by === null || group === '' ? {} : { [query.by]: group };
}

/** The lines of each step; a step is named by its end, and holds what came before it. */
export function* stepsOf(lines: readonly LogLine[], { fromMs, toMs, stepMs }: Span): Generator<readonly [number, readonly LogLine[]]> {
  let at = 0;
  for (let endMs = fromMs; endMs <= toMs; endMs += stepMs) {
    const from = at;
    while (at < lines.length && (lines[at]?.atMs ?? endMs) < endMs) at += 1;
    yield [endMs, lines.slice(from, at)];
  }
}

/** Reckons; changes nothing that was given. */
export async function reckonLogs(definition: DetectorBody, query: LogQuery, known: ReadonlyMap<string, StoredSeries>, lines: readonly LogLine[], span: Span, isTraining: boolean, elapsedMs: () => number): Promise<Reckoned> {
  const { watch, patterns } = patternsFrom(known, span.fromMs - span.stepMs);
  const watching = createPatternWatch(watch, patterns, { stepMs: span.stepMs, alarmsAWeek: definition.alarmsAWeek, isTraining });
  /** As each stands at last: one that goes on is told of at every step. */
  const touched = new Map<string, FoundPattern>();
  let breathed = elapsedMs();
  for (const [endMs, of] of stepsOf(lines, span)) {
    for (const found of watching.step(endMs, of)) touched.set(`${found.key} ${found.startsAtMs}`, found);
    if (elapsedMs() - breathed > BREATHE_AFTER_MS) {
      await breathe();
      breathed = elapsedMs();
    }
  }
  const now = watching.state();
  return {
    states: [...now.patterns.filter(({ id }) => now.changed.has(id)).map((pattern) => keptPattern(pattern, labelsOfGroup(query, pattern.group))), keptWatch(now.watch, span.toMs)],
    removed: [...now.removed],
    episodes: [...touched.values()].map(({ key, group, startsAtMs, endsAtMs, value, usual, score, pattern }) => ({
      key, labels: labelsOfGroup(query, group), pattern,
      episode: { startsAtMs, endsAtMs, value, expected: { low: 0, ...usual }, score, views: NO_VIEWS, calmSinceMs: null, calm: 0 },
    })),
    newestMs: lines.at(-1)?.atMs ?? null,
    watched: now.patterns.length,
  };
}
