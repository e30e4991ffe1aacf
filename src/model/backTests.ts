/** Back-tests in words and numbers. */
import type { BackTestState, TrialDifference, TrialSide } from '#contract';

export const BACK_TEST_LABELS: Readonly<Record<BackTestState, string>> = {
  queued: 'Waiting', running: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Stopped',
};

export const PERIODS = ['hour', 'day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];
export const PERIOD_LABELS: Readonly<Record<Period, string>> = { hour: 'Last hour', day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days' };
const PERIOD_HOURS: Readonly<Record<Period, number>> = { hour: 1, day: 24, week: 168, month: 720 };

/** The period that ends now. */
export function periodUntil(nowMs: number, period: Period): { from: string; to: string } {
  return { from: new Date(nowMs - PERIOD_HOURS[period] * 3_600_000).toISOString(), to: new Date(nowMs).toISOString() };
}

export interface Measure {
  readonly name: string;
  readonly explanation: string;
  readonly before: string;
  readonly after: string;
  /** Whether the draft does better; null where more is neither better nor worse, or both are equal. */
  readonly better: boolean | null;
}

function compare(before: number | null, after: number | null, higherIsBetter: boolean): boolean | null {
  if (before === null || after === null || Math.abs(before - after) < 1e-9) return null;
  return after > before === higherIsBetter;
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const minutes = (value: number | null): string => (value === null ? 'no data' : `${value.toFixed(1)} min`);

/** The two sides, measure by measure. Scores only where people have judged incidents of the period. */
export function measuresOf(before: TrialSide, after: TrialSide): readonly Measure[] {
  const measures: Measure[] = [
    { name: 'Incidents', explanation: 'Candidates and declared ones', before: String(before.incidents), after: String(after.incidents), better: null },
    { name: 'Declared', explanation: 'Would have been declared without a person', before: String(before.declared), after: String(after.declared), better: null },
    { name: 'Alerts in incidents', explanation: 'The others are left alone as background', before: String(before.alertsInIncidents), after: String(after.alertsInIncidents), better: null },
    { name: 'Compression', explanation: '1 − things to look at ÷ alerts', before: percent(before.compression), after: percent(after.compression), better: null },
    {
      name: 'Time to declare', explanation: 'Median, from the first alert of an incident', before: minutes(before.medianMinutesToDeclare), after: minutes(after.medianMinutesToDeclare),
      better: compare(before.medianMinutesToDeclare, after.medianMinutesToDeclare, false),
    },
  ];
  if (before.score === null || after.score === null) return measures;
  return [
    ...measures,
    {
      name: 'Agreement with judgements', explanation: `How far pairs of ${before.score.labelled} judged alerts are put together as people said (F1)`, before: before.score.pairF1.toFixed(3), after: after.score.pairF1.toFixed(3),
      better: compare(before.score.pairF1, after.score.pairF1, true),
    },
    {
      name: 'Wrongly joined alerts', explanation: 'Judged alerts put together with another cause', before: String(before.score.falseJoins), after: String(after.score.falseJoins),
      better: compare(before.score.falseJoins, after.score.falseJoins, false),
    },
  ];
}

/** What a difference is, in a few words. */
export function differenceTitle(difference: TrialDifference): string {
  switch (difference.kind) {
    case 'merged':
      return `${difference.before.length} incidents would be one`;
    case 'split':
      return `One incident would be ${difference.after.length}`;
    case 'new':
      return 'Only the draft makes an incident of these';
    case 'gone':
      return 'The draft makes no incident of these';
  }
}
