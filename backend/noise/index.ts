/** Noise control: what people set to keep alerts from making incidents, and the gate that carries it out. */
export { createNoise, type Noise, type NoiseDeps } from './noise.ts';
export { changesGiven, createNoiseGate, type Attachment, type NoiseGate, type NoiseGateDeps, type OrgGate } from './gate.ts';
export { intersectionOf, overlapMs, unionOf } from './plannedTime.ts';
export { createPlannedWorkLookup, type PlannedWork, type PlannedWorkLookup } from './plannedWork.ts';
export { compileSchedule, ScheduleError, type Interval } from './schedule.ts';
export type { AlertFacts } from './scope.ts';
export { readAlertNoise, type AskedAlert } from './alertNoise.ts';
export type { NoiseProvisioning } from './provisioning.ts';
export type { SilenceChanges } from './silenceService.ts';
export type { HeldBack } from './gateState.ts';
