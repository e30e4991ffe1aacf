/**
 * What Slack sends: slash commands (a form) and events (JSON), signed over the bytes as they came. Sources: docs.slack.dev/interactivity/implementing-slash-commands
 * (an answer within three seconds; `response_type: ephemeral` shows it to the person alone), docs.slack.dev/apis/events-api (`url_verification`,
 * `event_callback` with `event_id`; what is not answered with 2xx in three seconds comes again, three times).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readableText } from './command.ts';
import type { Inbound, Reply } from './inbound.ts';
import type { ChatChannel } from './ports.ts';

const command = z.looseObject({ team_id: z.string(), channel_id: z.string(), user_id: z.string(), text: z.string().default('') });
const verification = z.looseObject({ type: z.literal('url_verification'), challenge: z.string().max(1_000) });
const message = z.looseObject({
  type: z.literal('event_callback'), event_id: z.string().max(100), team_id: z.string(),
  event: z.looseObject({ type: z.literal('message'), channel: z.string(), user: z.string(), text: z.string().max(40_000), ts: z.string(), thread_ts: z.string().optional(), subtype: z.string().optional(), bot_id: z.string().optional() }),
});

/** A key of the bytes: what Slack sends again is the same. */
const keyOf = (body: Buffer): string => `slack-${createHash('sha256').update(body).digest('hex')}`;

/** What a slash command is answered with. Slack shows it to the person alone. */
export async function onSlackCommand(inbound: Inbound, channel: ChatChannel, body: Buffer): Promise<Reply> {
  const form = command.safeParse(Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
  if (!form.success) return { status: 400, body: { error: 'this is no slash command' } };
  const { team_id, channel_id, user_id, text } = form.data;
  const said = await inbound.command({ channel, workspace: team_id, conversation: channel_id, userId: user_id, text, key: keyOf(body) });
  return { status: 200, body: { response_type: 'ephemeral', text: said } };
}

/** What an event is answered with: always 200 when it was understood, also when there is nothing to do about it. */
export async function onSlackEvent(inbound: Inbound, channel: ChatChannel, body: Buffer): Promise<Reply> {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return { status: 400, body: { error: 'this is no JSON' } };
  }
  const asked = verification.safeParse(json);
  if (asked.success) return { status: 200, body: { challenge: asked.data.challenge } };
  const told = message.safeParse(json);
  // Edits, joins and what bots say (Muster is one of them) are no words of people.
  if (!told.success || told.data.event.subtype !== undefined || told.data.event.bot_id !== undefined) return { status: 200, body: {} };
  const { event, event_id, team_id } = told.data;
  await inbound.message({
    channel, workspace: team_id, conversation: event.channel, thread: event.thread_ts ?? null, userId: event.user, text: readableText(event.text), key: `slack-event-${event_id}`,
  });
  return { status: 200, body: {} };
}
