/** Secrets of steps, and how they are kept out of everything that is shown. */
export { createMasker, MASK, type Masker } from './masker.ts';
export { createRunbookSecrets, type RunbookSecrets, type RunbookSecretsDeps, type SecretOperation, type SecretUse } from './runbookSecrets.ts';
export { RUNBOOK_SEALED_COLUMNS } from './secretStore.ts';
