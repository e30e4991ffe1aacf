/** Muster's helpers in words. */
import { SHADOW_HELPERS, type Helper, type HelperAccuracy, type ShadowHelper } from '#contract';

interface HelperWords {
  readonly title: string;
  /** What it is measured by. */
  readonly measure: string;
  readonly baseline: string;
  readonly judged: string;
  readonly precision: string;
  readonly recall: string;
  /** Where people say whether it was right. */
  readonly taught: string;
}

export const HELPER_WORDS: Readonly<Record<Helper, HelperWords>> = {
  correlation: {
    title: 'Correlation', measure: 'F1 over pairs of alerts', baseline: 'One incident for each service and hour', judged: 'judged alert',
    precision: 'Put together and rightly so', recall: 'Belong together and were put together', taught: 'It counts alerts of incidents of which people said under “Was this one incident?” how they belong together.',
  },
  detection: {
    title: 'Detection', measure: 'Findings that were right', baseline: 'Alerts of ordinary rules that belonged to a real incident', judged: 'judged finding',
    precision: 'Right', recall: 'Incidents at watched services that were found', taught: 'It counts findings that people judge right or wrong, in shadow too. Of ordinary rules those alerts count whose incidents were declared or rejected. Of what was missed, incidents are known at services that a detector watched.',
  },
  prediction: {
    title: 'Prediction', measure: 'Brier score, lower is better', baseline: 'Always saying how often it had come until then', judged: 'answered question',
    precision: 'Warnings that came true', recall: 'Incidents asked about that were warned of', taught: 'It is known by itself once the time of a prediction is over; confirmed causes count too. A warning begins with how many of those before it came true, and moves as more comes.',
  },
  forecast: {
    title: 'Forecast of limits', measure: 'Brier score, lower is better', baseline: 'The series stays at its last value, give or take as it moves', judged: 'settled forecast',
    precision: 'Named crossings that came', recall: 'Came in the time that was said (80 % is meant)',
    taught: 'It is known by itself once a limit was crossed, or the time that was said for it is over; of detectors in shadow too. The score is of what was said at first: 10, 50 and 90 % by the earliest, the middle and the latest time.',
  },
  diagnosis: {
    title: 'Diagnosis', measure: 'Confirmed cause stood first', baseline: 'Naming the loudest service', judged: 'judged cause',
    precision: 'Stood first', recall: 'Stood among the first three', taught: 'It counts causes that people confirm on incidents, and first suspects that they refute.',
  },
  recommendation: {
    title: 'Recommendation', measure: 'The first runbook ended it', baseline: 'The runbook that was run most', judged: 'answered recommendation',
    precision: 'First ones that were run or rejected: ended it', recall: 'Of incidents that a runbook ended: among the first three',
    taught: 'It counts incidents for which runbooks were suggested and one ended it, or the first was run in vain or rejected. People tend to run what stands first, so the baseline is at a disadvantage while it is live.',
  },
};

export const VERDICT_WORDS: Readonly<Record<HelperAccuracy['verdict'], { readonly text: string; readonly color: 'green' | 'red' | 'blue' }>> = {
  better: { text: 'Better than its baseline', color: 'green' }, worse: { text: 'Worse than its baseline for two weeks', color: 'red' }, unknown: { text: 'Not told apart from its baseline', color: 'blue' },
};

/** What shadow means for a helper. */
export const SHADOW_MEANINGS: Readonly<Record<ShadowHelper, string>> = {
  prediction: 'No service is said to break soon, and no runbook starts because of it.', forecast: 'Nobody is told of limits that will be crossed, and no runbook starts because of it; a detector still shows its own.', diagnosis: 'Suspects are not shown on incidents; what people add or judge is.', recommendation: 'No runbooks are suggested on the overview of incidents.',
};

/** The same as something that can be in shadow; null for what cannot. */
export function asShadowHelper(helper: Helper): ShadowHelper | null {
  return SHADOW_HELPERS.find((each) => each === helper) ?? null;
}

/** How sure a verdict is. */
export function luckText(chance: number): string {
  return `Luck alone does that at most once in ${Math.round(Math.min(1_000, 1 / chance)).toLocaleString('en')} times.`;
}
