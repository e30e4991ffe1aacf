/** The secret that the plugin's route puts on every request: it proves "this is Grafana's organisation N". */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { OrgId } from '#contract';
import { API_TOKEN_PREFIX } from './apiToken.ts';

/** A token of the configuration, and the organisation whose plugin sends it. */
export interface PluginToken {
  readonly orgId: OrgId;
  readonly token: string;
}

export interface PluginSecrets {
  /** The organisation of a presented secret, or null. Takes as long for a wrong one as for a right one. */
  orgOf(secret: string): OrgId | null;
}

/** Two, so that a new secret can be put in place before the old one goes. */
const MAX_TOKENS_PER_ORG = 2;
const MIN_TOKEN_CHARACTERS = 16;

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function check(tokens: readonly PluginToken[]): void {
  const seen = new Map<string, OrgId>();
  const perOrg = new Map<OrgId, number>();
  for (const { orgId, token } of tokens) {
    if (token.length < MIN_TOKEN_CHARACTERS) {
      throw new Error(`plugin token of organisation ${orgId}: use at least ${MIN_TOKEN_CHARACTERS} characters`);
    }
    if (token.startsWith(API_TOKEN_PREFIX)) {
      throw new Error(`plugin token of organisation ${orgId}: must not begin with "${API_TOKEN_PREFIX}", as API tokens do`);
    }
    const other = seen.get(token);
    if (other === orgId) throw new Error(`plugin token of organisation ${orgId} is given twice: leave previousPluginToken out when the exchange is over`);
    if (other !== undefined) {
      throw new Error(`plugin token of organisation ${orgId} is given for organisation ${other} already: each needs its own, because it says which one is calling`);
    }
    seen.set(token, orgId);
    const count = (perOrg.get(orgId) ?? 0) + 1;
    if (count > MAX_TOKENS_PER_ORG) throw new Error(`organisation ${orgId} has more than ${MAX_TOKENS_PER_ORG} plugin tokens`);
    perOrg.set(orgId, count);
  }
}

/** Keeps only digests of the tokens. Throws for a configuration that would be ambiguous or weak. */
export function createPluginSecrets(tokens: readonly PluginToken[]): PluginSecrets {
  check(tokens);
  const digests = tokens.map(({ orgId, token }) => ({ orgId, digest: sha256(token) }));
  return {
    orgOf(secret) {
      const presented = sha256(secret);
      let found: OrgId | null = null;
      // Goes through all of them, whichever fits: the time taken tells nothing about which it was.
      for (const { orgId, digest } of digests) {
        if (timingSafeEqual(digest, presented)) found = orgId;
      }
      return found;
    },
  };
}
