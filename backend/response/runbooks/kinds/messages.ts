/** Step kinds `notify`, `page` and `ticket`: each posts to an address that the organisation has set. */
import { incidentKey, type JsonValue, type PlannedRequest } from '#contract';
import { signatureHeaders } from '../../../platform/outbound/bodySignature.ts';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import { KEY_HEADER } from './http.ts';
import type { KindHandler, StepCall, StepResult, StepWriter } from './kind.ts';
import { excerpt, storableText } from './output.ts';
import { failed, failureOf, mayRecover } from './outcome.ts';
import type { EffectPorts, StepAddresses } from './ports.ts';

type MessageKind = 'notify' | 'page' | 'ticket';
type MessagePorts = Pick<EffectPorts, 'callOut' | 'addressesOf' | 'signingKeyOf' | 'tellChannel'>;

/** Who is told, when it is a channel of Muster instead of whoever the configured address knows: `channel:on-call-chat`. */
const CHANNEL = /^channel:([a-z0-9][a-z0-9-]{0,39})$/;

const ADDRESS: Readonly<Record<MessageKind, { readonly key: keyof StepAddresses; readonly words: string }>> = {
  notify: { key: 'notifyUrl', words: 'messages' }, page: { key: 'pageUrl', words: 'pages' }, ticket: { key: 'ticketUrl', words: 'tickets' },
};

/** The body as docs/runbook-messages.md says. */
function bodyOf(kind: MessageKind, call: StepCall, said: Readonly<Record<string, JsonValue>>): string {
  return JSON.stringify({
    kind, version: 1, key: call.key, ...said,
    incident: call.incident === null ? null : { number: call.incident, key: incidentKey(call.incident) },
    runbook: { title: call.title, run: call.runId, step: call.path },
    undo: call.undoing, sentAt: call.now.toISOString(),
  });
}

function planned(kind: MessageKind, said: Readonly<Record<string, JsonValue>>): PlannedRequest[] {
  return [{ to: `the configured address for ${ADDRESS[kind].words}`, method: 'POST', headers: { 'Content-Type': 'application/json', [KEY_HEADER]: '<key of the step>' }, body: JSON.stringify({ kind, ...said }) }];
}

async function send(ports: MessagePorts, kind: MessageKind, call: StepCall, said: Readonly<Record<string, JsonValue>>, signal: AbortSignal, out: StepWriter, read: (body: string) => StepResult): Promise<StepResult> {
  const { key, words } = ADDRESS[kind];
  const url = (await ports.addressesOf(call.orgId))[key];
  if (url === null) return failed(`there is no address for ${words}: a manager sets it under Runbooks, Automation`);
  const body = bodyOf(kind, call, said);
  const signingKey = await ports.signingKeyOf(call.orgId);
  try {
    const answer = await ports.callOut({
      url, method: 'POST', body, signal,
      headers: { 'Content-Type': 'application/json', [KEY_HEADER]: call.key, ...signatureHeaders(signingKey, call.now, body) },
    });
    if (answer.status < 200 || answer.status > 299) {
      return failed(`the address for ${words} answered ${answer.status}${answer.body === '' ? '' : `: ${excerpt(call.mask(answer.body))}`}`, mayRecover(answer.status));
    }
    out.write('note', `the address for ${words} answered ${answer.status}\n`);
    return read(call.mask(answer.body));
  } catch (error) {
    return failureOf(error);
  }
}

/** Over a channel of Muster, with all that stands in for it; null: the configured address is meant. What comes of it stands under Channels, Deliveries. */
async function overChannel(ports: MessagePorts, kind: 'notify' | 'page', call: StepCall, to: string, message: string, critical: boolean): Promise<StepResult | null> {
  const channel = CHANNEL.exec(to)?.[1];
  if (channel === undefined || ports.tellChannel === undefined) return null;
  const text = call.mask(message);
  const isKnown = await ports.tellChannel(call.orgId, { key: `step/${call.key}`, channel, kind, critical, incident: call.incident, subject: `${call.title}: ${text}`.replace(/\s+/g, ' ').slice(0, 200), text });
  return isKnown ? { kind: 'done', output: { sent: true }, text: `told ${to}` } : failed(`there is no channel "${channel}": see Channels`);
}

/** The kind `notify`. */
export function createNotifyKind(ports: MessagePorts): KindHandler<'notify'> {
  return {
    kind: 'notify', effect: 'keyed',
    describe: (filled) => `Tells ${filled.to}: ${filled.message}`,
    requests: ({ to, message, severity }) => planned('notify', { to, message, severity }),
    example: () => ({ sent: true }),
    run: async (call, signal, out) => {
      const { to, message, severity } = call.with;
      return (await overChannel(ports, 'notify', call, to, message, severity === 'critical')) ?? send(ports, 'notify', call, { to, message, severity }, signal, out, () => ({ kind: 'done', output: { sent: true }, text: `told ${to}` }));
    },
  };
}

/** The kind `page`. */
export function createPageKind(ports: MessagePorts): KindHandler<'page'> {
  return {
    kind: 'page', effect: 'keyed',
    describe: (filled) => `Pages ${filled.to}: ${filled.message}`,
    requests: ({ to, message }) => planned('page', { to, message }),
    example: () => ({ sent: true }),
    run: async (call, signal, out) => {
      const { to, message } = call.with;
      return (await overChannel(ports, 'page', call, to, message, true)) ?? send(ports, 'page', call, { to, message }, signal, out, () => ({ kind: 'done', output: { sent: true }, text: `paged ${to}` }));
    },
  };
}

/** A member of an answer that is text or a number; null when it has none. */
function memberOf(body: string, name: 'id' | 'url'): string | null {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null) return null;
  const member: unknown = new Map(Object.entries(value)).get(name);
  return typeof member === 'string' || typeof member === 'number' ? storableText(String(member)).slice(0, 2_000) : null;
}

/** The kind `ticket`. */
export function createTicketKind(ports: MessagePorts): KindHandler<'ticket'> {
  return {
    kind: 'ticket', effect: 'keyed',
    describe: (filled) => `Opens a ticket: ${filled.title}`,
    requests: ({ title, description, priority }) => planned('ticket', { title, description, priority }),
    example: () => ({ id: 'OPS-1', url: 'https://tickets.example.org/OPS-1' }),
    run: (call, signal, out) => {
      const { title, description, priority } = call.with;
      return send(ports, 'ticket', call, { title, description, priority }, signal, out, (body) => {
        const id = memberOf(body, 'id');
        const url = memberOf(body, 'url');
        return { kind: 'done', output: { id, url: url !== null && /^https?:\/\//.test(url) ? url : null }, text: id === null ? 'ticket opened' : `ticket ${id} opened` };
      });
    },
  };
}
