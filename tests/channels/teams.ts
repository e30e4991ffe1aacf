/** A stand-in for a Workflows flow of Teams, as Microsoft Learn tells of it: takes an Adaptive Card of at most 28 KB with 202. */
import { jsonOf, startStandIn, textWithin, type StandIn } from './standIn.ts';

const PATH = '/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke';
const QUERY = '?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=ExampleSignatureOfTheFlow';

/** Starts it. */
export async function startTeams(): Promise<StandIn> {
  let runs = 0;
  return startStandIn({
    serve(request, tools) {
      if (request.url !== `${PATH}${QUERY}`) return { status: 401, body: { error: { code: 'DirectApiAuthorizationRequired' } } };
      if (Buffer.byteLength(request.body) > 28 * 1024) return { status: 413, body: 'Request Entity too large' };
      const body = jsonOf(request, tools);
      const card = body.attachments?.[0];
      if (body.type !== 'message' || body.attachments?.length !== 1) tools.fault('no message with one attachment');
      if (card?.contentType !== 'application/vnd.microsoft.card.adaptive') tools.fault('no Adaptive Card');
      if (card?.content?.type !== 'AdaptiveCard' || !['1.2', '1.4', '1.5'].includes(card.content.version)) tools.fault('not a version that Teams shows');
      for (const part of card?.content?.body ?? []) {
        if (!['TextBlock', 'FactSet'].includes(part.type)) tools.fault(`unknown part ${part.type}`);
        if (part.type === 'TextBlock') textWithin(part.text, 28_000, 'TextBlock', tools);
        for (const fact of part.facts ?? []) if (typeof fact.title !== 'string' || typeof fact.value !== 'string') tools.fault('a fact without title or value');
      }
      if ((card?.content?.actions ?? []).length > 6) tools.fault('more than six buttons');
      for (const action of card?.content?.actions ?? []) if (action.type !== 'Action.OpenUrl' || !/^https?:/.test(action.url)) tools.fault('a button that opens no address');
      runs += 1;
      tools.effect(card?.content?.fallbackText ?? '');
      return { status: 202, headers: { 'x-ms-workflow-run-id': `run${runs}` } };
    },
    settings: (url) => ({ config: {}, secrets: { webhookUrl: `${url}${PATH}${QUERY}` }, address: null }),
  });
}
