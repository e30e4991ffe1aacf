/** Ways to find what is new or more often in a log: the product's, and simple ones beside it. All see a step only when it is over. */
import { DEFAULT_ALARMS_A_WEEK } from '../../../backend/contract/index.ts';
import { createPatternWatch, type LogLine } from '../../../backend/detection/logs/patternWatch.ts';
import { newWatch } from '../../../backend/detection/logs/patternState.ts';
import { exampleOf } from '../../../backend/detection/logs/redact.ts';
import type { LabelledLog } from './stream.ts';

export interface Finding {
  readonly startsAtMs: number;
  /** A line of it. */
  readonly example: string;
}

export interface Method {
  /** Takes a step in, and gives what was found in it. While it learns nothing counts. */
  step(endMs: number, lines: readonly LogLine[], isLearning: boolean): readonly Finding[];
}

/** The product: learns with what it is given, then watches, in one process. */
export function musterAt(alarmsAWeek: number): (log: LabelledLog) => Method {
  return ({ learnedUntilMs, stepMs, endMs: lastMs }) => {
    const beginMs = learnedUntilMs - 7 * 86_400_000;
    const learns = createPatternWatch(newWatch(beginMs), [], { stepMs, alarmsAWeek, isTraining: true });
    let watches: ReturnType<typeof createPatternWatch> | null = null;
    const told = new Set<string>();
    return {
      step(endMs, lines, isLearning) {
        if (isLearning) learns.step(endMs, lines);
        else {
          const known = learns.state();
          watches ??= createPatternWatch(known.watch, known.patterns, { stepMs, alarmsAWeek, isTraining: false });
          const begun = watches.step(endMs, lines).filter(({ key, startsAtMs }) => !told.has(`${key} ${startsAtMs}`));
          for (const { key, startsAtMs } of begun) told.add(`${key} ${startsAtMs}`);
          return endMs > lastMs ? [] : begun.map(({ startsAtMs, pattern }) => ({ startsAtMs, example: pattern.example }));
        }
        return [];
      },
    };
  };
}

/** Names a line. */
type Key = (text: string) => string;
const wholeLine: Key = (text) => text;
/** Words with a digit are taken out; of JSON nothing is known. */
export const withoutDigits: Key = (text) => text.split(/\s+/).filter((word) => !/\d/.test(word)).join(' ');

/** A line whose name was never seen. */
function neverSeen(key: Key): () => Method {
  return () => {
    const seen = new Set<string>();
    return {
      step: (_endMs, lines) => lines.flatMap(({ text, atMs }) => {
        const name = key(text);
        if (seen.has(name)) return [];
        seen.add(name);
        return [{ startsAtMs: atMs, example: exampleOf(text) }];
      }),
    };
  };
}

const TEN_MINUTES_MS = 600_000;

/** A name that is new and comes `least` times within ten minutes; and where `sigmas` is given, one whose count is that far above all its minutes so far. */
function counted(keys: () => Key, least: number, sigmas: number | null): (log: LabelledLog) => Method {
  return ({ stepMs }) => {
    const key = keys();
    interface Seen { firstMs: number; example: string; lines: number; isTold: boolean; sum: number; squares: number; loudMs: number }
    const seen = new Map<string, Seen>();
    let steps = 0;
    return {
      step(endMs, lines, isLearning) {
        const counts = new Map<string, number>();
        for (const { text, atMs } of lines) {
          const name = key(text);
          counts.set(name, (counts.get(name) ?? 0) + 1);
          if (!seen.has(name)) seen.set(name, { firstMs: atMs, example: exampleOf(text), lines: 0, isTold: isLearning, sum: 0, squares: 0, loudMs: 0 });
        }
        const found: Finding[] = [];
        for (const [name, count] of counts) {
          const one = seen.get(name);
          if (one === undefined) continue;
          one.lines += count;
          if (!one.isTold && endMs - one.firstMs <= TEN_MINUTES_MS + stepMs && one.lines >= least) {
            one.isTold = true;
            found.push({ startsAtMs: one.firstMs, example: one.example });
          } else if (sigmas !== null && steps > 0 && endMs - one.firstMs > 86_400_000) {
            const mean = one.sum / steps;
            const deviation = Math.sqrt(Math.max(mean, one.squares / steps - mean ** 2));
            if (count >= 8 && count > mean + sigmas * deviation) {
              if (endMs - one.loudMs > TEN_MINUTES_MS) found.push({ startsAtMs: endMs - stepMs, example: one.example });
              one.loudMs = endMs;
            }
          }
          one.sum += count;
          one.squares += count ** 2;
        }
        steps += 1;
        return found;
      },
    };
  };
}

/** Drain as published (He et al. 2017), without its tree: lines of one length and first word whose words agree to half are one template. */
function drain(): Key {
  const groups = new Map<string, { id: number; tokens: string[] }[]>();
  let next = 0;
  return (text) => {
    const tokens = text.split(/\s+/).map((word) => (/\d/.test(word) ? '<*>' : word));
    const group = `${tokens.length} ${tokens[0] ?? ''}`;
    const known = groups.get(group) ?? [];
    groups.set(group, known);
    let best: { id: number; tokens: string[] } | null = null;
    let most = 0;
    for (const one of known) {
      let alike = 0;
      for (let at = 0; at < tokens.length; at += 1) if (one.tokens[at] === tokens[at]) alike += 1;
      if (alike > most) [best, most] = [one, alike];
    }
    if (best === null || most < 0.5 * tokens.length) {
      next += 1;
      known.push({ id: next, tokens });
      return String(next);
    }
    const { id, tokens: template } = best;
    tokens.forEach((token, at) => void (template[at] === token || (template[at] = '<*>')));
    return String(id);
  };
}

/** The lines that speak of an error, counted together: more of them in a minute than their mean and so many deviations. */
const errorLines: Key = (text) => (/\berror\b/i.test(text) ? 'errors' : 'others');

export const METHODS: readonly (readonly [string, (log: LabelledLog) => Method])[] = [
  ['a line that was never seen', neverSeen(wholeLine)],
  ['the same without words that have a digit', neverSeen(withoutDigits)],
  ['without such words, new and four times in ten minutes', counted(() => withoutDigits, 4, null)],
  ['the same, or six deviations above its mean', counted(() => withoutDigits, 4, 6)],
  ['templates of Drain, new and four times, or six deviations', counted(drain, 4, 6)],
  ['number of lines with "error", six deviations', counted(() => errorLines, Number.POSITIVE_INFINITY, 6)],
  ['**Muster**, at most 1 false alarm a week', musterAt(1)],
  [`**Muster**, at most ${DEFAULT_ALARMS_A_WEEK} (a new detector)`, musterAt(DEFAULT_ALARMS_A_WEEK)],
  ['**Muster**, at most 20', musterAt(20)],
];
