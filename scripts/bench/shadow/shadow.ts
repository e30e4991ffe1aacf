/**
 * `npm run bench -- shadow`: how often the rule of shadow takes helpers that are as good as their baselines, better, worse and clearly worse, on answers that
 * a seeded generator makes up. It says how the rule works, not how good any helper is.
 */
import { parseArgs } from 'node:util';
import { ANSWERS, ratesOf } from './simulate.ts';

const { values } = parseArgs({ args: process.argv.slice(3), options: { years: { type: 'string', default: '400' } } });
const YEARS = Number(values.years);
const EDGES = [['better by 0.1', 0.1], ['as good', 0], ['worse by 0.1', -0.1], ['worse by 0.3', -0.3], ['worse by 0.4', -0.4]] as const;
const A_WEEK = [5, 10, 30];

function percent(share: number): string {
  return share > 0 && share < 0.001 ? '< 0.1 %' : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

process.stdout.write([
  `Simulated: ${YEARS} years of 52 weeks each.`, '',
  '| answers | helper | a week | of fortnights by the figures alone | of fortnights, as shipped | of years, as shipped | weeks until then, median |', '|--|--|---:|---:|---:|---:|---:|', '',
].join('\n'));
for (const kind of Object.keys(ANSWERS)) {
  for (const [name, edge] of EDGES) {
    for (const aWeek of A_WEEK) {
      const { figuresAlone, fortnight, year, medianWeeks } = ratesOf(kind, edge, aWeek, YEARS);
      process.stdout.write(`| ${kind} | ${name} | ${aWeek} | ${percent(figuresAlone)} | ${percent(fortnight)} | ${percent(year)} | ${medianWeeks ?? '–'} |\n`);
    }
  }
}
