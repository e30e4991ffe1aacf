/** Tokens of agents: 256 random bits behind a prefix that tells them from other tokens. */
import { hash, randomBytes } from 'node:crypto';

export const AGENT_TOKEN_PREFIX = 'msa_';
const TOKEN_BYTES = 32;
const HINT_CHARACTERS = 4;

/** A fresh token with its hash, by which it is looked up, and its last characters. It is shown once. */
export function createAgentToken(): { readonly token: string; readonly hash: string; readonly hint: string } {
  const token = AGENT_TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: hashAgentToken(token), hint: token.slice(-HINT_CHARACTERS) };
}

/** SHA-256 as lower-case hex. Nobody can steer it, so the time that a look-up takes says nothing about a token. */
export function hashAgentToken(token: string): string {
  return hash('sha256', token, 'hex');
}
