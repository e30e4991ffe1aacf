/** A stand-in for a webhook of Discord, as discord.com/developers tells of it. Throttles in the body, with `retry_after` in seconds. */
import { jsonOf, onlyMembers, startStandIn, textWithin, type StandIn } from './standIn.ts';

const PATH = '/api/webhooks/123456789012345678/ExampleTokenOfADiscordWebhook';

/** Starts it; `forum`: the channel of the webhook is a forum, in which each message needs a thread. */
export async function startDiscord(forum = false): Promise<StandIn> {
  let messages = 0;
  return startStandIn({
    serve(request, tools) {
      const url = new URL(request.url, 'http://discord.example');
      if (url.pathname !== PATH) return { status: 404, body: { message: 'Unknown Webhook', code: 10015 } };
      const body = jsonOf(request, tools);
      onlyMembers(body, ['embeds', 'allowed_mentions', 'thread_name', 'content', 'username'], 'message', tools);
      const thread = url.searchParams.get('thread_id');
      if (forum && thread === null && body.thread_name === undefined) return { status: 400, body: { message: 'Webhooks posted to forum channels must have a thread_name or thread_id', code: 220001 } };
      if (!forum && (thread !== null || body.thread_name !== undefined)) return { status: 400, body: { message: 'Cannot send to a thread here', code: 220003 } };
      if (body.thread_name !== undefined) textWithin(body.thread_name, 100, 'thread_name', tools);
      if (JSON.stringify(body.allowed_mentions) !== '{"parse":[]}') tools.fault('somebody may be mentioned');
      let sum = 0;
      for (const embed of body.embeds ?? []) {
        textWithin(embed.title, 256, 'title', tools);
        if (embed.description.length > 4096) return { status: 400, body: { message: 'Invalid Form Body', code: 50035 } };
        if (embed.fields.length > 25) tools.fault('more than 25 fields');
        sum += embed.title.length + embed.description.length;
        for (const field of embed.fields) {
          textWithin(field.name, 256, 'name of a field', tools);
          textWithin(field.value, 1024, 'value of a field', tools);
          sum += field.name.length + field.value.length;
        }
      }
      if (sum > 6000) return { status: 400, body: { message: 'Invalid Form Body', code: 50035 } };
      messages += 1;
      tools.effect(body.embeds?.[0]?.title ?? '');
      if (url.searchParams.get('wait') !== 'true') return { status: 204 };
      return { status: 200, body: { id: `90000000000000000${messages}`, channel_id: thread ?? (forum ? `80000000000000000${messages}` : '700000000000000001') } };
    },
    throttle: (seconds) => ({ status: 429, body: { message: 'You are being rate limited.', retry_after: seconds, global: false }, headers: { 'Retry-After': '65' } }),
    settings: (url) => ({ config: { forum }, secrets: { webhookUrl: `${url}${PATH}` }, address: null }),
  });
}
