/** How many lines a second one core takes in, and what a pattern weighs, in memory and as it is kept. */
import { keptPattern } from '../../../backend/detection/detectors/patternStore.ts';
import { createMiner } from '../../../backend/detection/logs/miner.ts';
import { newWatch } from '../../../backend/detection/logs/patternState.ts';
import { createPatternWatch, type LogLine, type PatternWatch } from '../../../backend/detection/logs/patternWatch.ts';
import { simulateLog } from './stream.ts';

export interface Speed {
  readonly minedASecond: number;
  /** With counts, what is usual, and findings. */
  readonly watchedASecond: number;
  readonly patterns: number;
  readonly keptBytes: number;
  readonly memoryBytes: number;
}

const STEPS = 1_440;

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const held = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Measures on a busy day of a simulated log, warm. */
export function measureSpeed(): Speed {
  const log = simulateLog(900, 10);
  const steps: (readonly [number, readonly LogLine[]])[] = [];
  for (const step of log.steps()) {
    if (steps.length === STEPS) break;
    steps.push(step);
  }
  const lines = steps.reduce((sum, [, of]) => sum + of.length, 0);
  const begin = (steps[0]?.[0] ?? 0) - log.stepMs;
  const watch = (): PatternWatch => {
    const watching = createPatternWatch(newWatch(begin), [], { stepMs: log.stepMs, alarmsAWeek: 7, isTraining: false });
    for (const [endMs, of] of steps) watching.step(endMs, of);
    return watching;
  };
  const mine = (): void => {
    const miner = createMiner('', []);
    let order = 0;
    for (const [, of] of steps) for (const { text } of of) miner.mine(text, order++);
  };
  watch();
  mine();
  const mining = cpuSeconds(mine);
  let patterns = watch().state().patterns;
  const watching = cpuSeconds(() => void (patterns = watch().state().patterns));
  const kept = patterns.reduce((sum, pattern) => sum + keptPattern(pattern, {}).state.byteLength, 0);
  const states = JSON.stringify(patterns);
  const before = held();
  const copies = Array.from({ length: 20 }, (): unknown => JSON.parse(states));
  const memory = (held() - before) / (copies.length * patterns.length);
  return { minedASecond: lines / mining, watchedASecond: lines / watching, patterns: patterns.length, keptBytes: kept / patterns.length, memoryBytes: memory };
}
