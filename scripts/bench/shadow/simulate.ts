/** Helpers of a known worth against their baselines, week after week, all of it made up by a seeded generator: how often the rule of shadow takes them. */
import { chanceOfLoss, rightBet, squaredErrorBet, type Bet } from '../../../backend/insight/helpers/luck.ts';
import { ENOUGH_ANSWERS, worseWeeks, type Week } from '../../../backend/insight/helpers/shadowRule.ts';
import { randomFromWords } from '../../../backend/platform/seededRandom.ts';

export type Random = () => number;

const WEEK_MS = 7 * 86_400_000;
const SHARE = 0.6;
const USUAL = 0.05;
const MURMUR = { share: 0.8, said: 0.03 };
const ALARM = 0.35;

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** One answer of each kind of helper; `edge` is what it is better by: 0 as good as its baseline, negative worse. */
export const ANSWERS: Readonly<Record<string, (random: Random, edge: number) => readonly Bet[]>> = {
  /** A first suspect, a first runbook: right or not, beside another that is right so often. */
  'first of a list': (random, edge) => rightBet(random() < SHARE + edge, random() < SHARE),
  /** A finding, against the share of ordinary alerts. */
  'findings': (random, edge) => [{ stake: 1, chance: SHARE, came: random() < SHARE + edge }],
  /** A probability, mostly low, of something rare; it comes nearer to what was said, or to what is usual. */
  'probabilities': (random, edge) => {
    const said = random() < MURMUR.share ? MURMUR.said : ALARM;
    return [squaredErrorBet(said, USUAL, random() < clip((said + USUAL) / 2 + (edge * Math.sign(said - USUAL)) / 2))];
  },
};

function weekFrom(answers: readonly Bet[], judged: number, from: Date): Week {
  const loss = answers.reduce((sum, { stake, chance, came }) => sum + stake * (chance - (came ? 1 : 0)), 0);
  // The rule asks figures only which is the higher one; to a thousandth they are alike.
  return { from, judged, score: Math.abs(loss) < 1e-9 ? 0 : -loss, baseline: 0, precision: null, recall: null, interval: null, bets: answers };
}

/** The rule before: both weeks below the baseline, of enough answers. */
function wereBothWorse(weeks: readonly Week[]): boolean {
  return weeks.every(({ judged, score, baseline }) => judged >= ENOUGH_ANSWERS && (score ?? 0) < (baseline ?? 0));
}

export interface Rates {
  /** Of fortnights: in shadow by the figures alone, and by the rule. */
  readonly figuresAlone: number;
  readonly fortnight: number;
  /** Of years, and the weeks until then in the middle; null where half of the years never saw it. */
  readonly year: number;
  readonly medianWeeks: number | null;
}

/** Lets helpers live for years. */
export function ratesOf(kind: string, edge: number, answersAWeek: number, years: number): Rates {
  const random = randomFromWords(`${kind} ${edge} ${answersAWeek}`);
  const answer = ANSWERS[kind];
  if (answer === undefined) throw new Error(`there is no kind ${kind}`);
  let [fortnights, alone, shaded] = [0, 0, 0];
  const firsts: number[] = [];
  for (let year = 0; year < years; year += 1) {
    let first: number | null = null;
    let before: Week | null = null;
    for (let week = 0; week < 52; week += 1) {
      const from = new Date((4 + 7 * week) * 86_400_000);
      const now = weekFrom(Array.from({ length: answersAWeek }, () => answer(random, edge)).flat(), answersAWeek, from);
      if (before !== null) {
        fortnights += 1;
        if (wereBothWorse([before, now])) alone += 1;
        if (worseWeeks([before, now], false, null, new Date(from.getTime() + WEEK_MS)) !== null) {
          shaded += 1;
          first ??= week + 1;
        }
      }
      before = now;
    }
    firsts.push(first ?? Infinity);
  }
  const middle = firsts.sort((a, b) => a - b)[Math.floor(years / 2)] ?? Infinity;
  return { figuresAlone: alone / fortnights, fortnight: shaded / fortnights, year: firsts.filter((week) => week < Infinity).length / years, medianWeeks: middle === Infinity ? null : middle };
}

/** How often luck makes the bound as small as it says, of fortnights of equals: by the way it is made, no more often than that. */
export function shareBelow(kind: string, answersAWeek: number, chance: number, draws: number): number {
  const random = randomFromWords(`bound ${kind} ${answersAWeek}`);
  const answer = ANSWERS[kind];
  if (answer === undefined) throw new Error(`there is no kind ${kind}`);
  let below = 0;
  for (let draw = 0; draw < draws; draw += 1) if (chanceOfLoss(Array.from({ length: 2 * answersAWeek }, () => answer(random, 0)).flat()) <= chance) below += 1;
  return below / draws;
}
