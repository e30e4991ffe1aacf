/**
 * `npm run bench -- foresight`: plays the simulated storms of MUSTER_DATA through the predictor of incidents alone and
 * prints the tables of docs/aiops.md: each storm from nothing, names hashed, constants fitted to the other storms only,
 * storms one after the other with what was learned. `--fit` prints the weights of the prior, `--approaches` what each
 * kind of evidence is worth, `--said` what the probabilities on warnings are worth, `--variants` the storms with less knowledge or less noise, `--show` every warning.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { PRIOR, type ForesightSnapshot, type Prior } from '../../../backend/prediction/index.ts';
import { EVIDENCE_NAMES, type EvidenceName } from '../../../backend/prediction/likelihood/evidence.ts';
import { readStorm, type Storm } from '../correlation/storm.ts';
import { fitLogistic } from './fit.ts';
import { variantsOf } from './variants.ts';
import { playStorm, type Judgement, type Played, type PlayOptions } from './playStorm.ts';
import { saidTables } from './said.ts';

const NAMES = ['s1', 's2', 's3', 's4', 's5'];
const RIDGE = 2;
const DAY_MS = 86_400_000;
const THRESHOLDS = [0.12, 0.15, 0.18, 0.2, 0.22, 0.24, 0.26, 0.3, 0.35];
/** Fitted weights; that of lessons is set by hand, as little of a single storm teaches it. */
const FITTED = EVIDENCE_NAMES.filter((name) => name !== 'lessons');

/** What each step towards the shipped evidence is worth. */
const APPROACHES: readonly (readonly [string, readonly EvidenceName[]])[] = [
  ['rarity of the rule alone', ['rarest']],
  ['with: the rule fires elsewhere', ['rarest', 'elsewhere']],
  ['with: further complaints', ['rarest', 'elsewhere', 'further']],
  ['with: share of its places', ['rarest', 'elsewhere', 'further', 'spread']],
  ['with: nothing depends on it', ['rarest', 'elsewhere', 'further', 'spread', 'leaf']],
  ['with: changes', ['rarest', 'elsewhere', 'further', 'spread', 'leaf', 'changed']],
  ['with: neighbours, restlessness, one part or the whole', FITTED],
];

const { values } = parseArgs({ allowPositionals: true, options: { fit: { type: 'boolean', default: false }, show: { type: 'boolean', default: false }, said: { type: 'boolean', default: false }, variants: { type: 'boolean', default: false }, approaches: { type: 'boolean', default: false }, threshold: { type: 'string' } } });
const prior: Prior = values.threshold === undefined ? PRIOR : { ...PRIOR, threshold: Number(values.threshold) };
const dir = join(process.env['MUSTER_DATA'] ?? '../shared/data', 'storms');
const scoreSchema = z.object({
  warnings: z.number(), warningsRight: z.number(), precursorIncidents: z.number(), precursorWarned: z.number().nullable(), warningLeadMedianMin: z.number().nullable(),
});
const scorer = z.object({ scoreWarnings: z.custom<(truth: unknown, warnings: unknown) => unknown>((value) => typeof value === 'function') })
  .parse(await import(pathToFileURL(join(dir, 'score.mjs')).href));

interface Warning {
  readonly at: string;
  readonly service: string;
  readonly probability: number;
}

function warningsOf({ judgements }: Pick<Played, 'judgements'>): Warning[] {
  return judgements.filter(({ likelihood }) => likelihood.isWarning)
    .map(({ likelihood }) => ({ at: new Date(likelihood.atMs).toISOString(), service: likelihood.service, probability: likelihood.probability }));
}

