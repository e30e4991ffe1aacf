/** Kinds as a dry run sees them: the real ones, over a client that could really call out; those of agents in short. */
import { createOutboundClient } from '../../../platform/outbound/client.ts';
import { holds } from '../format/index.ts';
import { createEffectKinds, createKinds } from '../kinds/index.ts';
import { previewOf, type Preview } from './preview.ts';

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
    incidents: { declare: refuse, run: refuse, changeSeverity: refuse, setFields: refuse }, silences: { create: refuse, expire: refuse }, updates: { tell: refuse },
    addressesOf: async () => ({ notifyUrl: null, pageUrl: null, ticketUrl: null }), signingKeyOf: async () => null, holds,
  });
  const handlers = createKinds({
    ...effects.handlers,
    command: {
      kind: 'command', effect: 'once', apply: refuse, describe: ({ agent, command }) => `${agent} runs ${command}`, example: () => ({ exitCode: 0, stdout: '', stderr: '' }),
      requests: ({ agent, command, args }) => [{ to: `agent ${agent}`, method: command, headers: {}, body: JSON.stringify(args) }],
    },
    kubernetes: {
      kind: 'kubernetes', effect: 'keyed', apply: refuse, describe: ({ action, target }) => `${action} of ${target}`, example: () => ({}),
      requests: ({ agent, action, target, namespace, replicas }) => [{ to: `agent ${agent}`, method: action, headers: {}, body: JSON.stringify({ target, namespace, replicas }) }],
    },
  }, { startChild: refuse, cancelChild: refuse, addTask: refuse });
  return {
    preview: previewOf(handlers),
    async close() {
      await effects.close();
      await outbound.close();
    },
  };
}
