/** A stand-in for Mattermost: incoming webhooks and POST /api/v4/posts, as developers.mattermost.com tells of them. */
import { jsonOf, onlyMembers, startStandIn, textWithin, type Json, type StandIn, type Tools } from './standIn.ts';

const HOOK = '/hooks/examplehookkeyofmattermost';
export const MATTERMOST_TOKEN = 'examplebottokenofmattermost';
const CHANNEL = 'abcdefghijklmnopqrstuvwxyz';

function checkAttachments(attachments: readonly Json[], tools: Tools): void {
  for (const attachment of attachments) {
    onlyMembers(attachment, ['fallback', 'color', 'text', 'fields', 'title', 'title_link', 'pretext'], 'attachment', tools);
    if (attachment.text !== '') textWithin(attachment.text, 16_383, 'text of an attachment', tools);
    for (const field of attachment.fields ?? []) onlyMembers(field, ['short', 'title', 'value'], 'field', tools);
    if (/@(all|channel|here)\b/i.test(JSON.stringify(attachment))) tools.fault('calls everybody');
  }
}

/** Starts it. */
export async function startMattermost(mode: 'webhook' | 'bot' = 'bot'): Promise<StandIn> {
  let posts = 0;
  return startStandIn({
    serve(request, tools) {
      const body = jsonOf(request, tools);
      if (request.url === HOOK) {
        onlyMembers(body, ['text', 'attachments', 'channel', 'username', 'icon_url'], 'webhook', tools);
        textWithin(body.text, 16_383, 'text', tools);
        checkAttachments(body.attachments ?? [], tools);
        tools.effect(body.text);
        return { status: 200, body: 'ok' };
      }
      if (request.headers.authorization !== `Bearer ${MATTERMOST_TOKEN}`) return { status: 401, body: { id: 'api.context.session_expired.app_error', message: 'Invalid or expired session, please login again.', status_code: 401 } };
      if (request.url !== '/api/v4/posts') return { status: 404, body: { message: 'Sorry, we could not find the page.', status_code: 404 } };
      onlyMembers(body, ['channel_id', 'message', 'root_id', 'props'], 'post', tools);
      textWithin(body.message, 16_383, 'message', tools);
      checkAttachments(body.props?.attachments ?? [], tools);
      posts += 1;
      const id = `post${String(posts).padStart(22, '0')}`;
      tools.effect(`${body.channel_id} ${body.message}`);
      return { status: 201, body: { id, channel_id: body.channel_id, root_id: body.root_id ?? '', message: body.message } };
    },
    settings: (url) => (mode === 'webhook'
      ? { config: { mode }, secrets: { webhookUrl: `${url}${HOOK}` }, address: null }
      : { config: { mode, serverUrl: url, channelId: CHANNEL }, secrets: { botToken: MATTERMOST_TOKEN }, address: 'zyxwvutsrqponmlkjihgfedcba' }),
  });
}
