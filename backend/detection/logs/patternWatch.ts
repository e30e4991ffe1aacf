/**
 * Watches the lines of a log query step by step for patterns that are new, and for known ones that come much more often than they do.
 * What it says depends on what it knew and on the lines only, however they are cut into calls. Pure.
 */
import { isGrave } from './lineText.ts';
import { createMiner, type Miner } from './miner.ts';
import type { OpenPattern, PatternKind, PatternState, WatchState } from './patternState.ts';
import { emptyRate, judge } from './rate.ts';
import { exampleOf } from './redact.ts';
import { heightFor, passed, withEvent } from './tally.ts';

export interface LogLine {
  readonly atMs: number;
  readonly text: string;
  readonly group: string;
}

export interface FoundPattern {
  readonly key: string;
  readonly group: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  readonly value: number;
  readonly usual: { readonly mid: number; readonly high: number };
  /** 0.5 to 1. */
  readonly score: number;
  readonly pattern: { readonly kind: PatternKind; readonly template: string; readonly example: string; readonly lines: number; readonly firstAtMs: number; readonly lastAtMs: number };
}

export interface WatchOptions {
  readonly stepMs: number;
  readonly alarmsAWeek: number;
  /** What is found is not told while it learns. */
  readonly isTraining: boolean;
  /** At first all is new: so long nothing counts as an event. */
  readonly warmUpMs?: number;
}

export interface PatternWatch {
  /** Takes the lines of the step that ends at `endMs` (all of them, in order of time), and gives the findings that began, went on or ended. */
  step(endMs: number, lines: readonly LogLine[]): FoundPattern[];
  /** What is known now: of all, those that changed since the watch was made, and those that were given up. */
  state(): { readonly watch: WatchState; readonly patterns: readonly PatternState[]; readonly changed: ReadonlySet<string>; readonly removed: ReadonlySet<string> };
}

/** Patterns of one detector; of more, those that stayed away the longest are given up. */
export const MOST_PATTERNS = 1_000;
const GIVEN_UP_AT_ONCE = 50;
const WARM_UP_MS = 86_400_000;
/** A new pattern is new for so long; its lines count together. */
const BIRTH_MS = 10 * 60_000;
/** A grave line weighs as much as so many others. */
const GRAVE_WEIGHT = 4;
/** Logarithm (base 2) of the least weight of a new pattern, and the least excess of a rate, whatever is allowed. */
const LEAST_BIRTH = 2;
const LEAST_SPIKE = 6;
/** A rate is judged when it is known for a day. */
const KNOWN_MS = 86_400_000;
/** Of new patterns, so many may be open at once: what comes with them is the same trouble. */
const MOST_OPEN = 5;
const CALM_MS = 10 * 60_000;
const CALM_STEPS = 5;
/** What has gone on for so long is usual. */
const MOST_LASTING_MS = 86_400_000;
const SHARE = 0.5;

function found(pattern: PatternState, open: OpenPattern, endsAtMs: number | null): FoundPattern {
  const { id, group, tokens, example, bornMs, lastMs } = pattern;
  return {
    key: id, group, startsAtMs: open.startsAtMs, endsAtMs, value: open.value, usual: { mid: open.usualMid, high: open.usualHigh }, score: open.score,
    pattern: { kind: open.kind, template: tokens.join(' '), example, lines: open.lines, firstAtMs: bornMs, lastAtMs: lastMs },
  };
}

function sureness(height: number, threshold: number): number {
  return 1 - 0.5 * Math.min(1, (threshold + 1) / (height + 1));
}

