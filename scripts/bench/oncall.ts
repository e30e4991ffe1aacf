/**
 * `npm run bench -- oncall [--quick] [--into docs/benchmarks.md]`: how long it takes to work out who is on call through a year on
 * 1,000 schedules of three layers with overrides, over zones whose clocks change, without a database; first with nothing
 * known of the zones, then again. Fails when a schedule that has somebody at all times has a gap; never for being slow.
 */
import { parseArgs } from 'node:util';
import { userKey, type RotationLayer, type UserKey } from '../../backend/contract/index.ts';
import { shiftsBetween, whoIsOnCall, type WholeSchedule } from '../../backend/oncall/index.ts';
import { putBetween } from './document.ts';
import { median } from './load.ts';

const { values } = parseArgs({ args: process.argv.slice(3), options: { quick: { type: 'boolean', default: false }, into: { type: 'string' } } });
const SCHEDULES = values.quick ? 100 : 1_000;
const ROUNDS = values.quick ? 1 : 5;
const YEAR = { fromMs: Date.parse('2026-01-01T00:00:00Z'), toMs: Date.parse('2027-01-01T00:00:00Z') };
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'America/Sao_Paulo', 'Europe/London', 'Asia/Tokyo', 'America/Los_Angeles', 'Africa/Casablanca', 'UTC'] as const;
const QUESTIONS = 10_000;

function people(from: number, count: number): UserKey[][] {
  return Array.from({ length: count }, (_, index) => [userKey.parse(`user:${from + index}`)]);
}

function layer(id: string, given: Pick<RotationLayer, 'every' | 'slots' | 'restrictions'>): RotationLayer {
  return { kind: 'rotation', id, name: id, timeZone: null, startsOn: '2024-01-01', handOffAt: '09:00', endsOn: null, ...given };
}

/** Weeks for all hours, days over office hours, half days over week-ends, and an override a fortnight. */
function schedule(number: number): WholeSchedule {
  return {
    body: {
      timeZone: ZONES[number % ZONES.length] ?? 'UTC',
      layers: [
        layer('weekly', { every: { count: 1, unit: 'weeks' }, slots: people(number, 6), restrictions: [] }),
        layer('office', { every: { count: 1, unit: 'days' }, slots: people(number + 6, 5), restrictions: [{ kind: 'daily', days: ['mo', 'tu', 'we', 'th', 'fr'], from: '09:00', to: '17:00' }] }),
        layer('week-end', { every: { count: 12, unit: 'hours' }, slots: people(number + 11, 4), restrictions: [{ kind: 'weekly', fromDay: 'fr', from: '17:00', toDay: 'mo', to: '09:00' }] }),
      ],
    },
    overrides: Array.from({ length: 26 }, (_, index) => {
      const startMs = YEAR.fromMs + (index * 14 + (number % 14)) * 86_400_000;
      return { id: `o${index}`, startMs, endMs: startMs + 6 * 3_600_000, users: people(number + 20, 1).flat(), replaces: null };
    }),
  };
}

const schedules = Array.from({ length: SCHEDULES }, (_, number) => schedule(number));
const times: number[] = [];
let shifts = 0;
for (let round = 0; round <= ROUNDS; round += 1) {
  const begin = performance.now();
  shifts = 0;
  for (const one of schedules) {
    const found = shiftsBetween(one, YEAR.fromMs, YEAR.toMs);
    shifts += found.length;
    if (found.some((shift, index) => shift.startMs !== (found[index - 1]?.endMs ?? YEAR.fromMs))) throw new Error('a schedule without gaps has one');
  }
  times.push(performance.now() - begin);
}
const [first = 0, ...again] = times;
const begin = performance.now();
for (let question = 0; question < QUESTIONS; question += 1) {
  const one = schedules[question % schedules.length];
  if (one === undefined || whoIsOnCall(one, new Date(YEAR.fromMs + question * 3_000_017)).length === 0) throw new Error('nobody is on call where somebody is');
}
const perQuestion = ((performance.now() - begin) / QUESTIONS) * 1_000;

const lines = [
  `| ${SCHEDULES.toLocaleString('en')} schedules × 1 year, three layers and 26 overrides each, ten zones | must | measured |`, '|--|--|--|',
  `| first time, nothing known of the zones | ≤ 1,000 ms | ${Math.round(first)} ms (${shifts.toLocaleString('en')} shifts) |`,
  `| again, median of ${ROUNDS} | | ${Math.round(median(again))} ms |`,
  `| who is on call at an instant | | ${perQuestion.toFixed(1)} µs |`, '',
];
process.stdout.write(`${lines.join('\n')}\n`);
if (values.into !== undefined) await putBetween(values.into, 'oncall', lines);
