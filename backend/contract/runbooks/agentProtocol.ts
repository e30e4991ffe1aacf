/**
 * What an agent and the service say to each other: JSON over HTTP below `/api/agent/v1`, always begun by the agent.
 * `docs/agent.md` describes it.
 */
import { z } from 'zod';
import { agentCommand, agentName } from './agents.ts';
import { jsonValue } from './values.ts';

/** Running number of what is handed to an agent, as decimal text. */
export const orderId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of an order');

export const agentHello = z.object({ version: z.string().max(50), commands: z.array(agentCommand).max(500), kubernetes: z.array(z.string().max(500)).max(500) });
export type AgentHello = z.infer<typeof agentHello>;
export const agentWelcome = z.object({ name: agentName, heartbeatSeconds: z.number(), leaseSeconds: z.number() });

export const kubernetesOrder = z.object({
  action: z.enum(['rolloutRestart', 'scale', 'cordon', 'uncordon', 'logs']), namespace: z.string().nullable(), target: z.string(), replicas: z.number().int().nullable(), tailLines: z.number().int(),
  /** The moment of the first handing over: the same on each try, so that a second restart is none. */
  at: z.string(),
});
export type KubernetesOrder = z.infer<typeof kubernetesOrder>;

export const orderWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), command: z.string(), args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) }),
  z.object({ kind: z.literal('kubernetes'), order: kubernetesOrder }),
]);
export type OrderWork = z.infer<typeof orderWork>;
export const agentOrder = z.object({ id: orderId, handed: z.number().int(), work: orderWork });
export type AgentOrder = z.infer<typeof agentOrder>;

/** `waitSeconds`: how long to keep the request while there is nothing to do. */
export const agentPoll = z.object({ waitSeconds: z.number().int().min(0).max(25).default(25) });
export const agentPollAnswer = z.object({ order: agentOrder.nullable() });

const piece = z.object({ seq: z.number().int().min(1), stream: z.enum(['out', 'err']), text: z.string().max(64 * 1024) });
export type OrderPiece = z.infer<typeof piece>;
export const orderOutput = z.object({ handed: z.number().int(), pieces: z.array(piece).max(200) });
/** `go`: `cancel` asks to end it, `lost` says that it is another's or nobody's by now. */
export const orderAnswer = z.object({ go: z.enum(['on', 'cancel', 'lost']) });
export type OrderAnswer = z.infer<typeof orderAnswer>;
export const orderBeat = z.object({ handed: z.number().int() });

/** `interrupted`: the agent died meanwhile, and ended what was left of it. */
export const orderEnd = z.object({
  handed: z.number().int(),
  outcome: z.enum(['succeeded', 'failed', 'refused', 'cancelled', 'timed_out', 'interrupted']),
  exitCode: z.number().int().nullable(), error: z.string().max(4_000).nullable(),
  /** The last of what it wrote. */
  tail: z.string().max(64 * 1024),
  result: jsonValue.nullable(),
});
export type OrderEnd = z.infer<typeof orderEnd>;
