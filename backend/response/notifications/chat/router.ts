/**
 * Where chats call: `/chat/<organisation>/<channel>/commands`, `…/events` and `…/interactions`. There is no login: what proves a call is the signature of Slack, or
 * the token of Mattermost, of this channel. An unknown channel and a wrong signature get the same answer.
 */
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { orgId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import { authenticationError } from '../../../platform/errors.ts';
import type { Inbound, Reply } from './inbound.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';
import { isFromMattermost, isFromSlack } from './signatures.ts';
import { onSlackCommand, onSlackEvent } from './slackRoutes.ts';

const MAX_BODY = '200kb';
const mattermostCommand = z.looseObject({ token: z.string().optional(), team_id: z.string(), channel_id: z.string(), user_id: z.string(), text: z.string().default(''), trigger_id: z.string().optional() });

const refusal = (): Error => authenticationError('this is no call of a chat that is set up here', 401);

function bodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function proveSlack(channel: ChatChannel | null, request: Request, now: Date): ChatChannel {
  const headers = { timestamp: request.get('x-slack-request-timestamp'), signature: request.get('x-slack-signature') };
  if (channel === null || channel.kind !== 'slack' || !isFromSlack(channel.secrets.signingSecret ?? '', headers, bodyOf(request), now)) throw refusal();
  return channel;
}

async function onMattermost(inbound: Inbound, channel: ChatChannel, request: Request): Promise<Reply> {
  const form = mattermostCommand.safeParse(Object.fromEntries(new URLSearchParams(bodyOf(request).toString('utf8'))));
  if (!isFromMattermost(channel.secrets.commandToken ?? '', request.get('authorization'), form.data?.token)) throw refusal();
  if (!form.success) return { status: 400, body: { error: 'this is no slash command' } };
  const { channel_id, user_id, text, trigger_id } = form.data;
  // A trigger id is made for each command, so that the same call is carried out once.
  const said = await inbound.command({ channel, workspace: null, conversation: channel_id, userId: user_id, text, key: `mattermost-${trigger_id ?? crypto.randomUUID()}`.slice(0, 190).replace(/[^\x21-\x7e]/g, '_') });
  return { status: 200, body: { response_type: 'ephemeral', text: said } };
}

/** Makes it. */
export function createChatRouter(ports: Pick<ChatPorts, 'channel'>, inbound: Inbound, clock: Clock): Router {
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: MAX_BODY });

  async function find(request: Request): Promise<ChatChannel | null> {
    const { org, channel } = request.params;
    const id = orgId.safeParse(Number(org));
    return id.success && typeof channel === 'string' ? ports.channel(id.data, channel) : null;
  }

  function answer(response: Response, reply: Reply): void {
    response.set('Cache-Control', 'no-store').status(reply.status).json(reply.body);
  }

  router.post('/:org/:channel/commands', raw, async (request, response) => {
    const channel = await find(request);
    if (channel?.kind === 'mattermost') answer(response, await onMattermost(inbound, channel, request));
    else answer(response, await onSlackCommand(inbound, proveSlack(channel, request, clock.now()), bodyOf(request)));
  });
  router.post('/:org/:channel/events', raw, async (request, response) => {
    answer(response, await onSlackEvent(inbound, proveSlack(await find(request), request, clock.now()), bodyOf(request)));
  });
  // Slack tells of clicks on buttons that are links as well, and shows a warning where nobody answers; the link is what acts.
  router.post('/:org/:channel/interactions', raw, async (request, response) => {
    proveSlack(await find(request), request, clock.now());
    answer(response, { status: 200, body: {} });
  });
  return router;
}
