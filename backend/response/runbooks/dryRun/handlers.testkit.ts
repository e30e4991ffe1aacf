/** Kinds as a dry run sees them: the real ones with effects, over a client that could really call out, and those that wait or steer in short. */
import type { WithOf } from '#contract';
import { createOutboundClient } from '../../../platform/outbound/client.ts';
import { holds } from '../format/index.ts';
import { createEffectKinds } from '../kinds/effectKinds.ts';
import { previewOf, type DescribingHandlers, type Preview } from './preview.ts';

export interface TestKinds {
  readonly preview: Preview;
  close(): Promise<void>;
}

function refuse(): never {
  throw new Error('a dry run changes nothing');
}

/** Makes them. */
export function createTestKinds(): TestKinds {
  const outbound = createOutboundClient({ allow: ['*'], allowPrivate: ['0.0.0.0/0'] });
  const effects = createEffectKinds({
    callOut: (request) => outbound.call(request),
    grafana: { isConnected: async () => true, call: async (_org, { path }) => (await outbound.call({ url: `http://127.0.0.1${path}`, method: 'GET' })).body },
    incidents: { declare: refuse, run: refuse, changeSeverity: refuse, setFields: refuse, updateStatus: refuse }, silences: { create: refuse, expire: refuse },
    addressesOf: async () => ({ notifyUrl: null, pageUrl: null, ticketUrl: null }), signingKeyOf: async () => null, holds,
  });
  const none = { requests: () => [], example: () => null };
  const handlers: DescribingHandlers = {
    ...effects.handlers,
    task: { ...none, describe: ({ title }: WithOf<'task'>) => `Adds the task “${title}”` },
    manual: { ...none, describe: () => 'Asks a person', example: ({ ask }: WithOf<'manual'>) => Object.fromEntries(ask.map(({ name, type }) => [name, type === 'boolean' ? true : type === 'number' ? 1 : ''])) },
    approval: { ...none, describe: ({ question }: WithOf<'approval'>) => question, example: () => ({ approved: true }) },
    wait: { ...none, describe: (filled: WithOf<'wait'>) => `Waits ${filled.for}` },
    waitUntil: { ...none, describe: ({ condition }: WithOf<'waitUntil'>) => `Waits until ${condition}`, example: () => ({ held: true }) },
    subRunbook: { ...none, describe: ({ runbook }: WithOf<'subRunbook'>) => `Runs ${runbook}` },
    command: {
      describe: ({ agent, command }: WithOf<'command'>) => `${agent} runs ${command}`, example: () => ({ exitCode: 0, stdout: '', stderr: '' }),
      requests: ({ agent, command, args }: WithOf<'command'>) => [{ to: `agent ${agent}`, method: command, headers: {}, body: JSON.stringify(args) }],
    },
    kubernetes: {
      describe: ({ action, target }: WithOf<'kubernetes'>) => `${action} of ${target}`, example: () => ({}),
      requests: ({ agent, action, target, namespace, replicas }: WithOf<'kubernetes'>) => [{ to: `agent ${agent}`, method: action, headers: {}, body: JSON.stringify({ target, namespace, replicas }) }],
    },
  };
  return {
    preview: previewOf(handlers),
    async close() {
      await effects.close();
      await outbound.close();
    },
  };
}
