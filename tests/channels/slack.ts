/** A stand-in for Slack: the incoming webhook, chat.postMessage and conversations.create as docs.slack.dev tells of them. */
import { jsonOf, onlyMembers, startStandIn, textWithin, type Answer, type Json, type Seen, type StandIn, type Tools } from './standIn.ts';

export const SLACK_WEBHOOK_PATH = '/services/T00000000/B00000000/exampleWebhookTokenXX';
export const SLACK_BOT_TOKEN = 'xoxb-example-bot-token-of-muster';
const WEBHOOK_MEMBERS = ['text', 'blocks', 'unfurl_links', 'thread_ts', 'response_type'];
const POST_MEMBERS = [...WEBHOOK_MEMBERS, 'channel'];

function checkBlocks(blocks: readonly Json[], tools: Tools): void {
  if (blocks.length > 50) tools.fault(`${blocks.length} blocks`);
  let sum = 0;
  for (const block of blocks) {
    sum += JSON.stringify(block).length;
    if (block.type === 'header') textWithin(block.text?.text, 150, 'header', tools);
    if (block.type === 'section' && block.text !== undefined) textWithin(block.text.text, 3000, 'section', tools);
    if (block.type === 'section' && block.fields !== undefined) {
      if (block.fields.length > 10) tools.fault('more than ten fields');
      for (const field of block.fields) textWithin(field.text, 2000, 'field', tools);
    }
    if (block.type === 'actions') {
      if (block.elements.length > 25) tools.fault('more than 25 buttons');
      const ids = block.elements.map((element: { action_id: string }) => element.action_id);
      if (new Set(ids).size !== ids.length) tools.fault('two buttons of one id');
      for (const element of block.elements) {
        textWithin(element.text?.text, 75, 'button', tools);
        textWithin(element.action_id, 255, 'action_id', tools);
        if (element.url !== undefined) textWithin(element.url, 3000, 'address of a button', tools);
      }
    }
  }
  if (sum > 26_000) tools.fault('msg_blocks_too_long');
}

/** Members by id; what is not said of one is as of an ordinary one. */
const MEMBERS: Readonly<Record<string, object>> = {
  U0ED0001: { email: 'ed@example.com' }, U0EVA001: { email: 'Eva@Example.com' }, U0ADA001: { email: 'ada@example.com' }, U0VERA01: { email: 'vera@example.com' }, U0NOBODY: { email: 'nobody@example.com' },
  U0GUEST1: { email: 'ada@example.com', is_restricted: true }, U0STRANGE: { email: 'ada@example.com', is_stranger: true, team_id: 'T0OTHER01' }, U0UNPROVEN: { email: 'ada@example.com', is_email_confirmed: false },
  U0GONE01: { email: 'ada@example.com', deleted: true }, U0NOMAIL: {},
};

/** users.info, with the scope users:read.email. */
function userInfo(request: Seen): Answer {
  const id = new URL(request.url, 'http://slack.example').searchParams.get('user') ?? '';
  const member = MEMBERS[id];
  if (request.headers.authorization !== `Bearer ${SLACK_BOT_TOKEN}`) return { status: 200, body: { ok: false, error: 'invalid_auth' } };
  if (member === undefined) return { status: 200, body: { ok: false, error: 'user_not_found' } };
  const { email, ...flags }: { email?: string } = member;
  return { status: 200, body: { ok: true, user: { id, team_id: 'T0EXAMPLE', deleted: false, is_bot: false, is_restricted: false, is_ultra_restricted: false, is_email_confirmed: true, ...flags, profile: email === undefined ? {} : { email } } } };
}

/** Starts it. Archived channels: `CARCHIVED1`; unknown ones: `CUNKNOWN01`. */
export async function startSlack(mode: 'webhook' | 'bot' = 'bot'): Promise<StandIn> {
  let messages = 0;
  const names = new Set<string>();

  function serve(request: Seen, tools: Tools): Answer {
    if (request.url.startsWith('/api/users.info?')) return userInfo(request);
    if (request.url.startsWith('/api/users.lookupByEmail?')) {
      const email = new URL(request.url, 'http://slack.example').searchParams.get('email');
      const found = Object.entries(MEMBERS).find(([, member]) => 'email' in member && member.email === email);
      return { status: 200, body: found === undefined ? { ok: false, error: 'users_not_found' } : { ok: true, user: { id: found[0] } } };
    }
    const body = jsonOf(request, tools);
    if (request.url === SLACK_WEBHOOK_PATH) {
      onlyMembers(body, WEBHOOK_MEMBERS, 'webhook', tools);
      checkBlocks(body.blocks ?? [], tools);
      tools.effect(body.text);
      return { status: 200, body: 'ok' };
    }
    if (request.url.startsWith('/services/')) return { status: 404, body: 'no_service' };
    if (request.headers.authorization !== `Bearer ${SLACK_BOT_TOKEN}`) return { status: 200, body: { ok: false, error: 'invalid_auth' } };
    if (request.url === '/api/chat.postMessage') {
      onlyMembers(body, POST_MEMBERS, 'chat.postMessage', tools);
      textWithin(body.text, 40_000, 'text', tools);
      checkBlocks(body.blocks ?? [], tools);
      if (body.channel === 'CARCHIVED1') return { status: 200, body: { ok: false, error: 'is_archived' } };
      if (body.channel === 'CUNKNOWN01') return { status: 200, body: { ok: false, error: 'channel_not_found' } };
      messages += 1;
      tools.effect(`${body.channel} ${body.text}`);
      return { status: 200, body: { ok: true, channel: body.channel, ts: `1767225600.${String(messages).padStart(6, '0')}`, message: { text: body.text } } };
    }
    if (request.url === '/api/conversations.create') {
      onlyMembers(body, ['name', 'is_private'], 'conversations.create', tools);
      if (!/^[a-z0-9_-]{1,80}$/.test(body.name)) return { status: 200, body: { ok: false, error: 'invalid_name_specials' } };
      if (names.has(body.name)) return { status: 200, body: { ok: false, error: 'name_taken' } };
      names.add(body.name);
      tools.effect(`create ${body.name}`);
      return { status: 200, body: { ok: true, channel: { id: `C${String(names.size).padStart(9, '0')}`, name: body.name, is_private: body.is_private === true } } };
    }
    if (request.url === '/api/conversations.invite' || request.url === '/api/conversations.setTopic') return { status: 200, body: { ok: true, channel: { id: body.channel } } };
    return { status: 200, body: { ok: false, error: 'unknown_method' } };
  }

  return startStandIn({
    serve,
    settings: (url) => (mode === 'webhook'
      ? { config: { mode }, secrets: { webhookUrl: `${url}${SLACK_WEBHOOK_PATH}` }, address: null }
      : { config: { mode, channel: 'C0123456789', apiUrl: `${url}/api` }, secrets: { botToken: SLACK_BOT_TOKEN }, address: 'U0123456789' }),
  });
}
