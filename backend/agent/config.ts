/** The file of an agent: where the service is, who the agent is, and its allow-list. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../platform/config/faults.ts';
import { allowedCommand, kubernetesRule } from './allowList.ts';

const kubernetes = z.strictObject({
  /** Address of the API server; left out inside a cluster. */
  server: z.string().regex(/^https?:\/\//, 'must be a web address').optional(),
  tokenFile: z.string().optional(),
  caFile: z.string().optional(),
  allow: z.array(kubernetesRule).min(1),
});

export const agentConfig = z.strictObject({
  /** Address of the service, such as https://muster.example.com. */
  service: z.string().regex(/^https?:\/\/\S+$/, 'must be a web address'),
  /** File with the token; the variable MUSTER_AGENT_TOKEN goes before it. */
  tokenFile: z.string().optional(),
  /** Folder for what must outlive the agent: what runs, and ends that were not told yet. */
  stateDir: z.string().min(1),
  atOnce: z.number().int().min(1).max(64).default(4),
  commands: z.array(allowedCommand).max(500).default([]),
  kubernetes: kubernetes.optional(),
});
export type AgentConfig = z.output<typeof agentConfig>;

/** Reads the file. Throws `ConfigError` that names what is wrong. */
export function readAgentConfig(path: string): AgentConfig {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([{ key: path, problem: error instanceof Error ? error.message : String(error), example: null }]);
  }
  const parsed = agentConfig.safeParse(raw);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => ({ key: issue.path.join('.') || path, problem: issue.message, example: null })));
  const names = parsed.data.commands.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError([{ key: 'commands', problem: `there are two of the name "${twice}"`, example: null }]);
  return parsed.data;
}

/** The token: from the environment, else from the file. */
export function readAgentToken(config: AgentConfig, env: NodeJS.ProcessEnv): string {
  const given = env['MUSTER_AGENT_TOKEN'];
  if (given !== undefined && given.trim() !== '') return given.trim();
  if (config.tokenFile === undefined) throw new ConfigError([{ key: 'MUSTER_AGENT_TOKEN', problem: 'is missing; set it, or tokenFile in the file of the agent', example: null }]);
  try {
    return readFileSync(config.tokenFile, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([{ key: 'tokenFile', problem: error instanceof Error ? error.message : String(error), example: null }]);
  }
}
