/** Runbooks: procedures that run themselves. */
export { createEffectKinds, STEP_CALL_LIMITS, type AgentKind, type EffectKinds, type EffectPorts, type GivenKinds, type KindHandler, type KindHandlers } from './kinds/index.ts';
export { createRunbooks, type Runbooks, type RunbooksDeps } from './runbooks.ts';
export type { RunWorker, StartCommand } from './runs/index.ts';
export { RUNBOOK_SEALED_COLUMNS } from './secrets/index.ts';
