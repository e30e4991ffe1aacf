/**
 * `npm run bench -- diagnosis`: what each way to rank causes scores on the cases of MUSTER_DATA and on made-up systems, what
 * is left when something is taken away, how often calm rows name a cause, and what constants score that were chosen on other
 * cases (`--cross`, that alone, some minutes; `--calm`: calm rows and confidence alone). `--other` takes systems of other shapes and ways of measuring in their place, `--set '{"ownWeight":2}'` other constants; `--synthetic N` so many made-up cases a style.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { namesCause, rankCauses, DEFAULT_PARAMETERS, type DiagnosisParameters } from '../../../backend/diagnosis/index.ts';
import { readSet, type KnownCase } from './cases.ts';
import { crossValidate } from './cross.ts';
import { makeOther, MEASURED, SHAPES } from './otherSystems.ts';
import { METHODS, placeOf, prepare } from './methods.ts';
import { makeCase, STYLES } from './synthetic.ts';
import { VARIANTS } from './variants.ts';

const { values } = parseArgs({ allowPositionals: true, options: { set: { type: 'string' }, cross: { type: 'boolean', default: false }, other: { type: 'boolean', default: false }, calm: { type: 'boolean', default: false }, synthetic: { type: 'string', default: '40' } } });
const data = process.env['MUSTER_DATA'];
if (data === undefined) {
  process.stderr.write('Set MUSTER_DATA to the directory that holds cases/.\n');
  process.exit(2);
}
const parameters: DiagnosisParameters = { ...DEFAULT_PARAMETERS, ...(values.set === undefined ? {} : z.record(z.string(), z.number()).parse(JSON.parse(values.set))) };
const sets = new Map<string, readonly KnownCase[]>();
for (const set of values.other ? [] : ['petshop', 'nezha']) sets.set(set, await readSet(join(data, 'cases'), set));
if (values.other) {
  for (const measured of MEASURED) for (const shape of SHAPES) sets.set(`${shape}, ${measured}`, Array.from({ length: Number(values.synthetic) }, (_, index) => makeOther(shape, measured, index + 1)));
} else for (const style of STYLES) sets.set(`made up: ${style}`, Array.from({ length: Number(values.synthetic) }, (_, index) => makeCase(style, 1000 + index)));
const MOST_CALM = 72;
const out = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.cross) {
  crossValidate(sets, out);
  process.exit(0);
}

function score(places: readonly number[]): string {
  const share = (most: number): string => (places.filter((place) => place <= most).length / places.length).toFixed(2);
  return `${share(1)} / ${share(3)}`;
}

const head = (first: string): void => out(`\n| ${first} | ${[...sets].map(([name, cases]) => `${name} (${cases.length})`).join(' | ')} |\n|---|${[...sets].map(() => '---:').join('|')}|`);

if (!values.calm) {
  head('method, top-1 / top-3');
  const prepared = new Map([...sets].map(([name, cases]) => [name, cases.map((each) => ({ each, ready: prepare(each.input, parameters) }))]));
  for (const [title, method] of METHODS) {
    const cells = [...prepared.values()].map((list) => score(list.map(({ each, ready }) => placeOf(method(ready), each.input.graph.nodes, each.causes))));
    out(`| ${title} | ${cells.join(' | ')} |`);
  }

  head('taken away');
  for (const [title, change] of VARIANTS) {
    const cells = [...sets.values()].map((cases) => score(cases.map((each, index) => {
      const place = rankCauses(change(each.input, index + 1), parameters).findIndex(({ node }) => each.causes.includes(node));
      return place < 0 ? Number.POSITIVE_INFINITY : place + 1;
    })));
    out(`| ${title} | ${cells.join(' | ')} |`);
  }
}

/** Stretches of normal rows as if they were the case: nothing happened there. Cases share their normal rows: each stretch counts once. */
function* calmCases(cases: readonly KnownCase[]): Generator<KnownCase['input']> {
  const seen = new Set<string>();
  for (const { input } of cases) {
    const rows = input.series.timesMs.filter((at) => at >= input.normal.fromMs && at <= input.normal.toMs);
    const length = input.series.timesMs.filter((at) => at >= input.anomalous.fromMs && at <= input.anomalous.toMs).length;
    for (let start = 30; start + length < rows.length && seen.size < MOST_CALM; start += Math.max(length + 1, Math.floor(rows.length / 12))) {
      const [fromMs = 0, toMs = 0] = [rows[start], rows[start + length - 1]];
      const place = input.series.timesMs.indexOf(fromMs);
      const stretch = JSON.stringify([fromMs, input.symptom, input.series.columns[0]?.values.slice(place, place + 5)]);
      if (seen.has(stretch)) continue;
      seen.add(stretch);
      yield { ...input, anomalous: { fromMs, toMs } };
    }
  }
}

head('confidence of the first');
const rates = [...sets.values()].map((cases) => {
  const calm = [...calmCases(cases)].map((input) => namesCause(rankCauses(input, parameters), parameters));
  const named = cases.map((each) => namesCause(rankCauses(each.input, parameters), parameters));
  return { calm, named };
});
out(`| calm stretches that name a cause | ${rates.map(({ calm }) => `${calm.filter(Boolean).length} of ${calm.length}`).join(' | ')} |`);
out(`| cases that name none | ${rates.map(({ named }) => `${named.filter((one) => !one).length} of ${named.length}`).join(' | ')} |`);
const all = [...sets.values()].flat().map((each) => {
  const first = rankCauses(each.input, parameters)[0];
  return { score: first?.score ?? 0, isRight: first !== undefined && each.causes.includes(first.node) };
});
out('\n| confidence of the first | cases | right |\n|---|---:|---:|');
for (const [from, to] of [[0, 0.3], [0.3, 0.5], [0.5, 0.7], [0.7, 0.9], [0.9, 1.01]] as const) {
  const those = all.filter((one) => one.score >= from && one.score < to);
  out(`| ${from} to ${Math.min(1, to)} | ${those.length} | ${those.length === 0 ? '-' : (those.filter(({ isRight }) => isRight).length / those.length).toFixed(2)} |`);
}
