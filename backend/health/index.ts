/** Muster's own health: heartbeats of replicas, status, connection check. */
export { createHeartbeat, SILENT_MS, type Heartbeat } from './heartbeat.ts';
export { correlatorState, createHealthHandlers, MAX_CORRELATOR_LAG_MS } from './status.ts';
export { registerOrganisation } from './store.ts';
