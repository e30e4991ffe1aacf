/** Muster's helpers in words. */
import type { Helper, HelperAccuracy } from '#contract';

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
  prediction: {
    title: 'Prediction', measure: 'Brier score, lower is better', baseline: 'Always saying how often it comes', judged: 'answered question',
    precision: 'Warnings that came true', recall: 'Incidents asked about that were warned of', taught: 'It is known by itself once the time of a prediction is over; confirmed causes count too.',
  },
  diagnosis: {
    title: 'Diagnosis', measure: 'Confirmed cause stood first', baseline: 'Naming the loudest service', judged: 'confirmed cause',
    precision: 'Stood first', recall: 'Stood among the first three', taught: 'It counts causes that people confirm on incidents.',
  },
};

export const VERDICT_WORDS: Readonly<Record<HelperAccuracy['verdict'], { readonly text: string; readonly color: 'green' | 'red' | 'blue' }>> = {
  better: { text: 'Better than its baseline', color: 'green' }, worse: { text: 'Worse than its baseline for two weeks', color: 'red' }, unknown: { text: 'Not known yet', color: 'blue' },
};
