/** How a value is compared with a threshold, and what that means. Pure. */
import type { JsonValue, WithOf } from '#contract';

export type Comparison = NonNullable<WithOf<'promql'>['fail']>;

/** One series, brought down to a value; null: it has none. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | null;
}

const WORDS: Readonly<Record<Comparison['is'], string>> = {
  above: 'above', below: 'below', atLeast: 'at least', atMost: 'at most', equal: 'equal to', notEqual: 'not equal to',
};

function holdsOf(value: number, { is, value: threshold }: Comparison): boolean {
  switch (is) {
    case 'above': return value > threshold;
    case 'below': return value < threshold;
    case 'atLeast': return value >= threshold;
    case 'atMost': return value <= threshold;
    case 'equal': return value === threshold;
    case 'notEqual': return value !== threshold;
  }
}

/** A number as JSON has it: what is none stands as text. */
export function shownNumber(value: number | null): JsonValue {
  if (value === null || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function nameOf({ labels }: Reading): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : ` of {${pairs.join(', ')}}`;
}

export type Verdict = { readonly ok: true; readonly output: JsonValue; readonly text: string } | { readonly ok: false; readonly error: string };

/** Judges readings: bad when the comparison holds of any of them, or cannot be told of one. */
export function judge(readings: readonly Reading[], fail: Comparison | undefined): Verdict {
  const [first] = readings;
  const bad = fail === undefined ? undefined : readings.find(({ value }) => value === null || Number.isNaN(value) || holdsOf(value, fail));
  if (bad !== undefined && fail !== undefined) {
    const shown = bad.value === null || Number.isNaN(bad.value) ? 'is no number, so that it cannot be compared' : `is ${String(bad.value)}, which is ${WORDS[fail.is]} ${fail.value}`;
    return { ok: false, error: `the value${nameOf(bad)} ${shown}` };
  }
  const value = shownNumber(first?.value ?? null);
  return {
    ok: true, text: readings.length > 1 ? `${readings.length} series are fine` : `the value is ${JSON.stringify(value)}`,
    output: { value, verdict: fail === undefined ? 'none' : 'ok', series: readings.map((reading) => ({ labels: { ...reading.labels }, value: shownNumber(reading.value) })) },
  };
}
