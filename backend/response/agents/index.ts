/** Agents: programs that run commands where the systems are. Work is handed to them as orders, made in the transaction of whoever needs it. */
export { createAgents, AWAY_MS, type Agents, type AgentsDeps } from './agents.ts';
export { AGENT_SEALED_COLUMNS } from './orderStore.ts';
export { LEASE_MS, type OrderNews, type OrderRequest } from './orders.ts';
export type { AgentPorts, OrderStep } from './ports.ts';
export type { AgentOperation } from './routes.ts';
