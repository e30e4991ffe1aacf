/** A receiver of Muster's own webhooks that checks signature and key as docs/channels.md tells receivers to. */
import { createHmac } from 'node:crypto';
import { jsonOf, onlyMembers, startStandIn, type StandIn } from './standIn.ts';

export const WEBHOOK_KEY = 'example-signing-key-of-a-webhook';

/** Starts it. */
export async function startWebhook(): Promise<StandIn> {
  return startStandIn({
    serve(request, tools) {
      const right = `sha256=${createHmac('sha256', WEBHOOK_KEY).update(`${String(request.headers['x-muster-timestamp'])}.${request.body}`).digest('hex')}`;
      if (request.headers['x-muster-signature'] !== right) return { status: 401, body: 'wrong signature' };
      const body = jsonOf(request, tools);
      onlyMembers(body, ['version', 'key', 'class', 'urgency', 'progress', 'thread', 'subject', 'text', 'facts', 'link', 'actions', 'language', 'at'], 'body', tools);
      tools.effect(String(request.headers['idempotency-key']));
      return { status: 204 };
    },
    settings: (url) => ({ config: { url: `${url}/hooks/muster` }, secrets: { signingKey: WEBHOOK_KEY, authorization: 'Bearer example-token-of-a-receiver' }, address: null }),
  });
}
