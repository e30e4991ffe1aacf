/** Dry runs: what a runbook would do, with every template filled in and nothing sent. */
export { createDryRunHandlers, playRunbook, type DryRunOperation, type DryRunPorts } from './dryRun.ts';
export { readIncidentScope } from './incidentStore.ts';
export { previewOf, type DescribingHandlers, type FilledStep, type Preview, type StepPreview } from './preview.ts';
