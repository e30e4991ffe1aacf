/** Agents: small programs that run commands and Kubernetes calls where the systems are. */
import { z } from 'zod';
import { instant, page } from '../primitives.ts';

export const agentName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'use 1 to 60 lower-case letters, digits and dashes');
export const agentCommand = z.object({ name: z.string(), description: z.string(), repeatable: z.boolean(), args: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean() })) });
export const agent = z.object({
  name: agentName, labels: z.record(z.string(), z.string()),
  /** `never`: its token was issued, but it did not come yet. */
  state: z.enum(['online', 'offline', 'never', 'revoked']),
  version: z.string().nullable(), lastSeenAt: instant.nullable(), createdAt: instant, createdBy: z.string(), tokenHint: z.string(),
  /** What its allow-list file permits, as it told last. */
  commands: z.array(agentCommand), kubernetes: z.array(z.string()),
  running: z.number().int(),
}).meta({ id: 'Agent' });
export type Agent = z.infer<typeof agent>;
export const agentPage = page(agent);
export const createAgentBody = z.object({ name: agentName, labels: z.record(z.string().min(1).max(50), z.string().max(200)).default({}) });
export const createdAgent = z.object({ agent, token: z.string() });
