/** Step kind `kubernetes`: an agent acts in its cluster. Each action may be done again without harm, so it is when an agent is lost. */
import type { AgentHello, KubernetesOrder, WithOf } from '#contract';
import { resultOfNews } from './agentNews.ts';
import type { AgentPort } from './agentPort.ts';
import { agentStepOf } from './command.ts';
import type { Applied, KindHandler } from './kind.ts';
import { failed } from './outcome.ts';

/** Whether an agent told that it does such things at all; the agent itself knows the rest. */
export function permitsAction(told: AgentHello, action: string): { readonly ok: true; readonly repeatable: boolean } | { readonly ok: false; readonly why: string } {
  return told.kubernetes.some((rule) => rule.startsWith(`${action} `)) ? { ok: true, repeatable: true } : { ok: false, why: `${action} is not in its allow-list` };
}

function orderOf(filled: WithOf<'kubernetes'>, at: Date): KubernetesOrder | string {
  const isOfNode = filled.action === 'cordon' || filled.action === 'uncordon';
  const namespace = filled.namespace === undefined || filled.namespace === '' ? null : filled.namespace;
  if (!isOfNode && namespace === null) return `${filled.action} needs a namespace`;
  const replicas = filled.replicas === undefined ? null : Number(filled.replicas);
  if (filled.action === 'scale' && (replicas === null || !Number.isInteger(replicas) || replicas < 0)) return 'scale needs a whole number of replicas';
  return { action: filled.action, namespace: isOfNode ? null : namespace, target: filled.target, replicas: filled.action === 'scale' ? replicas : null, tailLines: filled.tailLines, at: at.toISOString() };
}

const WORDS = { rolloutRestart: 'Restarts', scale: 'Scales', cordon: 'Cordons', uncordon: 'Uncordons', logs: 'Reads the logs of' } as const;

/** The kind, over the agents. */
export function createKubernetesKind({ agents }: { readonly agents: AgentPort }): KindHandler<'kubernetes'> {
  return {
    kind: 'kubernetes', effect: 'keyed',
    describe: (filled) => `${WORDS[filled.action]} ${filled.target}${filled.namespace === undefined ? '' : ` in ${filled.namespace}`}${filled.action === 'scale' ? ` to ${String(filled.replicas)}` : ''}`,
    requests: (filled) => [{ to: `agent ${filled.agent}`, method: 'RUN', headers: {}, body: JSON.stringify({ action: filled.action, namespace: filled.namespace ?? null, target: filled.target, replicas: filled.replicas ?? null }) }],
    example: () => ({ exitCode: null, stdout: '', json: null, result: {} }),
    async apply(tx, call): Promise<Applied> {
      const order = orderOf(call.with, call.now);
      if (typeof order === 'string') return { result: failed(order) };
      const handed = await agents.enqueue(tx, { step: agentStepOf(call), selector: call.with.agent, work: { kind: 'kubernetes', order }, permits: (told) => permitsAction(told, order.action) });
      if (!handed.ok) return { result: failed(handed.why, true) };
      return { result: { kind: 'waits', for: 'agent', until: null, look: null, kept: { agent: handed.agent } } };
    },
    async resume(_tx, call, kept, wake): Promise<Applied> {
      const result = wake.by === 'signal' ? resultOfNews(wake.data, `${call.with.action} done`) : null;
      return { result: result ?? { kind: 'waits', for: 'agent', until: null, look: null, kept } };
    },
    stop: (tx, call) => agents.stop(tx, agentStepOf(call)),
  };
}
