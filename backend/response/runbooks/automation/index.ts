/** Automation of runbooks: triggers and their bounds, suggestions, preflight, statistics. */
export { createAutomation, type Addresses, type Automation, type AutomationOperation } from './automation.ts';
export type { AutomationPorts, LiveRunbook, PreflightPorts, RunFigures, StartCommand } from './ports.ts';
export { deleteRejection, writeRejection } from './rejectionStore.ts';
export { preflightOf } from './preflightStore.ts';
