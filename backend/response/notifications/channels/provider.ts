/** One call to a provider, and what its answer means for the message. What every provider over HTTP has in common stands here. */
import type { OutboundRequest, OutboundResponse } from '../../../platform/outbound/client.ts';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';
import { retryAfterMs } from '../../../platform/outbound/readAnswer.ts';
import type { SendContext, SendOutcome } from './channel.ts';
import { safeSaying } from './mask.ts';

/** Where a provider asks to wait without saying how long. */
const USUAL_WAIT_MS = 1_000;
/** A provider that asks for more is as good as down; what waits longer goes elsewhere. */
const MAX_WAIT_MS = 3_600_000;
export const DENIED = 'not called, since the installation does not allow it';

export interface ProviderCall {
  /** As it is called in reasons: `Slack`. */
  readonly title: string;
  readonly request: Omit<OutboundRequest, 'signal' | 'maxRedirects'>;
  /** Besides the secrets of the channel: what else must not come back in a reason, such as the coded form of a login. */
  readonly alsoSecret?: readonly string[];
  /** What a 2xx answer means. */
  read(answer: OutboundResponse): SendOutcome;
  /** How long a 429 asks to wait, in milliseconds, where the provider says it in the body; null: see `Retry-After`. */
  waitOf?(answer: OutboundResponse): number | null;
  /** The part of a refusal that is worth telling; the beginning of the body unless said otherwise. */
  sayingOf?(answer: OutboundResponse): string;
}

/** A wait that was asked for, in bounds. */
export function throttled(waitMs: number | null): SendOutcome {
  return { kind: 'throttled', retryAfterMs: Math.min(MAX_WAIT_MS, Math.max(0, Math.ceil(waitMs ?? USUAL_WAIT_MS))) };
}

/** A call that got no answer, as an outcome. Throws what is not the network's doing. */
export function outcomeOfFailure(error: unknown, title: string): SendOutcome {
  if (!(error instanceof OutboundError)) throw error;
  if (error.reason === 'denied') return { kind: 'refused', reason: `${DENIED}: ${error.message}`, ofChannel: true };
  if (error.reason === 'redirect') return { kind: 'refused', reason: `${title}: ${error.message}`, ofChannel: true };
  return { kind: 'retry', reason: `${title}: ${error.message}` };
}

/** A refusal by status: whether it may pass, whose fault it is, and with what reason. 401 is about the login (RFC 9110, 15.5.2). */
export function outcomeOfStatus(status: number, title: string, said: string): Extract<SendOutcome, { kind: 'retry' | 'refused' }> {
  const reason = `${title} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 408 || status === 425 || status >= 500) return { kind: 'retry', reason };
  return status === 401 ? { kind: 'refused', reason, ofChannel: true } : { kind: 'refused', reason };
}

/** Calls once. Redirects are not followed: a secret in the address or in a header is meant for that address alone. */
export async function callProvider(context: Pick<SendContext<unknown>, 'callOut' | 'secrets' | 'signal' | 'now'>, call: ProviderCall): Promise<SendOutcome> {
  let answer: OutboundResponse;
  try {
    answer = await context.callOut({ ...call.request, signal: context.signal, maxRedirects: 0 });
  } catch (error) {
    return masked(outcomeOfFailure(error, call.title), context.secrets, call.alsoSecret);
  }
  if (answer.status >= 200 && answer.status <= 299) return masked(call.read(answer), context.secrets, call.alsoSecret);
  if (answer.status === 429) return throttled(call.waitOf?.(answer) ?? retryAfterMs(answer.headers['retry-after'], context.now.getTime()));
  const said = safeSaying(call.sayingOf?.(answer) ?? answer.body, [...Object.values(context.secrets), ...(call.alsoSecret ?? [])]);
  return outcomeOfStatus(answer.status, call.title, said);
}

function masked(outcome: SendOutcome, secrets: Readonly<Record<string, string>>, more: readonly string[] = []): SendOutcome {
  return outcome.kind === 'retry' || outcome.kind === 'refused' ? { ...outcome, reason: safeSaying(outcome.reason, [...Object.values(secrets), ...more]) } : outcome;
}

/** The headers of a JSON body. */
export const JSON_HEADERS = { 'Content-Type': 'application/json; charset=utf-8' } as const;
