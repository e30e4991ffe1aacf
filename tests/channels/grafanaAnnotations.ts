/** A stand-in for Grafana's annotations (GET and POST /api/annotations), as the "Annotations HTTP API" tells of them, and a port that calls it. */
import { createOutboundClient, type OutboundResponse } from '../../backend/platform/outbound/client.ts';
import { OutboundError } from '../../backend/platform/outbound/outboundError.ts';
import { GrafanaCallError, type GrafanaRequest } from '../../backend/sources/index.ts';
import { jsonOf, onlyMembers, startStandIn, type StandIn } from './standIn.ts';

/** Starts it. */
export async function startGrafanaAnnotations(): Promise<StandIn> {
  const kept: { id: number; tags: string[]; text: string }[] = [];
  return startStandIn({
    serve(request, tools) {
      const url = new URL(request.url, 'http://grafana.example');
      if (url.pathname !== '/api/annotations') return { status: 404, body: { message: 'Not found' } };
      if (request.method === 'GET') return { status: 200, body: kept.filter(({ tags }) => url.searchParams.getAll('tags').every((tag) => tags.includes(tag))) };
      const body = jsonOf(request, tools);
      onlyMembers(body, ['dashboardUID', 'panelId', 'time', 'timeEnd', 'tags', 'text'], 'annotation', tools);
      if (!Number.isInteger(body.time)) tools.fault('time is not in milliseconds');
      for (const tag of body.tags) if (tag.length > 100) tools.fault('a tag that Grafana cuts');
      kept.push({ id: kept.length + 1, tags: body.tags, text: body.text });
      tools.effect(body.tags.at(-1));
      return { status: 200, body: { message: 'Annotation added', id: kept.length } };
    },
    settings: () => ({ config: { tags: ['release'] }, secrets: {}, address: null }),
  });
}

/** Calls it as Muster's connection to Grafana does. */
export function grafanaPort(url: string): (request: GrafanaRequest) => Promise<unknown> {
  const client = createOutboundClient({ allow: ['*'], allowPrivate: ['127.0.0.1'], timeoutMs: 2_000 });
  return async ({ method, path, query, body }) => {
    let answer: OutboundResponse;
    try {
      answer = await client.call({ method, url: `${url}${path}?${new URLSearchParams(query).toString()}`, headers: { 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    } catch (error) {
      throw new GrafanaCallError('unreachable', error instanceof OutboundError ? error.message : 'no connection');
    }
    if (answer.status === 429) throw new GrafanaCallError('throttled', 'Grafana throttles', 429, Number(answer.headers['retry-after']));
    if (answer.status === 401 || answer.status === 403) throw new GrafanaCallError('refused', 'the token may not do this', answer.status);
    if (answer.status >= 300) throw new GrafanaCallError('failed', `Grafana answered ${answer.status}`, answer.status);
    return JSON.parse(answer.body);
  };
}
