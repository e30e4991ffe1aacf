/**
 * `npm run bench -- correlation`: plays the simulated storms of MUSTER_DATA through the engine and
 * prints the table of docs/benchmarks.md. Only Node is needed, no database; the parser and the mapping
 * are the real ones. `--full` adds the storms with less or other knowledge (variants.ts), and the mean of all;
 * `--speed` how many events a second the engine takes; `--take-overs` how many alerts a take-over moves; `--set '{"hopDecay":0.5}'` other parameters.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SEVERITIES } from '../../../backend/contract/index.ts';
import { DEFAULT_PARAMETERS, type EngineParameters } from '../../../backend/correlation/engine/index.ts';
import { play, type Outcome } from './play.ts';
import { printSpeeds } from './speed.ts';
import type { Storm } from './storm.ts';
import { printTakeOvers } from './takeOvers.ts';
import { VARIANTS, type Variant } from './variants.ts';

const MEASURES = [
  ['pairF1', 'pairwise F1'], ['pairPrecision', 'pairwise precision'], ['pairRecall', 'pairwise recall'], ['bcubedF1', 'B-cubed F1'],
  ['noiseFalseMerge', 'noise merged into incidents'], ['incidentsFound', 'incidents found'], ['rootTop1', 'root top-1'], ['rootTop3', 'root top-3'],
  ['declareFromOnsetMedianMin', 'median minutes from onset to declared'], ['incidentsDeclared', 'incidents declared'],
  ['falseDeclarations', 'false declarations'], ['extraDeclarations', 'incidents declared twice'],
] as const;
/** What the table of variants shows. */
const BRIEF: ReadonlySet<string> = new Set(['pairF1', 'bcubedF1', 'noiseFalseMerge', 'incidentsFound', 'rootTop1', 'rootTop3', 'falseDeclarations', 'extraDeclarations']);
const NAMES = ['s1', 's2', 's3', 's4', 's5'];
const scoreSchema = z.record(z.string(), z.number().nullable());

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false }, set: { type: 'string' }, storms: { type: 'string' }, show: { type: 'boolean', default: false },
    speed: { type: 'boolean', default: false }, 'take-overs': { type: 'boolean', default: false }, digits: { type: 'string', default: '2' },
  },
});
const data = process.env['MUSTER_DATA'];
if (data === undefined) {
  process.stderr.write('Set MUSTER_DATA to the directory that holds storms/ with score.mjs.\n');
  process.exit(2);
}
const dir = join(data, 'storms');
const scorer: unknown = await import(pathToFileURL(join(dir, 'score.mjs')).href);
const { score } = z.object({ score: z.custom<(truth: unknown, predictions: unknown, options: unknown) => unknown>((value) => typeof value === 'function') }).parse(scorer);

function measure(storm: Storm, outcome: Outcome): (number | null)[] {
  const result = scoreSchema.parse(score(storm.truth, outcome.predictions, { roots: outcome.roots, declared: outcome.declared }));
  return MEASURES.map(([key]) => result[key] ?? null);
}

function mean(rows: readonly (readonly (number | null)[])[]): (number | null)[] {
  return MEASURES.map((_, column) => {
    const numbers = rows.map((row) => row[column] ?? null).filter((value) => value !== null);
    return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  });
}

function show(storm: Storm, outcome: Outcome): void {
  const table = new Map<string, Map<string, number>>();
  for (const [key, truth] of Object.entries(storm.truth.alerts)) {
    const row = table.get(outcome.predictions[key] ?? 'none') ?? new Map<string, number>();
    table.set(outcome.predictions[key] ?? 'none', row);
    row.set(truth ?? 'noise', (row.get(truth ?? 'noise') ?? 0) + 1);
  }
  for (const incident of storm.truth.incidents) process.stdout.write(`  ${incident.id} ${incident.type} ${incident.rootCauseService} ${incident.onset} ${incident.alertCount}\n`);
  const size = (row: Map<string, number>): number => [...row.values()].reduce((a, b) => a + b, 0);
  for (const [id, row] of [...table].sort((a, b) => size(b[1]) - size(a[1])).slice(0, 20)) {
    const mix = [...row].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name}:${count}`).join(' ');
    process.stdout.write(`  ${id}: ${mix} | ${(outcome.roots[id] ?? []).slice(0, 3).join(', ')} | ${outcome.declared[id]?.slice(11, 19) ?? '-'}\n`);
  }
}

const parameters: EngineParameters = { ...DEFAULT_PARAMETERS, ...(values.set === undefined ? {} : z.record(z.string(), z.union([z.number(), z.literal(SEVERITIES)])).parse(JSON.parse(values.set))) };
const names = values.storms?.split(',') ?? NAMES;

function printTable(title: string, names: readonly string[], rows: readonly (readonly (number | null)[])[], digits: number): void {
  process.stdout.write(`\n${title}\n\n| measure | ${names.join(' | ')} |\n|---|${names.map(() => '---:').join('|')}|\n`);
  MEASURES.forEach(([, label], index) => {
    process.stdout.write(`| ${label} | ${rows.map((row) => row[index]?.toFixed(digits) ?? '-').join(' | ')} |\n`);
  });
}

/** Figures of the small storms on the mean, and of the large one. */
interface Figures {
  readonly title: string;
  readonly small: (number | null)[];
  readonly large: (number | null)[];
}

async function run(variant: Variant, digits: number, table: boolean): Promise<Figures> {
  const rows = new Map<string, (number | null)[]>();
  const speeds: number[] = [];
  for (const name of names) {
    const storm = await variant.read(dir, name);
    const outcome = play(storm, parameters);
    speeds.push(outcome.eventsPerSecond);
    rows.set(name, measure(storm, outcome));
    if (values.show) {
      process.stdout.write(`${name}\n`);
      show(storm, outcome);
    }
  }
  const small = mean([...rows].filter(([name]) => name !== 's5').map(([, row]) => row));
  if (table) printTable(`${variant.title} (simulated storms; ${Math.round(Math.min(...speeds) / 1000)}k events/s at least)`, [...rows.keys(), 's1-s4'], [...rows.values(), small], digits);
  return { title: variant.title, small, large: rows.get('s5') ?? mean([]) };
}

/** One line a variant: the main measures, s1-s4 / s5; the last line is the mean over all of them. */
function printVariants(all: readonly Figures[], digits: number): void {
  const shown = MEASURES.map(([key, label], index) => ({ key, label, index })).filter(({ key }) => BRIEF.has(key));
  const meanOf = (side: 'small' | 'large'): (number | null)[] => mean(all.map((figures) => figures[side]));
  process.stdout.write(`\n| s1-s4 / s5 | ${shown.map(({ label }) => label).join(' | ')} |\n|---|${shown.map(() => '---:').join('|')}|\n`);
  for (const { title, small, large } of [...all, { title: 'mean', small: meanOf('small'), large: meanOf('large') }]) {
    process.stdout.write(`| ${title} | ${shown.map(({ index }) => `${small[index]?.toFixed(digits) ?? '-'} / ${large[index]?.toFixed(digits) ?? '-'}`).join(' | ')} |\n`);
  }
}

const digits = Number(values.digits);
const plain = VARIANTS[0];
if (plain === undefined) throw new Error('no variants');
const figures = [await run(plain, digits, true)];
if (values.speed) printSpeeds();
if (values['take-overs']) printTakeOvers(await Promise.all(names.map((name) => plain.read(dir, name))));
if (values.full) {
  for (const variant of VARIANTS.slice(1)) figures.push(await run(variant, digits, false));
  printVariants(figures, digits);
}
