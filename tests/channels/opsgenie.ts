/** A stand-in for Opsgenie's Alert API, as docs.opsgenie.com tells of it. One alert an alias. */
import { jsonOf, onlyMembers, startStandIn, textWithin, type StandIn } from './standIn.ts';

export const OPSGENIE_KEY = '00000000-example-key-of-opsgenie';

/** Starts it. */
export async function startOpsgenie(): Promise<StandIn> {
  let requests = 0;
  return startStandIn({
    serve(request, tools) {
      if (request.headers.authorization !== `GenieKey ${OPSGENIE_KEY}`) return { status: 403, body: { message: 'Could not authenticate', took: 0.001, requestId: 'r0' } };
      const body = jsonOf(request, tools);
      requests += 1;
      const taken = { status: 202, body: { result: 'Request will be processed', took: 0.1, requestId: `43a29c5c-3dbf-4fa4-9c26-${String(requests).padStart(12, '0')}` } };
      if (request.url === '/v2/alerts') {
        onlyMembers(body, ['message', 'alias', 'description', 'responders', 'tags', 'details', 'entity', 'source', 'priority', 'note'], 'alert', tools);
        textWithin(body.message, 130, 'message', tools);
        textWithin(body.alias, 512, 'alias', tools);
        if (body.description !== '') textWithin(body.description, 15_000, 'description', tools);
        if (!/^P[1-5]$/.test(body.priority)) return { status: 422, body: { message: 'Request body is not processable', errors: { priority: 'invalid' } } };
        tools.effect(`create ${body.alias}`);
        return taken;
      }
      const [, alias, verb] = /^\/v2\/alerts\/([^/]+)\/(acknowledge|close)\?identifierType=alias$/.exec(request.url) ?? [];
      if (alias === undefined) return { status: 404, body: { message: 'Not found' } };
      onlyMembers(body, ['user', 'source', 'note'], verb ?? '', tools);
      textWithin(body.note, 25_000, 'note', tools);
      tools.effect(`${verb} ${decodeURIComponent(alias)}`);
      return taken;
    },
    settings: (url) => ({ config: { apiUrl: url }, secrets: { apiKey: OPSGENIE_KEY }, address: null }),
  });
}
