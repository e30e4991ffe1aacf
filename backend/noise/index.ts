/** Noise control: what people set to keep alerts from making incidents, and the gate that carries it out. */
export { createNoiseGate, type Admitted, type Attachment, type NoiseGate, type NoiseGateDeps, type OrgGate } from './gate.ts';
export type { HeldBack } from './gateState.ts';
export { decideNoise, type NoiseAnswer, type NoiseDecision } from './decideNoise.ts';
