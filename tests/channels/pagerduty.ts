/** A stand-in for PagerDuty's Events API v2, as its OpenAPI document tells of it. One alert a `dedup_key`. */
import { jsonOf, onlyMembers, startStandIn, textWithin, type StandIn } from './standIn.ts';

export const PAGERDUTY_KEY = 'R0EXAMPLEROUTINGKEY0000000000000';

/** Starts it. */
export async function startPagerDuty(): Promise<StandIn> {
  return startStandIn({
    serve(request, tools) {
      const body = jsonOf(request, tools);
      const bad = (error: string) => ({ status: 400, body: { status: 'invalid event', message: 'Event object is invalid', errors: [error] } });
      if (request.url !== '/v2/enqueue') return { status: 404, body: '' };
      if (body.routing_key !== PAGERDUTY_KEY) return bad("Invalid routing key: it must be 32 characters");
      onlyMembers(body, ['routing_key', 'event_action', 'dedup_key', 'client', 'client_url', 'links', 'images', 'payload'], 'event', tools);
      if (!['trigger', 'acknowledge', 'resolve'].includes(body.event_action)) return bad("'event_action' is invalid");
      textWithin(body.dedup_key, 255, 'dedup_key', tools);
      if (body.event_action === 'trigger') {
        onlyMembers(body.payload, ['summary', 'source', 'severity', 'timestamp', 'component', 'group', 'class', 'custom_details'], 'payload', tools);
        textWithin(body.payload.summary, 1024, 'summary', tools);
        textWithin(body.payload.source, 255, 'source', tools);
        if (!['critical', 'error', 'warning', 'info'].includes(body.payload.severity)) return bad("'payload.severity' is invalid");
      }
      if (Buffer.byteLength(request.body) > 512 * 1024) return { status: 413, body: '' };
      tools.effect(`${body.event_action} ${body.dedup_key}`);
      return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: body.dedup_key } };
    },
    settings: (url) => ({ config: { apiUrl: url }, secrets: { routingKey: PAGERDUTY_KEY }, address: null }),
  });
}
