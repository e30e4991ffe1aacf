/** What zones and holidays change: series that live by the clock of Berlin, with holidays and the change to summer time, seen in several ways. */
import { createDetector, hoursIn, type Reading } from '../../../backend/detection/index.ts';
import { normal, randomFrom } from '../../../backend/platform/seededRandom.ts';

const ZONE = 'Europe/Berlin';
const STEP_MS = 300_000;
const DAY_MS = 86_400_000;
const WEEKS = 22;
/** A Monday. */
const START_MS = Date.UTC(2026, 0, 5);
const LEARNED_MS = START_MS + 15 * DAY_MS;
/** Working days that are holidays: those of Berlin, and some more, so that there is something to count. */
export const HOLIDAYS = ['2026-02-17', '2026-03-09', '2026-03-18', '2026-04-03', '2026-04-06', '2026-04-22', '2026-05-01', '2026-05-14', '2026-05-25'];
const SUMMER_MS = Date.UTC(2026, 2, 29, 1);
const AFTER = 24;
/** After a day that is another one, its end may still be noticed. */
const AFTER_MS = 2 * 3_600_000;

interface Planted {
  readonly from: number;
  readonly to: number;
}

interface LivedSeries {
  readonly values: readonly number[];
  readonly planted: readonly Planted[];
  readonly isHoliday: (atMs: number) => boolean;
}

const localHours = hoursIn({ timeZone: ZONE, holidays: [] }) ?? ((atMs: number) => atMs / 3_600_000);
const dateOf = (atMs: number): string => new Date((localHours(atMs) + 96) * 3_600_000).toISOString().slice(0, 10);

/** One series: by day and by the week of its people, with noise; on a holiday much as on a Sunday, some more so than others. */
function live(seed: number): LivedSeries {
  const random = randomFrom(seed * 7_919);
  const amplitude = 6 + 12 * random();
  const sunday = 0.15 + 0.5 * random();
  const saturday = Math.min(1, sunday * (1 + 0.5 * random()));
  const steep = random() < 0.5;
  const persistence = 0.6 * random();
  const planted: (Planted & { readonly size: number })[] = [];
  const points = (WEEKS * 7 * DAY_MS) / STEP_MS;
  for (let at = (17 * DAY_MS) / STEP_MS; ; ) {
    at += Math.floor(((3 + 5 * random()) * DAY_MS) / STEP_MS);
    if (at > points - 600) break;
    const isLong = random() < 0.6;
    const to = at + (isLong ? 100 + Math.floor(random() * 100) : 3);
    const size = (random() < 0.5 ? -1 : 1) * (isLong ? 6 + 6 * random() : 10 + 8 * random());
    const [from, until] = [START_MS + at * STEP_MS, START_MS + to * STEP_MS + AFTER_MS];
    // On holidays, and in the week of the change of the clock, nothing is planted: what is found there is false.
    if (HOLIDAYS.includes(dateOf(from)) || HOLIDAYS.includes(dateOf(until)) || (until > SUMMER_MS && from < SUMMER_MS + 7 * DAY_MS)) continue;
    planted.push({ from: at, to, size });
  }
  let noise = 0;
  const values = Array.from({ length: points }, (_one, at) => {
    const atMs = START_MS + at * STEP_MS;
    const hours = localHours(atMs);
    const [hour, weekday] = [((hours % 24) + 24) % 24, Math.floor(hours / 24) % 7];
    const isFree = HOLIDAYS.includes(dateOf(atMs));
    const how = isFree ? sunday : weekday === 6 ? sunday : weekday === 5 ? saturday : 1;
    const shape = steep ? 1 / (1 + Math.exp(-3 * (hour - 8))) - 1 / (1 + Math.exp(-3 * (hour - 18))) : 0.5 - 0.5 * Math.cos((2 * Math.PI * (hour - 3)) / 24);
    noise = persistence * noise + Math.sqrt(1 - persistence ** 2) * normal(random);
    const off = planted.reduce((sum, { from, to, size }) => (at >= from && at < to ? sum + size : sum), 0);
    return 40 + 2 * amplitude * how * shape + noise + off;
  });
  return { values, planted, isHoliday: (atMs) => HOLIDAYS.includes(dateOf(atMs)) || HOLIDAYS.includes(dateOf(atMs - AFTER_MS)) };
}

interface Way {
  readonly name: string;
  readonly hourOf: ((atMs: number) => number) | undefined;
  /** On holidays, what is found must be so many times as surprising. */
  readonly wider: number;
}

const WAYS: readonly Way[] = [
  { name: 'hours of UTC, no holidays', hourOf: undefined, wider: 1 },
  { name: 'hours of the zone', hourOf: hoursIn({ timeZone: ZONE, holidays: [] }), wider: 1 },
  { name: 'and twice the band on holidays', hourOf: hoursIn({ timeZone: ZONE, holidays: [] }), wider: 2 },
  { name: '**and a holiday is a Sunday** (the product)', hourOf: hoursIn({ timeZone: ZONE, holidays: HOLIDAYS }), wider: 1 },
  { name: 'and both', hourOf: hoursIn({ timeZone: ZONE, holidays: HOLIDAYS }), wider: 2 },
];

/** Whether it counts where the band is so many times as wide: `surprise` is 1 - 2^(-size/threshold). */
const counts = ({ anomaly, surprise }: Reading, wider: number): boolean => anomaly && surprise >= 1 - 2 ** -wider;

/** The table, over some seeds. */
export function measureCalendar(seeds: number, allowed: number): string[] {
  const all = Array.from({ length: seeds }, (_one, at) => live(at + 1));
  const planted = all.reduce((sum, series) => sum + series.planted.length, 0);
  const rows = WAYS.map(({ name, hourOf, wider }) => {
    let [onHolidays, afterChange, elsewhere, found] = [0, 0, 0, 0];
    for (const series of all) {
      const detector = createDetector({ alarmsAWeek: allowed, ...(hourOf === undefined ? {} : { hourOf }) });
      const hit = new Set<number>();
      series.values.forEach((value, at) => {
        const atMs = START_MS + at * STEP_MS;
        const reading = detector.step(atMs, value);
        const free = series.isHoliday(atMs);
        if (atMs < LEARNED_MS || !counts(reading, free ? wider : 1)) return;
        const of = series.planted.findIndex(({ from, to }) => at >= from && at <= to + AFTER);
        if (of >= 0) hit.add(of);
        else if (free) onHolidays += 1;
        else if (atMs >= SUMMER_MS && atMs < SUMMER_MS + 7 * DAY_MS) afterChange += 1;
        else elsewhere += 1;
      });
      found += hit.size;
    }
    const [precision, recall] = [found / Math.max(1, found + elsewhere), found / planted];
    return `| ${name} | ${(onHolidays / (seeds * HOLIDAYS.length)).toFixed(2)} | ${(afterChange / seeds).toFixed(2)} | ${precision.toFixed(3)} | ${recall.toFixed(3)} | ${((2 * precision * recall) / Math.max(1e-9, precision + recall)).toFixed(3)} |`;
  });
  return [
    `${seeds} series of ${WEEKS} weeks by the clock of ${ZONE} (five minutes, steep or gentle days, weekends at 0.15 to 0.98 of the week), ${HOLIDAYS.length} holidays on working days, the change to summer time, ${planted} anomalies on other days, at most ${allowed} false alarms a week:`, '',
    '| hours | findings a holiday | findings in the week after the change | precision elsewhere | recall | F1 |', '|--|--:|--:|--:|--:|--:|', ...rows,
  ];
}
