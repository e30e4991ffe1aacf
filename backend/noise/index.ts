/** Noise control: what people set to keep alerts from making incidents, and the gate that carries it out. */
export { createNoise, type Noise, type NoiseDeps } from './noise.ts';
export { changesGiven, createNoiseGate, type Attachment, type NoiseGate, type NoiseGateDeps, type OrgGate } from './gate.ts';
export { readAlertNoise, type AskedAlert } from './alertNoise.ts';
export type { NoiseProvisioning } from './provisioning.ts';
export type { HeldBack } from './gateState.ts';
