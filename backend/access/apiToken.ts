/** API tokens: 256 random bits behind a prefix that tells them from the plugin's secret. */
import { hash, randomBytes } from 'node:crypto';

export const API_TOKEN_PREFIX = 'mst_';
const TOKEN_BYTES = 32;
const HINT_CHARACTERS = 4;

/** A fresh token. It is shown once and then forgotten. */
export function createApiTokenText(): string {
  return API_TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

/** SHA-256 as lower-case hex: the form in which tokens are looked up. */
export function hashApiToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** The last four characters, which tell two tokens apart and help nobody to guess one. */
export function apiTokenHint(token: string): string {
  return token.slice(-HINT_CHARACTERS);
}
