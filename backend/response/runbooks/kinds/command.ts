/** Step kind `command`: an agent runs a command of its allow-list. Handed over once, unless the allow-list says that it may be repeated. */
import type { AgentHello, WithOf } from '#contract';
import { resultOfNews } from './agentNews.ts';
import type { AgentPort, AgentStep } from './agentPort.ts';
import type { Applied, KindHandler, StepCall } from './kind.ts';
import { failed } from './outcome.ts';

/** The try of a call, as agents know it. */
export function agentStepOf({ orgId, runId, path, attempt, undoing }: StepCall): AgentStep {
  return { orgId, runId, path, attempt, undoing };
}

/** Whether what an agent told permits a command with these arguments. */
export function permitsCommand(told: AgentHello, name: string, args: Readonly<Record<string, unknown>>): { readonly ok: true; readonly repeatable: boolean } | { readonly ok: false; readonly why: string } {
  const command = told.commands.find((known) => known.name === name);
  if (command === undefined) return { ok: false, why: `"${name}" is not in its allow-list; it has ${told.commands.map((known) => known.name).join(', ') || 'no commands'}` };
  const stranger = Object.keys(args).find((given) => !command.args.some((known) => known.name === given));
  if (stranger !== undefined) return { ok: false, why: `"${name}" takes no argument "${stranger}"` };
  const missing = command.args.find((known) => known.required && !Object.hasOwn(args, known.name));
  if (missing !== undefined) return { ok: false, why: `"${name}" needs the argument "${missing.name}"` };
  return { ok: true, repeatable: command.repeatable };
}

function wordsOf({ command, args, agent }: WithOf<'command'>): string {
  const given = Object.entries(args).map(([name, value]) => `${name}=${String(value)}`).join(' ');
  return `Runs ${command}${given === '' ? '' : ` ${given}`} on ${agent}`;
}

/** The kind, over the agents. */
export function createCommandKind({ agents }: { readonly agents: AgentPort }): KindHandler<'command'> {
  return {
    kind: 'command', effect: 'once',
    describe: wordsOf,
    requests: (filled) => [{ to: `agent ${filled.agent}`, method: 'RUN', headers: {}, body: JSON.stringify({ command: filled.command, args: filled.args }) }],
    example: () => ({ exitCode: 0, stdout: '', json: null, result: null }),
    async apply(tx, call): Promise<Applied> {
      const { agent, command, args } = call.with;
      const handed = await agents.enqueue(tx, { step: agentStepOf(call), selector: agent, work: { kind: 'command', command, args }, permits: (told) => permitsCommand(told, command, args) });
      if (!handed.ok) return { result: failed(handed.why, true) };
      return { result: { kind: 'waits', for: 'agent', until: null, look: null, kept: { agent: handed.agent } } };
    },
    async resume(_tx, call, kept, wake): Promise<Applied> {
      const result = wake.by === 'signal' ? resultOfNews(wake.data, `${call.with.command} ran`) : null;
      return { result: result ?? { kind: 'waits', for: 'agent', until: null, look: null, kept } };
    },
    stop: (tx, call) => agents.stop(tx, agentStepOf(call)),
  };
}
