/** Webhook tokens: 256 random bits, kept only as their SHA-256. */
import { hash, randomBytes, randomUUID } from 'node:crypto';

/** Tells a webhook token from every other secret when one turns up in the wrong field. */
export const WEBHOOK_TOKEN_PREFIX = 'msw_';
const TOKEN_BYTES = 32;
const HINT_CHARACTERS = 4;

/** A fresh token. It is shown once and then forgotten. */
export function createWebhookToken(): string {
  return WEBHOOK_TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

/** SHA-256 as lower-case hex: the form in which tokens are looked up. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** The last four characters, which tell two tokens apart and help nobody to guess one. */
export function tokenHint(token: string): string {
  return token.slice(-HINT_CHARACTERS);
}

/** Id of a token, to name it without showing it. */
export function createTokenId(): string {
  return randomUUID();
}
