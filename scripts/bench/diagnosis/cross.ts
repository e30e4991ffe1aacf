/** Constants chosen on some cases, scored on others: by halves, by leaving out one kind of fault, by leaving out one system. */
import { DEFAULT_PARAMETERS, type DiagnosisParameters } from '../../../backend/diagnosis/index.ts';
import { gatherSignals } from '../../../backend/diagnosis/signals.ts';
import { weighNodes } from '../../../backend/diagnosis/weigh.ts';
import type { KnownCase } from './cases.ts';
import { placeOf } from './methods.ts';

/** Constants that need the signals anew, and those that only weigh them. */
const SIGNAL_GRID: readonly Partial<DiagnosisParameters>[] = [0.2, 0.4, 0.6].flatMap((reachedBy) => [3, 7, 15].map((halfStrength) => ({ reachedBy, halfStrength })));
const WEIGHT_GRID: readonly Partial<DiagnosisParameters>[] = [0.25, 0.5, 1, 1.5, 2, 4].flatMap((ownWeight) => [0.2, 0.5, 1, 2].map((halfSymptom) => ({ ownWeight, halfSymptom })));

interface Tried {
  readonly set: string;
  readonly kind: string;
  /** Places by constants, in the order of the grid. */
  readonly places: readonly number[];
}

function tryAll(set: string, each: KnownCase): Tried {
  const places = SIGNAL_GRID.flatMap((forSignals) => {
    const signals = gatherSignals(each.input, { ...DEFAULT_PARAMETERS, ...forSignals });
    return WEIGHT_GRID.map((forWeights) => {
      const weighed = weighNodes(signals, { ...DEFAULT_PARAMETERS, ...forSignals, ...forWeights });
      return placeOf(new Map(weighed.map(({ node, weight }) => [node, weight])), each.input.graph.nodes, each.causes);
    });
  });
  return { set, kind: each.kind, places };
}

/** What constants are worth on cases: the mean over systems of top-1 and top-3, so that a large set does not decide. */
function worth(cases: readonly Tried[], index: number): number {
  const sets = [...new Set(cases.map(({ set }) => set))];
  return sets.reduce((sum, set) => {
    const those = cases.filter((one) => one.set === set);
    return sum + those.reduce((got, one) => got + ((one.places[index] ?? 99) <= 1 ? 1 : 0) + ((one.places[index] ?? 99) <= 3 ? 1 : 0), 0) / those.length;
  }, 0) / sets.length;
}

/** Of the constants that score within a hundredth of the best, those in the middle of the grid's order: no lucky corner. */
function choose(cases: readonly Tried[]): number {
  const all = SIGNAL_GRID.flatMap(() => WEIGHT_GRID).map((_, index) => worth(cases, index));
  const best = Math.max(...all);
  const good = all.flatMap((value, index) => (value >= best - 0.01 ? [index] : []));
  return good[Math.floor(good.length / 2)] ?? 0;
}

function held(title: string, folds: readonly (readonly [train: readonly Tried[], test: readonly Tried[]])[], out: (text: string) => void): void {
  const scored = folds.flatMap(([train, test]) => {
    const index = choose(train);
    return test.map((one) => ({ set: one.set, place: one.places[index] ?? 99 }));
  });
  for (const set of new Set(scored.map((one) => one.set))) {
    const those = scored.filter((one) => one.set === set);
    const share = (most: number): string => (those.filter(({ place }) => place <= most).length / those.length).toFixed(3);
    out(`| ${title} | ${set} | ${share(1)} | ${share(3)} |`);
  }
}

/** Prints the table of what constants score on cases that did not choose them. */
export function crossValidate(sets: ReadonlyMap<string, readonly KnownCase[]>, out: (text: string) => void): void {
  const tried = [...sets].flatMap(([set, cases]) => cases.map((each) => tryAll(set, each)));
  const real = tried.filter(({ set }) => !set.startsWith('made up'));
  out(`\n| constants chosen on (${SIGNAL_GRID.length * WEIGHT_GRID.length} tried) | scored on | top-1 | top-3 |\n|---|---|---:|---:|`);
  const halves = [0, 1].map((rest): [Tried[], Tried[]] => [real.filter((_, index) => index % 2 !== rest), real.filter((_, index) => index % 2 === rest)]);
  held('the other half of the cases', halves, out);
  const kinds = [...new Set(real.map(({ kind }) => kind))];
  held('the other kinds of fault', kinds.map((kind) => [real.filter((one) => one.kind !== kind), real.filter((one) => one.kind === kind)]), out);
  const names = [...new Set(real.map(({ set }) => set))];
  held('the other system', names.map((name) => [real.filter(({ set }) => set !== name), real.filter(({ set }) => set === name)]), out);
  const madeUp = tried.filter(({ set }) => set.startsWith('made up'));
  if (madeUp.length > 0) held('made-up systems alone', [[madeUp, real]], out);
  const all = SIGNAL_GRID.flatMap(() => WEIGHT_GRID).map((_, index) => worth(real, index)).sort((a, b) => a - b);
  out(`\nTop-1 plus top-3 over all constants of the grid, mean of both real systems: least ${(all[0] ?? 0).toFixed(2)}, median ${(all[Math.floor(all.length / 2)] ?? 0).toFixed(2)}, best ${(all.at(-1) ?? 0).toFixed(2)}.`);
}
