/** Diagnosis: which node's change of state made the trouble, from metrics and the call graph; what was changed about then. */
export * from './model.ts';
export { namesCause, rankCauses } from './rankCauses.ts';
export { symptomsAmong, withoutSymptoms, type Suspected, type Symptom } from './symptoms.ts';
export { meaningOf } from './metricKinds.ts';
export { whatChanged, type NoticedPattern, type Suspect, type SuspicionReason } from './whatChanged.ts';
export { DEFAULT_PARAMETERS, type DiagnosisParameters } from './parameters.ts';
