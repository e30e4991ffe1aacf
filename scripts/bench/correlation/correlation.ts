/**
 * `npm run bench -- correlation`: plays the simulated storms of MUSTER_DATA through the engine and
 * prints the table of docs/benchmarks.md. Only Node is needed, no database; the parser and the mapping
 * are the real ones. `--full` adds the runs with less knowledge: no topology, edges missing, labels dropped;
 * `--speed` how many events a second the engine takes; `--set '{"hopDecay":0.5}'` other parameters.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SEVERITIES } from '../../../backend/contract/index.ts';
import { EMPTY_TOPOLOGY } from '../../../backend/catalog/index.ts';
import { DEFAULT_PARAMETERS, type EngineParameters } from '../../../backend/correlation/engine/index.ts';
import { play, type Outcome } from './play.ts';
import { printSpeeds } from './speed.ts';
import { readStorm, type Storm } from './storm.ts';

const MEASURES = [
  ['pairF1', 'pairwise F1'], ['pairPrecision', 'pairwise precision'], ['pairRecall', 'pairwise recall'], ['bcubedF1', 'B-cubed F1'],
  ['noiseFalseMerge', 'noise merged into incidents'], ['incidentsFound', 'incidents found'], ['rootTop1', 'root top-1'], ['rootTop3', 'root top-3'],
  ['declareFromOnsetMedianMin', 'median minutes from onset to declared'], ['incidentsDeclared', 'incidents declared'],
  ['falseDeclarations', 'false declarations'], ['extraDeclarations', 'incidents declared twice'],
] as const;
const NAMES = ['s1', 's2', 's3', 's4', 's5'];
const scoreSchema = z.record(z.string(), z.number().nullable());

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    full: { type: 'boolean', default: false }, set: { type: 'string' }, storms: { type: 'string' }, show: { type: 'boolean', default: false },
    speed: { type: 'boolean', default: false },
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

/** The same chance for the same name in every run. */
function chanceOf(text: string): number {
  let hash = 2166136261;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

function withoutEdges(storm: Storm, share: number): Storm {
  return { ...storm, topology: { ...storm.topology, edges: storm.topology.edges.filter(({ from, to }) => chanceOf(`${storm.name} ${from} ${to}`) >= share) } };
}

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

async function run(title: string, alter: (storm: Storm) => Storm, dropLabels?: (fingerprint: string, label: string) => boolean): Promise<void> {
  const rows = new Map<string, (number | null)[]>();
  const speeds: number[] = [];
  for (const name of names) {
    const storm = alter(await readStorm(dir, name, dropLabels));
    const outcome = play(storm, parameters);
    speeds.push(outcome.eventsPerSecond);
    rows.set(name, measure(storm, outcome));
    if (values.show) {
      process.stdout.write(`${name}\n`);
      show(storm, outcome);
    }
  }
  const small = [...rows].filter(([name]) => name !== 's5').map(([, row]) => row);
  const columns: [string, (number | null)[]][] = [...rows, ['s1-s4', mean(small)]];
  process.stdout.write(`\n${title} (simulated storms; ${Math.round(Math.min(...speeds) / 1000)}k events/s at least)\n\n`);
  process.stdout.write(`| measure | ${columns.map(([name]) => name).join(' | ')} |\n|---|${columns.map(() => '---:').join('|')}|\n`);
  MEASURES.forEach(([, label], index) => {
    process.stdout.write(`| ${label} | ${columns.map(([, row]) => row[index]?.toFixed(2) ?? '-').join(' | ')} |\n`);
  });
}

await run('As delivered', (storm) => storm);
if (values.speed) printSpeeds();
if (values.full) {
  await run('Topology withheld', (storm) => ({ ...storm, topology: EMPTY_TOPOLOGY }));
  await run('30 % of the edges missing', (storm) => withoutEdges(storm, 0.3));
  await run('A further 20 % of the labels dropped', (storm) => storm, (fingerprint, label) => chanceOf(`${fingerprint} ${label}`) < 0.2);
}
