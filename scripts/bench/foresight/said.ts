/** What the probabilities are worth that people read on warnings: when one is given, and as it goes on. */
import type { ForesightSnapshot, Prior } from '../../../backend/prediction/index.ts';
import { shareThatComes } from '../../../backend/prediction/likelihood/recalibration.ts';
import type { Storm } from '../correlation/storm.ts';
import { playStorm, type Judgement, type PlayOptions } from './playStorm.ts';

const HORIZON_MS = 45 * 60_000;
const DAY_MS = 86_400_000;
const BINS = 5;

interface Reading {
  readonly evidence: number;
  readonly said: number;
  readonly came: boolean;
}

interface Warning extends Reading {
  readonly atMs: number;
  /** What stood on it when something further came, its incident not begun. */
  readonly later: readonly Reading[];
}

function readingOf({ likelihood, hit }: Judgement): Reading {
  return { evidence: 1 / (1 + Math.exp(-likelihood.odds)), said: likelihood.probability, came: hit };
}

function warningsOf(judgements: readonly Judgement[]): Warning[] {
  return judgements.flatMap((first, index) => {
    if (!first.likelihood.isWarning) return [];
    const { service, atMs } = first.likelihood;
    const later = judgements.slice(index + 1).filter(({ likelihood, isDuring }) => likelihood.service === service && likelihood.atMs - atMs < HORIZON_MS && !isDuring && !likelihood.isBroken);
    // What came of the warning, not of a question asked later.
    return [{ ...readingOf(first), atMs, later: later.map((judgement) => ({ ...readingOf(judgement), came: first.hit })) }];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squared(readings: readonly Reading[], of: (reading: Reading) => number): string {
  return readings.length === 0 ? '–' : mean(readings.map((reading) => (of(reading) - (reading.came ? 1 : 0)) ** 2)).toFixed(3);
}

/** Brier score of the share that came of the warnings before whose time was over, one of two believed. */
function runningShare(groups: readonly (readonly Warning[])[]): string {
  return mean(groups.flatMap((group) => group.map(({ atMs, came }) => {
    const over = group.filter((other) => other.atMs + HORIZON_MS < atMs);
    return ((over.filter((other) => other.came).length + 1) / (over.length + 2) - (came ? 1 : 0)) ** 2;
  }))).toFixed(3);
}

/** How likely a right warning says more than a wrong one. */
function area(readings: readonly Reading[]): string {
  const [right, wrong] = [readings.filter(({ came }) => came), readings.filter(({ came }) => !came)];
  return mean(right.flatMap((a) => wrong.map((b) => (a.evidence > b.evidence ? 1 : a.evidence === b.evidence ? 0.5 : 0)))).toFixed(2);
}

function line(title: string, groups: readonly (readonly Warning[])[]): string {
  const all = groups.flat();
  const share = mean(all.map(({ came }) => (came ? 1 : 0)));
  const later = all.flatMap((warning) => warning.later);
  const evidence = ({ evidence: value }: Reading): number => value;
  const said = ({ said: value }: Reading): number => value;
  return `| ${title} | ${all.length} | ${share.toFixed(3)} | ${area(all)} | ${squared(all, evidence)} | **${squared(all, said)}** | ${runningShare(groups)} | ${(share * (1 - share)).toFixed(3)} | ${later.length} | ${area(later)} | ${squared(later, evidence)} | **${squared(later, said)}** |\n`;
}

/** Every order of some storms, each a day later than the one before, learning on. */
function inEveryOrder(storms: readonly Storm[], prior: Prior): Warning[][] {
  const orders = (left: readonly Storm[]): Storm[][] => (left.length === 0 ? [[]] : left.flatMap((storm) => orders(left.filter((other) => other !== storm)).map((rest) => [storm, ...rest])));
  return orders(storms).map((order) => {
    let from: ForesightSnapshot | undefined;
    return order.flatMap((storm, index) => {
      const { judgements, snapshot } = playStorm(storm, { prior, isTold: true, shiftMs: index * DAY_MS, ...(from === undefined ? {} : { from }) });
      from = snapshot;
      return warningsOf(judgements).map((warning) => ({ ...warning, atMs: warning.atMs + index * DAY_MS }));
    });
  });
}

/** Reliability: by fifths of what was said, its mean and how much of that came true. */
function bins(title: string, readings: readonly Reading[], of: (reading: Reading) => number): string {
  const cells = Array.from({ length: BINS }, (_, bin) => {
    const own = readings.filter((reading) => Math.min(BINS - 1, Math.floor(of(reading) * BINS)) === bin);
    return own.length === 0 ? '–' : `${mean(own.map(of)).toFixed(2)}: ${mean(own.map(({ came }) => (came ? 1 : 0))).toFixed(2)} (${own.length})`;
  });
  return `| ${title} | ${cells.join(' | ')} |\n`;
}

/** The tables, in Markdown. */
export function saidTables(storms: readonly Storm[], prior: Prior, variants: readonly (readonly [string, readonly Storm[]])[]): string {
  const alone = (list: readonly Storm[], options: Partial<PlayOptions> = {}): Warning[][] => list.map((storm) => warningsOf(playStorm(storm, { prior, ...options }).judgements));
  const plain = alone(storms);
  const odd = storms.filter((_, index) => index % 2 === 0);
  const even = storms.filter((_, index) => index % 2 === 1);
  const inTurn = inEveryOrder(storms, prior);
  const head = '| | warnings | came true | AUC | Brier: evidence alone | said | running share | the share itself | read later | AUC | evidence alone | said |\n|--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n';
  const evidence = ({ evidence: value }: Reading): number => value;
  const said = ({ said: value }: Reading): number => value;
  const first = plain.flat();
  const later = first.flatMap((warning) => warning.later);
  return `believed before anything: ${shareThatComes({ warnings: 0, came: 0 })}\n${head}${[
    line('each storm from nothing, nothing told', plain),
    line('each storm from nothing', alone(storms, { isTold: true })),
    line('all five in turn, learning on, all 120 orders', inTurn),
    line('s1, s3, s5 in turn, 6 orders', inEveryOrder(odd, prior)),
    line('s2, s4 in turn, 2 orders', inEveryOrder(even, prior)),
    ...variants.map(([title, list]) => line(title, alone(list))),
  ].join('')}\n| mean: came true (how many) | 0 to 0.2 | 0.2 to 0.4 | 0.4 to 0.6 | 0.6 to 0.8 | 0.8 to 1 |\n|--|--:|--:|--:|--:|--:|\n${[
    bins('when it is given, evidence alone', first, evidence), bins('when it is given, said', first, said), bins('when something further came, evidence alone', later, evidence), bins('when something further came, said', later, said),
    bins('both, evidence alone', [...first, ...later], evidence), bins('both, said', [...first, ...later], said),
    bins('both, all five in turn, evidence alone', inTurn.flat().flatMap((warning) => [warning, ...warning.later]), evidence), bins('both, all five in turn, said', inTurn.flat().flatMap((warning) => [warning, ...warning.later]), said),
  ].join('')}`;
}
