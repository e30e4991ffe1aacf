/** Kinds that agents carry out, where there are no agents: they fail and say so. */
import type { StepResult } from './kind.ts';
import type { AgentKind } from './index.ts';
import type { KindHandlers } from './kind.ts';

const run = async (): Promise<StepResult> => ({ kind: 'failed', error: 'there are no agents in this installation', retryable: false });

/** The handlers. */
export const withoutAgents: Pick<KindHandlers, AgentKind> = {
  command: { kind: 'command', effect: 'once', describe: ({ agent, command }) => `${agent} runs ${command}`, requests: () => [], example: () => ({ exitCode: 0 }), run },
  kubernetes: { kind: 'kubernetes', effect: 'keyed', describe: ({ agent, action, target }) => `${agent}: ${action} of ${target}`, requests: () => [], example: () => null, run },
};
