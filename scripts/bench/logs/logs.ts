/**
 * `npm run bench -- logs [--quick] [--into docs/benchmarks.md]`: how well new patterns of log lines, and those that come more often, are
 * found in simulated logs (see stream.ts), against simple ways, and what it takes. Prints Markdown. `--seeds 8` logs from `--from 1` on;
 * `--fast` the product alone; `--show` names what it finds wrongly and what it misses at no more than 7 a week.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { putBetween } from '../document.ts';
import { METHODS as ALL, type Method } from './methods.ts';
import { measureSpeed } from './speed.ts';
import { EVENT_KINDS, isOf, simulateLog, type LabelledLog } from './stream.ts';

const { values: options } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false }, into: { type: 'string' }, from: { type: 'string', default: '1' }, seeds: { type: 'string', default: '8' }, fast: { type: 'boolean', default: false }, show: { type: 'boolean', default: false } } });
const SEEDS = options.quick ? 1 : Number(options.seeds);
const METHODS = options.fast ? ALL.filter(([name]) => name.includes('Muster')) : ALL;
const FIRST_SEED = Number(options.from);
/** What is found so long after its end is still of it. */
const AFTER_MS = 10 * 60_000;
const WEEK_MS = 7 * 86_400_000;

interface Tally {
  readonly found: Map<string, number>;
  right: number;
  wrong: number;
  weeks: number;
  readonly delaysMs: number[];
}

const isShown = (at: number): boolean => options.show && METHODS[at]?.[0].endsWith('at most 7') === true;

/** Plays a log to all methods at once: making the lines takes longer than some of them. */
function play(log: LabelledLog, tallies: readonly Tally[]): void {
  const methods: Method[] = METHODS.map(([, make]) => make(log));
  const seen = methods.map(() => new Set<number>());
  for (const [endMs, lines] of log.steps()) {
    const isLearning = endMs <= log.learnedUntilMs;
    methods.forEach((method, at) => {
      const findings = method.step(endMs, lines, isLearning);
      const tally = tallies[at];
      if (isLearning || tally === undefined) return;
      for (const { example } of findings) {
        const of = log.events.findIndex((event) => endMs > event.fromMs && endMs <= event.toMs + AFTER_MS && isOf(event, example));
        const event = log.events[of];
        if (event === undefined) {
          tally.wrong += 1;
          if (isShown(at)) process.stderr.write(`wrong ${new Date(endMs).toISOString()} ${example}\n`);
          continue;
        }
        tally.right += 1;
        if (seen[at]?.has(of) !== false) continue;
        seen[at].add(of);
        tally.found.set(event.kind, (tally.found.get(event.kind) ?? 0) + 1);
        tally.delaysMs.push(endMs - event.fromMs);
      }
    });
  }
  methods.forEach((_method, at) => {
    const tally = tallies[at];
    if (tally !== undefined) tally.weeks += (log.endMs - log.learnedUntilMs) / WEEK_MS;
    if (!isShown(at)) return;
    for (const { kind, fromMs, toMs, words } of log.events.filter((_event, of) => seen[at]?.has(of) === false)) process.stderr.write(`missed ${kind} ${new Date(fromMs).toISOString()} ${((toMs - fromMs) / 60_000).toFixed(0)} min ${words.join(' ')}\n`);
  });
}

const three = (number: number): string => number.toFixed(3);
const begun = performance.now();
const tallies: Tally[] = METHODS.map(() => ({ found: new Map(), right: 0, wrong: 0, weeks: 0, delaysMs: [] }));
const all = new Map<string, number>();
let lineCount = 0;
for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
  const log = simulateLog(seed);
  for (const { kind } of log.events) all.set(kind, (all.get(kind) ?? 0) + 1);
  play(log, tallies);
  if (seed === FIRST_SEED) for (const [, lines] of log.steps()) lineCount += lines.length;
}
const events = [...all.values()].reduce((sum, count) => sum + count, 0);
const rows = METHODS.map(([name], at) => {
  const { found, right, wrong, weeks, delaysMs } = tallies[at] ?? { found: new Map<string, number>(), right: 0, wrong: 0, weeks: 1, delaysMs: [] };
  const hits = [...found.values()].reduce((sum, count) => sum + count, 0);
  const [precision, recall] = [hits / Math.max(1, hits + wrong), hits / events];
  const delay = [...delaysMs].sort((a, b) => a - b)[Math.floor(delaysMs.length / 2)] ?? Number.NaN;
  return `| ${name} | ${three(precision)} | ${three(recall)} | ${three((2 * precision * recall) / Math.max(1e-9, precision + recall))} | ${(wrong / weeks).toFixed(1)} | ${((right - hits) / weeks).toFixed(1)} | ${EVENT_KINDS.map((kind) => `${found.get(kind) ?? 0} of ${all.get(kind) ?? 0}`).join(' | ')} | ${Number.isNaN(delay) ? '–' : (delay / 60_000).toFixed(0)} |`;
});
const speed = measureSpeed();
const count = (number: number): string => Math.round(number).toLocaleString('en');
const lines = [
  `${SEEDS} simulated logs of four weeks (seeds ${FIRST_SEED} to ${FIRST_SEED + SEEDS - 1}; the first has ${count(lineCount)} lines), the first week only learned from, ${events} planted events:`, '',
  `| way | precision | recall | F1 | wrong a week | more of the same event a week | ${EVENT_KINDS.map((kind) => ({ trouble: 'new, trouble', new: 'new, no trouble', more: 'more often' })[kind]).join(' | ')} | median delay, min |`,
  `|--|--:|--:|--:|--:|--:|${EVENT_KINDS.map(() => '--:|').join('')}--:|`, ...rows, '',
  '| lines a second, patterns alone | with counts and findings | patterns | kept of a pattern, bytes | in memory, bytes a pattern |', '|--:|--:|--:|--:|--:|',
  `| ${count(speed.minedASecond)} | ${count(speed.watchedASecond)} | ${count(speed.patterns)} | ${count(speed.keptBytes)} | ${count(speed.memoryBytes)} |`, '',
  `By CPU time of one thread, warm, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}; in ${Math.round((performance.now() - begun) / 1_000)} s.`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (options.into !== undefined) await putBetween(options.into, 'logs', [...lines, '']);
