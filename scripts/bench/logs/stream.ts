/**
 * A simulated log of a shop, from a seed: lines of many patterns in four formats, by day more than by night, with jobs at fixed hours, starts
 * after deploys, rare lines and names that are never the same; and in it what is to be found, with labels: new patterns of trouble, new
 * patterns of no trouble, and known ones that come much more often. Not taken from any real log.
 */
import { randomFrom } from '../../../backend/platform/seededRandom.ts';
import type { LogLine } from '../../../backend/detection/logs/patternWatch.ts';

export const EVENT_KINDS = ['trouble', 'new', 'more'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface PlantedEvent {
  readonly kind: EventKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** Words that stand in its lines in this order. */
  readonly words: readonly string[];
}

export interface LabelledLog {
  readonly events: readonly PlantedEvent[];
  readonly stepMs: number;
  readonly learnedUntilMs: number;
  readonly endMs: number;
  /** Steps by their end, with their lines in order of time. Made while it is read, the same every time. */
  steps(): Generator<readonly [number, LogLine[]]>;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const LEARNING_DAYS = 7;
const WATCHED_DAYS = 21;
/** A Monday, 00:00 UTC. */
const START_MS = Date.UTC(2026, 0, 5);

const THINGS = ['order', 'payment', 'cart', 'session', 'invoice', 'stock', 'mail', 'search', 'price', 'profile', 'shipment', 'coupon', 'ledger', 'webhook', 'report', 'basket', 'refund', 'catalogue', 'address', 'label'];
const VERBS = ['accepted', 'placed', 'loaded', 'sent', 'stored', 'expired', 'skipped', 'refreshed', 'retried', 'closed', 'opened', 'synced', 'archived', 'queued', 'merged', 'priced', 'released', 'checked', 'paused', 'moved'];
const TAILS = ['by worker', 'from cache', 'within limits', 'after retry', 'for tenant', 'in region', 'without changes', 'on schedule', 'with defaults', 'as draft', 'to partner', 'over queue'];
const FAULTS = ['connection refused', 'deadline exceeded', 'out of memory', 'disk is full', 'permission denied', 'certificate has expired', 'too many open files', 'deadlock detected', 'no such host', 'checksum is corrupt', 'pool is exhausted', 'schema is unknown'];
const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'tas', 'vo', 'zi', 'bel', 'nor', 'du', 'fa', 'gis', 'hu', 'jo', 'pel', 'qua', 'sor', 'wen', 'xa', 'yl'];
const PODS = ['web', 'api', 'jobs'];
const FORMATS = ['plain', 'json', 'logfmt', 'access'] as const;

type Random = () => number;
type Part = string | ((random: Random) => string);

interface Pattern {
  readonly format: (typeof FORMATS)[number];
  readonly level: string;
  readonly parts: readonly Part[];
  /** Lines a minute in the mean. */
  readonly rate: number;
  /** How much of it follows the day. */
  readonly daily: number;
  /** Lines that come together. */
  readonly bunch: number;
}

interface Job {
  readonly pattern: Pattern;
  readonly minute: number;
  /** Days of the week on which it runs; all where null. */
  readonly weekday: number | null;
  readonly lines: number;
}

const whole = (random: Random, below: number): number => Math.floor(random() * below);
const pick = <T>(random: Random, list: readonly [T, ...T[]] | readonly T[], otherwise: T): T => list[whole(random, list.length)] ?? otherwise;
const hex = (random: Random, length: number): string => Array.from({ length }, () => whole(random, 16).toString(16)).join('');
const nameOf = (random: Random): string => Array.from({ length: 2 + whole(random, 3) }, () => pick(random, SYLLABLES, 'ka')).join('');
const VALUES: readonly ((random: Random) => string)[] = [
  (random) => String(whole(random, 1_000_000)), (random) => `${(random() * 900).toFixed(1)}ms`, (random) => `10.0.${whole(random, 256)}.${whole(random, 256)}:8080`,
  (random) => `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 12)}`, (random) => `/var/data/${hex(random, 6)}.part`,
];

/** How many come where so many come in the mean (Knuth; the normal curve for many). */
function poisson(random: Random, mean: number): number {
  if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

function partsOf(random: Random, level: string): Part[] {
  const value = (): Part => VALUES[whole(random, VALUES.length)] ?? String;
  const parts: Part[] = [pick(random, THINGS, 'order'), value(), pick(random, VERBS, 'placed')];
  for (let phrase = whole(random, 3); phrase > 0; phrase -= 1) parts.push(...pick(random, TAILS, 'by worker').split(' '), ...(random() < 0.5 ? [value()] : []));
  if (random() < 0.3) parts.push('of', nameOf);
  if (level === 'ERROR') parts.push(...pick(random, FAULTS, 'disk is full').split(' '));
  return parts;
}

function patternOf(random: Random, rate: number): Pattern {
  const level = random() < 0.72 ? 'INFO' : random() < 0.75 ? 'WARN' : 'ERROR';
  return { format: FORMATS[whole(random, 3)] ?? 'plain', level, parts: partsOf(random, level), rate, daily: random() < 0.7 ? 0.8 : 0.1, bunch: random() < 0.15 ? 2 + whole(random, 6) : 1 };
}

function accessOf(thing: string, rate: number): Pattern {
  return { format: 'access', level: '', rate, daily: 0.8, bunch: 1, parts: [thing] };
}

function lineOf(random: Random, { format, level, parts }: Pattern, atMs: number): string {
  const time = new Date(atMs).toISOString();
  if (format === 'access') {
    const status = random() < 0.97 ? 200 + whole(random, 2) : random() < 0.8 ? 404 : 500;
    return `10.1.${whole(random, 256)}.${whole(random, 256)} - - [${time}] "GET /api/${String(parts[0])}/${whole(random, 100_000)} HTTP/1.1" ${status} ${whole(random, 9_000)}`;
  }
  const text = parts.map((part) => (typeof part === 'string' ? part : part(random))).join(' ');
  if (format === 'json') return JSON.stringify({ ts: time, level: level.toLowerCase(), msg: text, pod: `${pick(random, PODS, 'web')}-${hex(random, 5)}`, user: nameOf(random) });
  if (format === 'logfmt') return `ts=${time} level=${level.toLowerCase()} pod=${pick(random, PODS, 'web')}-${hex(random, 5)} msg="${text}"`;
  return `${time} ${level} [worker-${whole(random, 16)}] ${text}`;
}

const waveAt = (minute: number): number => Math.max(0, Math.sin((2 * Math.PI * ((minute % DAY_MINUTES) - 420)) / DAY_MINUTES));
const rateAt = ({ rate, daily }: Pattern, minute: number): number => rate * (1 - daily + daily * (0.1 + 2.5 * waveAt(minute)));

interface Planted extends PlantedEvent {
  readonly pattern: Pattern;
  readonly also: readonly Pattern[];
  readonly linesAMinute: number;
}

/** Its lines have a word that is used nowhere else, as a new component would bring. */
function plantedPattern(random: Random, kind: 'trouble' | 'new', at: number): { readonly pattern: Pattern; readonly also: readonly Pattern[]; readonly words: string[] } {
  const piece = `${nameOf(random)}${String.fromCharCode(97 + (at % 26))}q`;
  const level = kind === 'trouble' ? (random() < 0.8 ? 'ERROR' : 'WARN') : 'INFO';
  const parts: Part[] = [`${piece}:`, ...partsOf(random, level === 'WARN' ? 'INFO' : level)];
  const format = FORMATS[whole(random, 3)] ?? 'plain';
  const base = { format, level, rate: 0, daily: 0, bunch: 1 };
  const frames = kind === 'trouble' && random() < 0.3 ? 1 + whole(random, 4) : 0;
  const also = Array.from({ length: frames }, (_one, frame): Pattern => ({ ...base, format: 'plain', level: '', parts: [`at com.shop.${piece}.${pick(random, THINGS, 'order')}.call${String.fromCharCode(65 + frame)}(Source.java:12)`] }));
  return { pattern: { ...base, parts }, also, words: [piece] };
}

/** The log of a seed. `scale` multiplies how much comes. */
export function simulateLog(seed: number, scale = 1): LabelledLog {
  const random = randomFrom(seed * 104_729);
  const minutes = (LEARNING_DAYS + WATCHED_DAYS) * DAY_MINUTES;
  // A few patterns make most of the lines, most of the patterns come seldom.
  const common = Array.from({ length: 40 }, (_one, at) => patternOf(random, (scale * 3) / (at + 1)));
  const seldom = Array.from({ length: 60 }, () => patternOf(random, 1 / (DAY_MINUTES * (0.3 + 12 * random() ** 2))));
  const access = THINGS.slice(0, 4).map((thing) => accessOf(thing, scale * (0.3 + random())));
  const usual = [...common, ...seldom, ...access];
  const jobs: Job[] = Array.from({ length: 5 }, (_one, at) => ({ pattern: { ...patternOf(random, 0), bunch: 1 }, minute: whole(random, DAY_MINUTES), weekday: at < 4 ? null : whole(random, 7), lines: 30 + whole(random, 200) }));
  const starts = Array.from({ length: 12 }, () => ({ ...patternOf(random, 0), level: 'INFO' }));
  const deploys = new Set(Array.from({ length: 3 * (LEARNING_DAYS + WATCHED_DAYS) }, () => whole(random, minutes)).filter((_minute, at) => at % 2 === 0));

  const planted: Planted[] = [];
  for (let minute = LEARNING_DAYS * DAY_MINUTES + 60; minute < minutes - 120; minute += 1_000 + whole(random, 2_000)) {
    const kind = EVENT_KINDS[whole(random, 3)] ?? 'more';
    const length = 5 + whole(random, 35);
    const span = { kind, fromMs: START_MS + minute * MINUTE_MS, toMs: START_MS + (minute + length) * MINUTE_MS };
    if (kind === 'more') {
      const at = whole(random, 30);
      const pattern = common[at];
      if (pattern === undefined || planted.some((one) => one.pattern === pattern)) continue;
      planted.push({ ...span, pattern, also: [], linesAMinute: Math.max(12, pattern.rate * (4 + 12 * random())), words: wordsOf(pattern) });
    } else planted.push({ ...span, ...plantedPattern(random, kind, planted.length), linesAMinute: kind === 'trouble' ? 0.4 + 6 * random() ** 2 : 1.5 + 6 * random() });
  }

  return {
    events: planted.map(({ kind, fromMs, toMs, words }) => ({ kind, fromMs, toMs, words })),
    stepMs: MINUTE_MS, learnedUntilMs: START_MS + LEARNING_DAYS * DAY_MINUTES * MINUTE_MS, endMs: START_MS + minutes * MINUTE_MS,
    *steps() {
      const drawn = randomFrom(seed * 15_485_863);
      for (let minute = 0; minute < minutes; minute += 1) {
        const fromMs = START_MS + minute * MINUTE_MS;
        const lines: LogLine[] = [];
        const add = (pattern: Pattern, count: number): void => {
          for (let line = 0; line < count; line += 1) {
            const atMs = fromMs + whole(drawn, MINUTE_MS);
            lines.push({ atMs, group: '', text: lineOf(drawn, pattern, atMs) });
          }
        };
        for (const pattern of usual) add(pattern, pattern.bunch * poisson(drawn, rateAt(pattern, minute) / pattern.bunch));
        for (const { pattern, minute: at, weekday, lines: count } of jobs) {
          const since = (minute % DAY_MINUTES) - at;
          if (since >= 0 && since < 5 && (weekday === null || weekday === Math.floor(minute / DAY_MINUTES) % 7)) add(pattern, poisson(drawn, count / 5));
        }
        if (deploys.has(minute)) for (const pattern of starts) add(pattern, 1 + whole(drawn, 3));
        for (const { pattern, also, fromMs: begin, toMs, linesAMinute } of planted) {
          if (fromMs < begin || fromMs >= toMs) continue;
          // It begins with a line, or it would begin later than its label says.
          const count = Math.max(fromMs === begin ? 1 : 0, poisson(drawn, linesAMinute));
          add(pattern, count);
          for (const one of also) add(one, count);
        }
        yield [fromMs + MINUTE_MS, lines.sort((a, b) => a.atMs - b.atMs)];
      }
    },
  };
}

/** The words of a pattern that never vary, in the order in which they come. */
function wordsOf({ parts }: Pattern): string[] {
  return parts.filter((part) => typeof part === 'string');
}

/** Whether a line is of what was planted. */
export function isOf({ words }: PlantedEvent, text: string): boolean {
  let at = 0;
  return words.every((word) => {
    at = text.indexOf(word, at) + 1;
    return at > 0;
  });
}
