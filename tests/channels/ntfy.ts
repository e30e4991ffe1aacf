/** A stand-in for ntfy: publishing as JSON, as docs.ntfy.sh/publish tells of it. Notifications of one sequence replace each other. */
import { jsonOf, onlyMembers, startStandIn, textWithin, type StandIn } from './standIn.ts';

export const NTFY_TOKEN = 'tk_exampletokenofanntfyserver';

/** Starts it. */
export async function startNtfy(): Promise<StandIn> {
  return startStandIn({
    serve(request, tools) {
      if (request.method !== 'POST' || request.url !== '/') return { status: 404, body: { code: 40401, http: 404, error: 'page not found' } };
      if (request.headers.authorization !== `Bearer ${NTFY_TOKEN}`) return { status: 403, body: { code: 40301, http: 403, error: 'forbidden' } };
      const body = jsonOf(request, tools);
      onlyMembers(body, ['topic', 'title', 'message', 'priority', 'tags', 'sequence_id', 'click', 'actions', 'markdown'], 'message', tools);
      if (!/^[-_A-Za-z0-9]{1,64}$/.test(body.topic)) return { status: 400, body: { code: 40009, http: 400, error: 'invalid request: topic invalid' } };
      if (!/^[-_A-Za-z0-9]{1,64}$/.test(body.sequence_id)) return { status: 400, body: { code: 40049, http: 400, error: 'invalid request: sequence ID invalid' } };
      if (Buffer.byteLength(body.message) > 4096) tools.fault('a message that becomes an attachment');
      if (![1, 2, 3, 4, 5].includes(body.priority)) tools.fault(`priority ${body.priority}`);
      if ((body.actions ?? []).length > 3) return { status: 400, body: { code: 40018, http: 400, error: 'invalid request: actions invalid' } };
      for (const action of body.actions ?? []) {
        onlyMembers(action, ['action', 'label', 'url', 'clear'], 'action', tools);
        textWithin(action.url, 2000, 'address of an action', tools);
      }
      tools.effect(body.sequence_id);
      return { status: 200, body: { id: 'sPs71M8A2Tyu', time: 1767225600, event: 'message', topic: body.topic, title: body.title, message: body.message } };
    },
    throttle: (seconds) => ({ status: 429, body: { code: 42901, http: 429, error: 'limit reached: too many requests' }, headers: { 'Retry-After': String(seconds) } }),
    settings: (url) => ({ config: { serverUrl: url, topic: 'incidents' }, secrets: { token: NTFY_TOKEN }, address: 'oncall-phone-7' }),
  });
}
