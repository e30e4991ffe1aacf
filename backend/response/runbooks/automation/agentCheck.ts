/** Whether some agent would carry out a step tonight. Pure. */
import type { Agent } from '#contract';

export type KnownAgent = Pick<Agent, 'name' | 'labels' | 'state' | 'commands' | 'kubernetes'>;
export interface AgentVerdict {
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

/** What a step asks of an agent. */
export type Wanted =
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'kubernetes'; readonly action: string };

/** Agents that a step means: by name, or by `label=value`. */
export function agentsMeant(agents: readonly KnownAgent[], text: string): KnownAgent[] {
  const [, label, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  return agents.filter((agent) => agent.state !== 'revoked' && (label === undefined ? agent.name === text : agent.labels[label] === value));
}

function judge(agent: KnownAgent, wanted: Wanted): AgentVerdict {
  if (wanted.kind === 'kubernetes') {
    // As agents tell them: `scale deployment/* in shop`.
    const may = agent.kubernetes.some((entry) => entry === '*' || entry.split(' ')[0] === wanted.action);
    return may
      ? { ok: true, detail: `the agent ${agent.name} is here and allows ${wanted.action}`, fix: null }
      : { ok: false, detail: `the agent ${agent.name} does not allow ${wanted.action}`, fix: `Allow ${wanted.action} in its allow-list.` };
  }
  const command = agent.commands.find(({ name }) => name === wanted.command);
  if (command === undefined) return { ok: false, detail: `the agent ${agent.name} has no command “${wanted.command}” in its allow-list`, fix: 'Add the command to its allow-list.' };
  const unknown = wanted.args.filter((arg) => !command.args.some(({ name }) => name === arg));
  if (unknown.length > 0) return { ok: false, detail: `the command “${wanted.command}” of ${agent.name} takes no ${unknown.join(', ')}`, fix: 'Correct the names of the arguments, in the step or in the allow-list.' };
  const missing = command.args.filter(({ name, required }) => required && !wanted.args.includes(name)).map(({ name }) => name);
  if (missing.length > 0) return { ok: false, detail: `the command “${wanted.command}” of ${agent.name} needs ${missing.join(', ')}`, fix: 'Give the argument in the step.' };
  return { ok: true, detail: `the agent ${agent.name} is here and allows “${wanted.command}”`, fix: null };
}

/** Well when any agent that is meant is online and allows it; else what is wrong with the best of them. */
export function checkAgent(agents: readonly KnownAgent[], text: string, wanted: Wanted): AgentVerdict {
  const meant = agentsMeant(agents, text);
  if (meant.length === 0) return { ok: false, detail: `there is no agent “${text}”`, fix: 'Add the agent, or correct its name in the step.' };
  const online = meant.filter(({ state }) => state === 'online');
  if (online.length === 0) return { ok: false, detail: `the agent ${meant.map(({ name }) => name).join(', ')} is not online`, fix: 'Start it where its systems are.' };
  const verdicts = online.map((agent) => judge(agent, wanted));
  return verdicts.find(({ ok }) => ok) ?? verdicts[0] ?? { ok: false, detail: `no agent “${text}” allows it`, fix: null };
}
