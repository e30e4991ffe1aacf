/** Runbooks: how they are written, kept, run and started by themselves. */
export * from './drillMark.ts';
export * from './values.ts';
export * from './stepKinds.ts';
export * from './format.ts';
export * from './runbooks.ts';
export * from './runs.ts';
export * from './automation.ts';
export * from './drills.ts';
export * from './agents.ts';
export * from './agentProtocol.ts';
