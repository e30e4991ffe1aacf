/**
 * `npm run bench -- recommendation`: how well runbooks are recommended on simulated streams of incidents, against simple ways to do it. All of it
 * is made up by a seeded generator: kinds of trouble with runbooks that help them by known chances, likenesses between incidents with noise,
 * responders who mostly take what stands first. It says how the learning works, not how well it does for anybody.
 */
import { parseArgs } from 'node:util';
import { randomFromWords } from '../../../backend/platform/seededRandom.ts';
import { rankRunbooks, type Candidate, type Ranked, type Trial } from '../../../backend/recommendation/index.ts';

const { values } = parseArgs({ args: process.argv.slice(3), options: { seeds: { type: 'string', default: '20' }, incidents: { type: 'string', default: '300' } } });
const SEEDS = Number(values.seeds);
const INCIDENTS = Number(values.incidents);
const KINDS = 8;
const RUNBOOKS = 24;
/** Who looks takes the first, the second, the third so often; else what they know best. */
const TAKES = [0.6, 0.2, 0.1];
const CANCELS = 0.05;
const REJECTS = 0.3;

type Random = () => number;
type Way = (candidates: readonly Candidate[], trials: readonly Trial[], seed: string) => readonly Pick<Ranked, 'runbook'>[];

/** Normal by the sum of twelve even draws. */
function normal(random: Random, mean: number, deviation: number): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw += 1) sum += random();
  return mean + sum * deviation;
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function byNumber(candidates: readonly Candidate[], valueOf: (candidate: Candidate) => number): readonly Pick<Ranked, 'runbook'>[] {
  return candidates.map((candidate) => ({ candidate, value: valueOf(candidate) })).sort((a, b) => b.value - a.value || (a.candidate.runbook < b.candidate.runbook ? -1 : 1)).map(({ candidate }) => candidate);
}

const worked = (trials: readonly Trial[], runbook: string): number => trials.filter((trial) => trial.runbook === runbook && trial.outcome === 'worked').length;
const tried = (trials: readonly Trial[], runbook: string): number => trials.filter((trial) => trial.runbook === runbook && trial.outcome !== 'rejected').length;

const WAYS: Readonly<Record<string, Way>> = {
  'any order': (candidates, _trials, seed) => {
    const random = randomFromWords(seed);
    return byNumber(candidates, () => random());
  },
  'by what runbooks say of themselves': (candidates) => byNumber(candidates, ({ fit }) => fit),
  'the most used first': (candidates, trials) => byNumber(candidates, ({ runbook, fit }) => tried(trials, runbook) + fit / 2),
  'the highest rate of success, wherever': (candidates, trials) => byNumber(candidates, ({ runbook, fit }) => (worked(trials, runbook) + 0.3 + fit / 10) / (tried(trials, runbook) + 1)),
  'learned, without exploring': (candidates, trials) => rankRunbooks(candidates, trials, null),
  '**learned, exploring what is safe, as shipped**': (candidates, trials, seed) => rankRunbooks(candidates, trials, { random: randomFromWords(seed) }),
};

interface Figures {
  mrr: number;
  first: number;
  ended: number;
  inside: number;
  stated: number;
  judged: number;
  explored: number;
}

