/** How calls of chats are proven. Sources: docs.slack.dev/authentication/verifying-requests-from-slack; developers.mattermost.com/integrate/slash-commands/custom. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** How old a call may be, and how far ahead of our clock. */
export const MAX_AGE_SECONDS = 300;

function isSame(given: string, right: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(right);
  return one.length === other.length && timingSafeEqual(one, other);
}

/** `v0=` and the hex HMAC-SHA256 of `v0:<timestamp>:<body as it came>`. */
export function slackSignature(signingSecret: string, timestamp: string, body: Buffer): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** True when Slack signed the body within the last five minutes. */
export function isFromSlack(signingSecret: string, headers: { readonly timestamp: string | undefined; readonly signature: string | undefined }, body: Buffer, now: Date): boolean {
  const { timestamp, signature } = headers;
  if (signingSecret === '' || timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > MAX_AGE_SECONDS) return false;
  return isSame(signature, slackSignature(signingSecret, timestamp, body));
}

/** True when Mattermost sent the token of the command: in `Authorization: Token …`, or in the body, as older servers do. It signs nothing, so nothing tells how old the call is. */
export function isFromMattermost(token: string, authorization: string | undefined, inBody: string | undefined): boolean {
  const given = /^Token (\S+)$/i.exec(authorization ?? '')?.[1] ?? inBody;
  return token !== '' && given !== undefined && isSame(given, token);
}