interface Counted {
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Makes one that goes on from what was known. */
export function createPatternWatch(watch: WatchState, patterns: Iterable<PatternState>, options: WatchOptions): PatternWatch {
  const { stepMs, alarmsAWeek, isTraining, warmUpMs = WARM_UP_MS } = options;
  const calmMs = Math.max(CALM_MS, CALM_STEPS * stepMs);
  const known = new Map<string, PatternState>();
  const miners = new Map<string, Miner>();
  const changed = new Set<string>();
  const removed = new Set<string>();
  const opened = new Set<string>();
  let { next, births, spikes } = watch;
  const byGroup = new Map<string, PatternState[]>();
  for (const pattern of patterns) {
    known.set(pattern.id, pattern);
    if (pattern.open !== null) opened.add(pattern.id);
    const of = byGroup.get(pattern.group);
    if (of === undefined) byGroup.set(pattern.group, [pattern]);
    else of.push(pattern);
  }
  for (const [group, of] of byGroup) miners.set(group, createMiner(group, of));

  function minerOf(group: string): Miner {
    const miner = miners.get(group) ?? createMiner(group, []);
    miners.set(group, miner);
    return miner;
  }

  function put(pattern: PatternState): void {
    known.set(pattern.id, pattern);
    changed.add(pattern.id);
    if (pattern.open === null) opened.delete(pattern.id);
    else opened.add(pattern.id);
  }

  /** Room for another one: those that stayed away the longest go, the older ones first. */
  function giveUp(counts: ReadonlyMap<string, Counted>): void {
    const idle = [...known.values()].filter(({ id, open }) => open === null && !counts.has(id)).sort((a, b) => a.lastMs - b.lastMs || a.order - b.order);
    for (const { id, group } of idle.slice(0, GIVEN_UP_AT_ONCE)) {
      known.delete(id);
      changed.delete(id);
      removed.add(id);
      minerOf(group).remove(id);
    }
  }

  /** A word that varies shows only when some lines have come: where all of them are news, they are one piece of news. */
  function youth(ids: readonly string[], counts: ReadonlyMap<string, Counted>, endMs: number): { readonly bornMs: number; readonly lines: number } | null {
    let [bornMs, lines] = [Number.POSITIVE_INFINITY, 0];
    for (const id of ids) {
      const one = known.get(id);
      if (one === undefined || !one.isNews || endMs - one.bornMs > BIRTH_MS + stepMs) return null;
      bornMs = Math.min(bornMs, one.bornMs);
      lines += one.lines + (counts.get(id)?.count ?? 0);
    }
    return { bornMs, lines };
  }

  function count(lines: readonly LogLine[], endMs: number): Map<string, Counted> {
    const counts = new Map<string, Counted>();
    for (const { text, group, atMs } of lines) {
      const { template, is, variantOf } = minerOf(group).mine(text, next);
      if (is !== 'known') {
        next += 1;
        removed.delete(template.id);
        const young = is === 'variant' ? youth(variantOf.map(({ id }) => id), counts, endMs) : null;
        put({
          id: template.id, group, tokens: template.tokens, order: template.order, isNews: is === 'new' || young !== null, bornMs: young?.bornMs ?? atMs, example: exampleOf(text), lines: young?.lines ?? 0, lastMs: atMs,
          rate: emptyRate(endMs - stepMs), open: null,
        });
      }
      const seen = counts.get(template.id);
      if (seen === undefined) counts.set(template.id, { count: 1, firstMs: atMs, lastMs: atMs });
      else {
        seen.count += 1;
        seen.lastMs = atMs;
      }
      if (is !== 'known' && known.size > MOST_PATTERNS) giveUp(counts);
    }
    return counts;
  }

  const openNew = (): number => [...opened].filter((id) => known.get(id)?.open?.kind === 'new').length;

  /** A pattern with lines in this step: as new, or by its rate. */
  function looked(before: PatternState, { count: lines, lastMs }: Counted, endMs: number, isWarm: boolean): { readonly pattern: PatternState; readonly begins: OpenPattern | null } {
    const { rate, usual, value, excess } = judge(before.rate, lines, endMs, stepMs);
    const pattern: PatternState = { ...before, rate, lines: before.lines + lines, lastMs };
    const isNew = before.isNews && endMs - before.bornMs <= BIRTH_MS + stepMs;
    const nothing = { pattern, begins: null };
    if (!isWarm) return nothing;
    if (isNew) {
      const height = Math.log2(pattern.lines * (isGrave(before.tokens.join(' ')) ? GRAVE_WEIGHT : 1));
      const threshold = heightFor(births, SHARE * alarmsAWeek, LEAST_BIRTH);
      births = withEvent(births, height);
      if (isTraining || before.open !== null || height < threshold || openNew() >= MOST_OPEN) return nothing;
      return { pattern: { ...pattern, isNews: false }, begins: { kind: 'new', startsAtMs: before.bornMs, value: pattern.lines, usualMid: 0, usualHigh: 0, score: sureness(height, threshold), lines: pattern.lines, loudMs: endMs } };
    }
    if (endMs - before.bornMs < KNOWN_MS || excess < LEAST_SPIKE) return nothing;
    const threshold = heightFor(spikes, SHARE * alarmsAWeek, LEAST_SPIKE);
    spikes = withEvent(spikes, excess);
    if (isTraining || before.open !== null || excess < threshold) return nothing;
    return { pattern, begins: { kind: 'rate', startsAtMs: endMs - stepMs, value, usualMid: usual.mid, usualHigh: usual.high, score: sureness(excess, threshold), lines, loudMs: endMs } };
  }

  /** An open one goes on, or is over: a new pattern without lines, a rate that is back, for a while; or it has become usual. */
  function followed(pattern: PatternState, open: OpenPattern, lines: number, endMs: number): { readonly pattern: PatternState; readonly endsAtMs: number | null } {
    const isLoud = open.kind === 'new' ? lines > 0 : lines > open.usualHigh;
    const now: OpenPattern = { ...open, lines: open.lines + lines, loudMs: isLoud ? endMs : open.loudMs };
    const isOver = endMs - now.loudMs >= calmMs || endMs - now.startsAtMs >= MOST_LASTING_MS;
    return { pattern: { ...pattern, open: now }, endsAtMs: isOver ? now.loudMs : null };
  }

  return {
    step(endMs, lines) {
      const isWarm = endMs - watch.sinceMs > warmUpMs;
      if (isWarm) {
        births = passed(births, endMs);
        spikes = passed(spikes, endMs);
      } else {
        births = { ...births, atMs: endMs };
        spikes = { ...spikes, atMs: endMs };
      }
      const goingOn = new Set(opened);
      const counts = count(lines, endMs);
      const touched: FoundPattern[] = [];
      for (const [id, counted] of counts) {
        const before = known.get(id);
        if (before === undefined) continue;
        const { pattern, begins } = looked(before, counted, endMs, isWarm);
        put(begins === null ? pattern : { ...pattern, open: begins });
        if (begins !== null) touched.push(found(pattern, begins, null));
      }
      for (const id of goingOn) {
        const before = known.get(id);
        if (before === undefined || before.open === null) continue;
        const { pattern, endsAtMs } = followed(before, before.open, counts.get(id)?.count ?? 0, endMs);
        const { open } = pattern;
        if (open === null) continue;
        touched.push(found(pattern, open, endsAtMs));
        put(endsAtMs === null ? pattern : { ...pattern, open: null });
      }
      return touched;
    },
    state: () => ({ watch: { sinceMs: watch.sinceMs, next, births, spikes }, patterns: [...known.values()], changed, removed }),
  };
}
