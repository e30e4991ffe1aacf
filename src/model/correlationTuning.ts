/** The engine's numbers in the words of people. */
import type { CorrelationTuning } from '#contract';

export interface TuningField {
  readonly key: keyof CorrelationTuning;
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly step: number;
}

export const TUNING_FIELDS: readonly TuningField[] = [
  { key: 'quietMinutes', name: 'Quiet time', description: 'After so long without a new alert an incident takes no more.', unit: 'min', step: 5 },
  { key: 'waitMinutes', name: 'Wait for company', description: 'How long a lone alert may become part of something before it counts as background.', unit: 'min', step: 5 },
  { key: 'changeMinutes', name: 'Suspicion after a change', description: 'How long after a deploy or other change its service is suspected first.', unit: 'min', step: 5 },
  { key: 'habitHours', name: 'Memory of habits', description: 'Over how long it is learned how often an alert fires anyway.', unit: 'h', step: 1 },
  { key: 'incidentsPerHour', name: 'Incidents to expect', description: 'The more there are, the sooner alerts are taken for different ones.', unit: 'per h', step: 0.1 },
  { key: 'spread', name: 'Spread of trouble', description: 'How much of its force trouble keeps on each call towards the users.', unit: '', step: 0.05 },
  { key: 'openEvidence', name: 'Evidence for a candidate', description: 'Higher: fewer candidates, later. Lower: more, sooner.', unit: '', step: 0.5 },
  { key: 'mergeEvidence', name: 'Evidence to merge', description: 'Higher: incidents stay apart more often.', unit: '', step: 1 },
  { key: 'splitEvidence', name: 'Evidence to split', description: 'Higher: incidents stay whole more often.', unit: '', step: 1 },
  { key: 'minAlerts', name: 'Alerts of a candidate', description: 'So many alerts at least.', unit: '', step: 1 },
];
