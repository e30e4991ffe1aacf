/** Escalation: who is called until somebody answers. */
export { policiesOnChannel } from './channelUse.ts';
export { createEscalation, type EscalationDeps, type EscalationModule, type EscalationOperation } from './escalation.ts';
export { NO_NOTIFIER, type EscalationPorts, type Notifier, type PageOrder, type PageOutcome, type PageRecipient, type RoleTaken } from './ports.ts';
export { policyFates, takePolicies, type WantedPolicy } from './policyTakeOver.ts';