/** Minutes from the earliest right warning to the onset, of each incident with precursors that was warned of; by the rule of score.mjs. */
function leadsOf(storm: Storm, warnings: readonly Warning[]): number[] {
  return storm.truth.incidents.filter((incident) => incident['precursors'] === true).flatMap((incident) => {
    const leads = warnings.filter(({ service }) => service === incident.rootCauseService).map(({ at }) => (Date.parse(incident.onset) - Date.parse(at)) / 60_000)
      .filter((lead) => lead >= 1 && lead <= 45);
    return leads.length === 0 ? [] : [Math.max(...leads)];
  });
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** First judgements of a stir, one a service in 45 minutes: what a probability is measured on. */
function questions(judgements: readonly Judgement[]): Judgement[] {
  const last = new Map<string, number>();
  return judgements.filter(({ likelihood, isDuring }) => {
    if (isDuring || likelihood.atMs - (last.get(likelihood.service) ?? Number.NEGATIVE_INFINITY) < 45 * 60_000) return false;
    last.set(likelihood.service, likelihood.atMs);
    return true;
  });
}

function brier(judgements: readonly Judgement[]): string {
  const rate = judgements.filter(({ hit }) => hit).length / judgements.length;
  const score = judgements.reduce((sum, { likelihood, hit }) => sum + (likelihood.probability - (hit ? 1 : 0)) ** 2, 0) / judgements.length;
  return `${score.toFixed(4)} against ${(rate * (1 - rate)).toFixed(4)} of the base rate ${rate.toFixed(3)} (n ${judgements.length})`;
}

/** Of all warnings how many are right, and of all incidents with precursors how many were warned of. */
function tally(list: readonly Storm[], played: readonly Pick<Played, 'judgements'>[]): { precision: number; recall: number } {
  const counts = { warned: 0, right: 0, precursors: 0, found: 0 };
  for (const [index, storm] of list.entries()) {
    const warnings = warningsOf(played[index] ?? { judgements: [] });
    const score = scoreSchema.parse(scorer.scoreWarnings(storm.truth, warnings));
    counts.warned += score.warnings;
    counts.right += score.warningsRight;
    counts.precursors += score.precursorIncidents;
    counts.found += leadsOf(storm, warnings).length;
  }
  return { precision: counts.right / Math.max(1, counts.warned), recall: counts.found / Math.max(1, counts.precursors) };
}

/** Prints one line: pooled over all storms. */
function report(title: string, storms: readonly Storm[], played: readonly Played[]): void {
  let warned = 0;
  let right = 0;
  let precursors = 0;
  const leads: number[] = [];
  for (const [index, storm] of storms.entries()) {
    const outcome = played[index];
    if (outcome === undefined) continue;
    const warnings = warningsOf(outcome);
    const score = scoreSchema.parse(scorer.scoreWarnings(storm.truth, warnings));
    warned += score.warnings;
    right += score.warningsRight;
    precursors += score.precursorIncidents;
    leads.push(...leadsOf(storm, warnings));
    if (values.show) process.stdout.write(`  ${storm.name}: ${score.warningsRight} of ${score.warnings} right, ${leadsOf(storm, warnings).length} of ${score.precursorIncidents} warned\n`);
  }
  process.stdout.write(`| ${title} | ${(right / warned).toFixed(3)} (${right}/${warned}) | ${(leads.length / precursors).toFixed(2)} (${leads.length}/${precursors}) | ${median(leads).toFixed(1)} |\n`);
}

/** Weights of some evidence; that of what is not named is 0. */
function fitted(judgements: readonly Judgement[], threshold: number, names: readonly EvidenceName[] = FITTED): Prior {
  const [bias = 0, ...found] = fitLogistic(judgements.filter(({ isDuring }) => !isDuring).map(({ likelihood, hit }) => ({
    features: names.map((name) => likelihood.evidence[name]), offset: PRIOR.weights.lessons * likelihood.evidence.lessons, hit,
  })), RIDGE);
  const weights = { ...PRIOR.weights };
  for (const name of FITTED) weights[name] = names.includes(name) ? (found[names.indexOf(name)] ?? 0) : 0;
  return { bias, weights, threshold };
}

const storms: Storm[] = [];
for (const name of NAMES) storms.push(await readStorm(dir, name));
const playAll = (options: PlayOptions): Played[] => storms.map((storm) => playStorm(storm, options));
const plain = playAll({ prior });
if (values.said) {
  process.stdout.write(saidTables(storms, prior, values.variants ? await variantsOf(dir, storms) : []));
  process.exit();
}
if (values.approaches) {
  process.stdout.write('| evidence | precision | incidents warned | median lead, min |\n|---|---:|---:|---:|\n');
  for (const [title, names] of APPROACHES) {
    report(title, storms, storms.map((storm, out) => {
      const others = storms.filter((_, index) => index !== out);
      const known = plain.flatMap(({ judgements }, index) => (index === out ? [] : judgements));
      // Also the threshold is chosen on the others: the most precise one with which three quarters are warned of.
      const tried = Array.from({ length: 25 }, (_, index) => 0.06 + index / 50).map((threshold) => {
        const trial = fitted(known, threshold, names);
        return { trial, ...tally(others, others.map((other) => playStorm(other, { prior: trial }))) };
      });
      const good = tried.filter(({ recall }) => recall >= 0.75).sort((a, b) => b.precision - a.precision);
      return playStorm(storm, { prior: (good[0] ?? tried[0])?.trial ?? prior });
    }));
  }
}
if (values.fit) {
  const { bias, weights } = fitted(plain.flatMap(({ judgements }) => judgements), prior.threshold);
  process.stdout.write(`bias ${bias.toFixed(2)} ${EVIDENCE_NAMES.map((name) => `${name} ${weights[name].toFixed(2)}`).join(' ')}\n`);
}
process.stdout.write('| what | precision | incidents warned | median lead, min |\n|---|---:|---:|---:|\n');
report('shipped prior, each storm from nothing', storms, plain);
report('the same, names of alerts hashed', storms, playAll({ prior, rename: (rule) => createHash('sha256').update(rule).digest('hex') }));
const leftOut = (threshold: number): Played[] => storms.map((storm, out) => playStorm(storm, { prior: fitted(plain.flatMap(({ judgements }, index) => (index === out ? [] : judgements)), threshold) }));
report('weights fitted to the other storms only', storms, leftOut(prior.threshold));
for (const threshold of THRESHOLDS) report(`threshold ${threshold}, shipped weights`, storms, playAll({ prior: { ...prior, threshold } }));
for (const threshold of THRESHOLDS) report(`threshold ${threshold}, fitted to the others`, storms, leftOut(threshold));
// Storm after storm on following days, in every order of two.
const second: { storm: Storm; played: Played; alone: Played }[] = [];
for (const i of storms.keys()) {
  const learned: ForesightSnapshot | undefined = plain[i]?.snapshot;
  for (const [j, storm] of storms.entries()) {
    const alone = plain[j];
    if (i === j || learned === undefined || alone === undefined) continue;
    second.push({ storm, played: playStorm(storm, { prior, from: learned, shiftMs: DAY_MS }), alone });
  }
}
report('second of two storms, learned nothing (all 20 orders)', second.map(({ storm }) => storm), second.map(({ alone }) => alone));
report('second of two storms, learned from the first', second.map(({ storm }) => storm), second.map(({ played }) => played));
let learned: ForesightSnapshot | undefined;
const inTurn = storms.map((storm, index) => {
  const played = playStorm(storm, { prior, shiftMs: index * DAY_MS, ...(learned === undefined ? {} : { from: learned }) });
  learned = played.snapshot;
  return played;
});
report('all five in turn, learning on', storms, inTurn);
if (values.variants) for (const [title, list] of await variantsOf(dir, storms)) report(title, list, list.map((storm) => playStorm(storm, { prior })));
const asked = (list: readonly Played[]): Judgement[] => list.flatMap(({ judgements }) => questions(judgements));
process.stdout.write(`Brier of first judgements: ${brier(asked(plain))}; left out: ${brier(asked(leftOut(prior.threshold)))}; second of two: ${brier(asked(second.map(({ played }) => played)))}\n`);
if (values.show) {
  for (const [index, { judgements }] of plain.entries()) {
    for (const { likelihood: { atMs, service, probability, isWarning, reasons }, hit } of judgements) {
      if (isWarning || hit) process.stdout.write(`${NAMES[index] ?? ''} ${new Date(atMs).toISOString().slice(11, 16)} ${service} ${probability.toFixed(2)} ${isWarning ? 'WARN' : ''} ${hit ? 'HIT' : ''} ${reasons.slice(0, 4).map(({ text, weight }) => `${text} ${weight.toFixed(2)}`).join('; ')}\n`);
    }
  }
}
