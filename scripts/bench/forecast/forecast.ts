/** `npm run bench -- forecast`: how often what came lay in the 80 % interval, h steps ahead; and breaches of limits. Tables of docs/aiops.md. */
import { join } from 'node:path';
import { breachOf, createForecaster } from '../../../backend/prediction/index.ts';
import { printCost, printStanding } from './limits.ts';
import { madeSeries, nabSeries, type Series } from './series.ts';

const HORIZONS = [1, 6, 12, 48, 96];
const SEEDS = 6;
const WARM = 300;
/** Every so many points a forecast is looked at: neighbouring ones tell the same. */
const EVERY = 5;

interface Tally {
  inside: number;
  below: number;
  above: number;
  count: number;
  off: number;
  offLast: number;
  width: number;
}

function measure({ values, period }: Series): Map<number, Tally> {
  const forecaster = createForecaster({ period });
  const tallies = new Map(HORIZONS.map((h): [number, Tally] => [h, { inside: 0, below: 0, above: 0, count: 0, off: 0, offLast: 0, width: 0 }]));
  for (const [index, value] of values.entries()) {
    forecaster.push(value);
    if (index < WARM || index % EVERY !== 0) continue;
    for (const [h, tally] of tallies) {
      const came = values[index + h];
      if (came === undefined) continue;
      const { value: expected, range } = forecaster.ahead(h);
      if (range === null) continue;
      const { low, high } = range;
      tally.count += 1;
      if (came < low) tally.below += 1;
      else if (came > high) tally.above += 1;
      else tally.inside += 1;
      tally.off += Math.abs(came - expected);
      tally.offLast += Math.abs(came - value);
      tally.width += high - low;
    }
  }
  return tallies;
}

function print(name: string, all: readonly Map<number, Tally>[]): void {
  const cells = HORIZONS.map((h) => {
    const sum = all.map((tallies) => tallies.get(h)).filter((tally) => tally !== undefined).filter(({ count }) => count > 0);
    const count = sum.reduce((total, tally) => total + tally.count, 0);
    const inside = sum.reduce((total, tally) => total + tally.inside, 0);
    const skill = sum.map(({ off, offLast }) => (offLast === 0 ? 1 : off / offLast)).sort((a, b) => a - b);
    return `${((100 * inside) / count).toFixed(1)} % (${(skill[Math.floor(skill.length / 2)] ?? 1).toFixed(2)})`;
  });
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
}

process.stdout.write(`| series | ${HORIZONS.map((h) => `${h} ahead`).join(' | ')} |\n|---|${HORIZONS.map(() => '---:').join('|')}|\n`);
const made = Array.from({ length: SEEDS }, (_, seed) => madeSeries(seed + 1).map((series) => ({ series, tallies: measure(series) })));
for (const [kind, first] of (made[0] ?? []).entries()) print(first.series.name, made.flatMap((list) => list[kind]?.tallies ?? []));
print('all made', made.flat().map(({ tallies }) => tallies));
const nab = (await nabSeries(join(process.env['MUSTER_DATA'] ?? '../shared/data', 'nab'))).map((series) => ({ series, tallies: measure(series) }));
const categories = [...new Set(nab.map(({ series }) => series.name.split('/')[0] ?? ''))];
for (const category of categories) print(`nab ${category}`, nab.filter(({ series }) => series.name.startsWith(`${category}/`)).map(({ tallies }) => tallies));
print('all of nab', nab.map(({ tallies }) => tallies));
/** Series whose own coverage lies in 75 to 85 %. */
for (const h of HORIZONS) {
  const shares = nab.map(({ tallies }) => tallies.get(h)).filter((tally) => tally !== undefined).filter(({ count }) => count > 0).map(({ inside, count }) => inside / count);
  process.stdout.write(`${h} ahead: ${shares.filter((share) => share >= 0.75 && share <= 0.85).length} of ${shares.length} series of nab in 75-85 %, least ${Math.min(...shares).toFixed(2)}, most ${Math.max(...shares).toFixed(2)}\n`);
}
/** Times of crossing a limit, of what fills: was the crossing between earliest and latest? */
let inside = 0;
let early = 0;
let late = 0;
let asked = 0;
const off: number[] = [];
for (let seed = 1; seed <= 60; seed += 1) {
  for (const { name, values, period } of madeSeries(seed)) {
    if (name !== 'fills unevenly' && name !== 'line with noise') continue;
    const forecaster = createForecaster({ period });
    const limit = { value: (values[1_500 + 10 * seed] ?? 0) + 1, side: 'above' as const };
    const crossed = values.findIndex((value) => value >= limit.value);
    for (const [index, value] of values.entries()) {
      forecaster.push(value);
      if (index < WARM || index % 7 !== 0 || crossed - index > 96 || crossed - index < 4) continue;
      const breach = breachOf(forecaster, value, limit);
      asked += 1;
      if (breach === null || crossed - index < breach.earliest) early += 1;
      else if (breach.latest !== null && crossed - index > breach.latest) late += 1;
      else inside += 1;
      if (breach !== null && breach.steps !== null) off.push(Math.abs(breach.steps - (crossed - index)) / (crossed - index));
    }
  }
}
off.sort((a, b) => a - b);
process.stdout.write(`breaches 4 to 96 steps ahead: ${((100 * inside) / asked).toFixed(1)} % between earliest and latest, ${((100 * early) / asked).toFixed(1)} % sooner, ${((100 * late) / asked).toFixed(1)} % later (n ${asked}); median error of the time ${(100 * (off[Math.floor(off.length / 2)] ?? 0)).toFixed(0)} %\n`);
printStanding();
printCost();
