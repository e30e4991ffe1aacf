/**
 * The calls to chats that working from them needs. Sources: docs.slack.dev/reference/methods/users.info (scopes `users:read`, `users:read.email`),
 * …/conversations.create (`channels:manage`, for private ones `groups:write`), …/conversations.invite, …/chat.postMessage;
 * api.mattermost.com (GET /api/v4/users/{id}, POST /api/v4/channels).
 */
import { z } from 'zod';
import { parsed } from '../../../platform/outbound/readAnswer.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';

/** Chats want an answer to a command within three seconds, and this is a part of it. */
const LIMIT_MS = 2_000;

/** A person as the chat tells of them. */
export interface ChatPerson {
  /** Proven to the chat. */
  readonly email: string;
}

/** A call that the chat refused or did not answer. The message may be shown. */
export class ChatApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ChatApiError';
    this.code = code;
  }
}

const slackSettings = z.looseObject({ apiUrl: z.string().default('https://slack.com/api') });
const mattermostSettings = z.looseObject({ serverUrl: z.string() });
const slackAnswer = z.looseObject({ ok: z.boolean(), error: z.string().optional() });
const slackUser = z.looseObject({
  user: z.looseObject({
    team_id: z.string().optional(), deleted: z.boolean().optional(), is_bot: z.boolean().optional(), is_stranger: z.boolean().optional(), is_restricted: z.boolean().optional(), is_ultra_restricted: z.boolean().optional(),
    is_email_confirmed: z.boolean().optional(), profile: z.looseObject({ email: z.string().optional() }),
  }),
});
const mattermostUser = z.looseObject({ email: z.string().optional(), email_verified: z.boolean().optional(), delete_at: z.number().optional(), is_bot: z.boolean().optional() });

/** Calls a method of Slack's Web API. Throws `ChatApiError`. */
export async function callSlack(ports: Pick<ChatPorts, 'callOut'>, channel: ChatChannel, method: string, fields: Readonly<Record<string, unknown>>, as: 'json' | 'query' = 'json'): Promise<unknown> {
  const { apiUrl } = slackSettings.parse(channel.config);
  const query = as === 'query' ? `?${new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString()}` : '';
  let body: string;
  try {
    const answer = await ports.callOut({
      url: `${apiUrl}/${method}${query}`, method: as === 'query' ? 'GET' : 'POST', maxRedirects: 0, signal: AbortSignal.timeout(LIMIT_MS),
      headers: { Authorization: `Bearer ${channel.secrets.botToken ?? ''}`, ...(as === 'json' ? { 'Content-Type': 'application/json; charset=utf-8' } : {}) },
      ...(as === 'json' ? { body: JSON.stringify(fields) } : {}),
    });
    if (answer.status !== 200) throw new ChatApiError('unavailable', `Slack answered ${answer.status}`);
    body = answer.body;
  } catch (error) {
    if (error instanceof ChatApiError) throw error;
    throw new ChatApiError('unavailable', 'Slack did not answer in time');
  }
  const answered = slackAnswer.safeParse(parsed(body));
  if (!answered.success) throw new ChatApiError('unavailable', 'Slack did not answer with JSON');
  if (!answered.data.ok) throw new ChatApiError(answered.data.error ?? 'unknown_error', `Slack refused ${method}: ${answered.data.error ?? 'unknown_error'}`);
  return answered.data;
}

async function slackPerson(ports: Pick<ChatPorts, 'callOut'>, channel: ChatChannel, userId: string, workspace: string | null): Promise<ChatPerson | null> {
  const { user } = slackUser.parse(await callSlack(ports, channel, 'users.info', { user: userId }, 'query'));
  // Guests and people of other workspaces have addresses that this workspace did not prove.
  if (user.deleted === true || user.is_bot === true || user.is_stranger === true || user.is_ultra_restricted === true || user.is_restricted === true || user.is_email_confirmed === false) return null;
  if (workspace !== null && user.team_id !== undefined && user.team_id !== workspace) return null;
  return user.profile.email === undefined ? null : { email: user.profile.email };
}

async function mattermostPerson(ports: Pick<ChatPorts, 'callOut'>, channel: ChatChannel, userId: string): Promise<ChatPerson | null> {
  const { serverUrl } = mattermostSettings.parse(channel.config);
  let body: string;
  try {
    const answer = await ports.callOut({
      url: `${serverUrl.replace(/\/+$/, '')}/api/v4/users/${encodeURIComponent(userId)}`, method: 'GET', maxRedirects: 0, signal: AbortSignal.timeout(LIMIT_MS), headers: { Authorization: `Bearer ${channel.secrets.botToken ?? ''}` },
    });
    if (answer.status !== 200) throw new ChatApiError('unavailable', `Mattermost answered ${answer.status}`);
    body = answer.body;
  } catch (error) {
    if (error instanceof ChatApiError) throw error;
    throw new ChatApiError('unavailable', 'Mattermost did not answer in time');
  }
  const user = mattermostUser.safeParse(parsed(body));
  if (!user.success || user.data.is_bot === true || (user.data.delete_at ?? 0) > 0 || user.data.email_verified === false || user.data.email === undefined || user.data.email === '') return null;
  return { email: user.data.email };
}

/** Who a user of the chat is; null when the chat vouches for no address of theirs. Throws `ChatApiError`. */
export function personOf(ports: Pick<ChatPorts, 'callOut'>, channel: ChatChannel, userId: string, workspace: string | null): Promise<ChatPerson | null> {
  return channel.kind === 'slack' ? slackPerson(ports, channel, userId, workspace) : mattermostPerson(ports, channel, userId);
}
