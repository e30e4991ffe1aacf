/** Runbooks: procedures that run themselves. */
export { RUNBOOK_SEALED_COLUMNS } from './secrets/index.ts';
