/** How many points a second one core takes, for one series after the other and for many side by side, and what a series weighs. */
import { createDetector, type Detector } from '../../../backend/detection/index.ts';
import { synthesise } from './synthetic.ts';

const SIDE_BY_SIDE = 10_000;
const ROUNDS = 20;

export interface Speed {
  readonly pointsASecond: number;
  readonly sideBySideASecond: number;
  readonly stateBytes: number;
  readonly memoryBytes: number;
}

/** CPU seconds of this process for something. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** Measures on synthetic series, warm. */
export function measureSpeed(): Speed {
  const series = Array.from({ length: 8 }, (_, at) => synthesise(at + 100));
  const play = (): Detector[] => series.map(({ timesMs, values }) => {
    const detector = createDetector();
    values.forEach((value, at) => detector.step(timesMs[at] ?? 0, value));
    return detector;
  });
  play();
  const points = series.reduce((sum, { values }) => sum + values.length, 0);
  let grown: Detector[] = [];
  const alone = cpuSeconds(() => void (grown = play()));
  const states = grown.map((detector) => detector.state());
  globalThis.gc?.();
  const before = held();
  const many = Array.from({ length: SIDE_BY_SIDE }, (_, at) => {
    const detector = createDetector();
    const state = states[at % states.length];
    if (state !== undefined) detector.restore(state);
    return detector;
  });
  globalThis.gc?.();
  const weight = (held() - before) / SIDE_BY_SIDE;
  const start = series[0]?.timesMs.at(-1) ?? 0;
  const together = cpuSeconds(() => {
    for (let round = 1; round <= ROUNDS; round += 1) many.forEach((detector, at) => detector.step(start + round * 300_000, series[at % series.length]?.values[round + at % 1000] ?? 0));
  });
  return { pointsASecond: points / alone, sideBySideASecond: (SIDE_BY_SIDE * ROUNDS) / together, stateBytes: states[0]?.byteLength ?? 0, memoryBytes: weight };
}