/** One installation: a stream of incidents, in which each way learns from what it brought about itself. */
function live(way: Way, seed: number, figures: Figures): void {
  const random = randomFromWords(`world ${seed}`);
  const runbooks = Array.from({ length: RUNBOOKS }, (_, place) => `runbook-${String(place).padStart(2, '0')}`);
  const safe = new Map(runbooks.map((runbook) => [runbook, random() < 0.5]));
  const chances = Array.from({ length: KINDS }, () => new Map(runbooks.map((runbook) => {
    const lot = random();
    if (lot < 0.08) return [runbook, 0.6 + 0.35 * random()];
    return [runbook, lot < 0.25 ? 0.2 + 0.2 * random() : 0.05 * random()];
  })));
  const fits = Array.from({ length: KINDS }, (_, kind) => new Map(runbooks.map((runbook) => [runbook, clip(normal(random, 0.2 + 0.25 * (chances[kind]?.get(runbook) ?? 0), 0.15))])));
  const past: { readonly kind: number; readonly runbook: string; readonly outcome: Trial['outcome'] }[] = [];
  for (let incident = 0; incident < INCIDENTS; incident += 1) {
    const kind = Math.floor(KINDS * random() ** 1.5);
    const helps = chances[kind] ?? new Map<string, number>();
    const candidates = runbooks.filter((_, place) => (place + kind) % 2 === 0 || (helps.get(runbooks[place] ?? '') ?? 0) > 0.2).map((runbook) => ({ runbook, fit: fits[kind]?.get(runbook) ?? 0, isSafe: safe.get(runbook) ?? false }));
    const trials = past.map((each, place): Trial => ({ ...each, incident: place, similarity: clip(each.kind === kind ? normal(random, 0.5, 0.15) : normal(random, 0.12, 0.1)) }));
    const ranked = way(candidates, trials, `${seed} ${incident}`);
    const best = Math.max(...candidates.map(({ runbook }) => helps.get(runbook) ?? 0));
    const place = ranked.findIndex(({ runbook }) => helps.get(runbook) === best);
    const lot = random();
    const taken = TAKES.findIndex((_, at) => lot < TAKES.slice(0, at + 1).reduce((sum, share) => sum + share, 0));
    const chosen = ranked[taken === -1 ? Math.floor(random() * ranked.length) : taken];
    if (chosen === undefined) continue;
    const chance = helps.get(chosen.runbook) ?? 0;
    const [luck, whim] = [random(), random()];
    const ended = luck < chance;
    const outcome: Trial['outcome'] = whim < CANCELS ? 'cancelled' : ended ? 'worked' : chance < 0.1 && whim < REJECTS ? 'rejected' : 'no_help';
    past.push({ kind, runbook: chosen.runbook, outcome });
    // The first half is for learning.
    if (incident < INCIDENTS / 2) continue;
    figures.judged += 1;
    figures.mrr += 1 / (place + 1);
    figures.first += place === 0 ? 1 : 0;
    figures.ended += helps.get(ranked[0]?.runbook ?? '') ?? 0;
    for (const each of ranked.slice(0, 3)) {
      if (!isWhole(each)) continue;
      figures.stated += 1;
      const truth = helps.get(each.runbook) ?? 0;
      if (truth >= each.low && truth <= each.high) figures.inside += 1;
      if (each.isExplored) figures.explored += 1;
    }
  }
}

function isWhole(ranked: Pick<Ranked, 'runbook'>): ranked is Ranked {
  return 'low' in ranked;
}

process.stdout.write([
  `Simulated: ${SEEDS} seeded installations, ${INCIDENTS} incidents of ${KINDS} kinds each, ${RUNBOOKS} runbooks; the second half counts.`, '',
  '| order | MRR of the runbook that helps most | it stands first | chance that the first one ends it | true chance inside the 95 % interval |', '|--|---:|---:|---:|---:|', '',
].join('\n'));
for (const [name, way] of Object.entries(WAYS)) {
  const figures: Figures = { mrr: 0, first: 0, ended: 0, inside: 0, stated: 0, judged: 0, explored: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) live(way, seed, figures);
  const share = (part: number): string => (part / figures.judged).toFixed(3);
  process.stdout.write(`| ${name} | ${share(figures.mrr)} | ${share(figures.first)} | ${share(figures.ended)} | ${figures.stated === 0 ? '–' : `${((100 * figures.inside) / figures.stated).toFixed(0)} %`} |\n`);
  if (figures.explored > 0) process.stderr.write(`explored in ${share(figures.explored)} of incidents\n`);
}
