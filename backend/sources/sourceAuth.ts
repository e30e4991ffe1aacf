/**
 * Proves where a delivery comes from: the token says which organisation and source, the address must
 * agree, and the signature is checked where the source asks for one. Refusals answer 401 or 403 with
 * what to do; those of a known source also reach the audit log.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor, OrgId, SourceId, SourceKind, SourceRules } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { authenticationError, notAllowedError, type AppError } from '../platform/errors.ts';
import type { Logger } from '../platform/logger.ts';
import { changeProofOf, provesChange, type ChangeProof } from './changeProof.ts';
import { createCredentialCache, type Credential } from './credentialCache.ts';
import type { Nonce, TokenPurpose } from './credentialStore.ts';
import type { EventSink, SecretRing } from './ports.ts';
import { createRejectionLog, type RejectionReason } from './rejections.ts';
import { createReplayGuard } from './replayGuard.ts';
import { verifySignature, type HeaderReader } from './signature.ts';
import { hashToken } from './token.ts';

/** Where the delivery was posted to: `/webhooks/<kind>/<source>`, as text that may be wrong. */
export interface WebhookAddress {
  readonly kind: string;
  readonly source: string;
}

/** A source whose token was right. Its body may still have to be proven. */
export interface IdentifiedSource {
  readonly orgId: OrgId;
  readonly sourceId: SourceId;
  readonly kind: SourceKind;
  readonly name: string;
  /** Empty where no token was sent, and the secret of a webhook proved it. */
  readonly tokenId: string;
  readonly purpose: TokenPurpose;
  /** What is set for the source; null when nothing is. */
  readonly rules: SourceRules | null;
  /** As whom the source's deeds are written down. */
  readonly actor: Actor;
}

/** A delivery that is proven to the last byte. */
export interface ProvenDelivery extends IdentifiedSource {
  readonly nonce: Nonce | null;
}

export interface SourceAuth {
  /** Checks token and address. Needs no body, so that a stranger's megabytes need not be read unless the body itself can prove who sends it. */
  identify(address: WebhookAddress, headers: IncomingHttpHeaders): Promise<void>;
  /** Both checks: token and address, then the signature over the bytes as they came. */
  authenticate(address: WebhookAddress, headers: IncomingHttpHeaders, rawBody: Uint8Array): Promise<ProvenDelivery>;
  /** The delivery was proven but not stored: lets its sender repeat it as it is. */
  release(delivery: ProvenDelivery): Promise<void>;
  /** Forgets cached tokens and settings of an organisation, after they changed. */
  invalidate(orgId: OrgId): void;
  /** Writes refusals that are only counted so far; at shut-down. */
  flush(): Promise<void>;
}

export interface SourceAuthOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ring: SecretRing;
  readonly recordEvent: EventSink;
}

/** `/webhooks/heartbeat/<source>` is open to sources of every kind, with their own token. */
export const HEARTBEAT_KIND = 'heartbeat';

const BASIC_CREDENTIALS = /^basic +([A-Za-z0-9+/=]+) *$/i;
const BEARER_TOKEN = /^bearer +(\S+) *$/i;

/** The token of an `Authorization` header: a bearer token, or the password of basic auth with any user name. */
export function tokenFromHeader(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const bearer = BEARER_TOKEN.exec(authorization)?.[1];
  if (bearer !== undefined) return bearer;
  const basic = BASIC_CREDENTIALS.exec(authorization)?.[1];
  if (basic === undefined) return null;
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 || colon === pair.length - 1 ? null : pair.slice(colon + 1);
}

/** The token of a delivery. GitLab knows no `Authorization` header and sends its own. */
function tokenOf(headers: IncomingHttpHeaders): string | null {
  const token = tokenFromHeader(headers.authorization);
  const gitlab = headers['x-gitlab-token'];
  return token ?? (typeof gitlab === 'string' && gitlab !== '' ? gitlab : null);
}

function headerReader(headers: IncomingHttpHeaders): HeaderReader {
  return (name) => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

/**
 * Bytes that are hashed at most to find whose a delivery without a token is: it bounds what a stranger's costs, to a fraction of
 * a second. A deployment of the usual 20 kB is tried with the secrets of 3,000 organisations, the largest body still with those of 20.
 */
const MAX_TRIED_BYTES = 64 * 1024 * 1024;
const LEAST_TRIED = 20;

/** What a refused sender of changes can do. */
const CHANGE_SECRET_HINT =
  'set the same secret at the sender and in Muster: as secret of a GitHub webhook (content type application/json), as secret token of GitLab, or sign as Grafana does';

/** The answer to a refused delivery: what is wrong and what to do about it. */
function refusal(reason: RejectionReason, credential: Credential | null): AppError {
  const options = { extra: { reason } };
  switch (reason) {
    case 'no_token':
      return authenticationError('no token: set "Authorization: Bearer <token>" in the contact point, or the token as password of basic auth', 401, options);
    case 'unknown_token':
      return authenticationError('the token is not known, or it was revoked: make a new one under Settings, Sources and put it into the contact point', 401, options);
    case 'expired_token':
      return authenticationError('the token has expired: make a new one under Settings, Sources', 401, options);
    case 'wrong_address':
      return notAllowedError(
        `this token belongs to another address: post to /webhooks/${credential?.kind ?? '<kind>'}/${credential?.sourceId ?? '<source>'}`,
        options,
      );
    case 'source_disabled':
      return notAllowedError('the source is switched off in Muster: switch it on under Settings, Sources', options);
    case 'no_signature':
      if (credential?.kind === 'change') return authenticationError(`the source wants signed deliveries: ${CHANGE_SECRET_HINT}`, 401, options);
      return authenticationError(`the source wants signed deliveries, and header ${credential?.signature?.header ?? ''} is missing: set the HMAC secret in the contact point`, 401, options);
    case 'no_timestamp':
      return authenticationError(`header ${credential?.signature?.timestampHeader ?? ''} is missing: set it as timestamp header in the contact point's HMAC settings, or empty it under Settings, Sources, Signature, if the sender has none`, 401, options);
    case 'stale_timestamp':
      return authenticationError('the timestamp is more than 5 minutes away from the time here: compare the clocks of both machines', 401, options);
    case 'wrong_signature':
      if (credential === null || credential.kind === 'change') {
        return authenticationError(`the signature or secret token does not fit: ${CHANGE_SECRET_HINT}, and let no proxy change the body`, 401, options);
      }
      return authenticationError('the signature does not fit the body: set the same HMAC secret in the contact point and in Muster, and let no proxy change the body', 401, options);
    case 'replayed':
      return authenticationError('this very signed request was taken before: send it anew with a new timestamp', 401, options);
  }
}

/** Authentication of deliveries. Known tokens cost one hash and a look into a map. */
export function createSourceAuth(options: SourceAuthOptions): SourceAuth {
  const { clock } = options;
  const credentials = createCredentialCache(options);
  const replayGuard = createReplayGuard(options);
  const rejections = createRejectionLog(options);

  async function reject(reason: RejectionReason, credential: Credential | null): Promise<never> {
    if (credential !== null) await rejections.note(credential, reason);
    throw refusal(reason, credential);
  }

  async function findCredential(address: WebhookAddress, headers: IncomingHttpHeaders): Promise<Credential> {
    const token = tokenOf(headers);
    if (token === null) return reject('no_token', null);
    // Looked up by its SHA-256, never compared with a stored token: how long that takes says nothing
    // about a token, because nobody can steer the digest of a guess towards a stored one.
    const credential = await credentials.find(hashToken(token));
    if (credential === null) return reject('unknown_token', null);
    if (credential.expiresAtMs !== null && credential.expiresAtMs <= clock.nowMs()) return reject('expired_token', credential);
    if ((credential.kind !== address.kind && address.kind !== HEARTBEAT_KIND) || credential.sourceId !== address.source) return reject('wrong_address', credential);
    if (!credential.enabled) return reject('source_disabled', credential);
    return credential;
  }

  function toIdentified(credential: Credential): IdentifiedSource {
    return {
      orgId: credential.orgId,
      sourceId: credential.sourceId,
      kind: credential.kind,
      name: credential.name,
      tokenId: credential.tokenId,
      purpose: credential.purpose,
      rules: credential.rules,
      actor: { kind: 'source', key: credential.sourceId, name: credential.name },
    };
  }

  /** Sources that may be meant by a delivery without a known token, which carries the proof of a CI system; none where it carries no such proof. */
  async function secretSources(address: WebhookAddress, proof: ChangeProof | null): Promise<readonly Credential[]> {
    return address.kind === 'change' && proof !== null ? credentials.findBySecret(address.source) : [];
  }

  /** Whether the delivery names a token that is known; a secret of GitLab is none. */
  async function carriesToken(headers: IncomingHttpHeaders): Promise<boolean> {
    if (tokenFromHeader(headers.authorization) !== null) return true;
    const token = tokenOf(headers);
    return token !== null && (await credentials.find(hashToken(token))) !== null;
  }

  /** By the secret alone: the source whose secret made the proof. What fits none is told to the audit log where only one source can be meant. */
  async function proveBySecret(candidates: readonly Credential[], proof: ChangeProof, rawBody: Uint8Array): Promise<Credential> {
    const tried = candidates.slice(0, Math.max(LEAST_TRIED, Math.floor(MAX_TRIED_BYTES / Math.max(1, rawBody.length))));
    const proven = tried.filter(({ signature }) => signature !== null && provesChange(proof, signature.secret, rawBody));
    const [credential] = proven;
    if (credential !== undefined && proven.length === 1) return credential;
    return reject('wrong_signature', candidates.length === 1 ? (candidates[0] ?? null) : null);
  }

  async function proveBody(credential: Credential, headers: IncomingHttpHeaders, rawBody: Uint8Array): Promise<Nonce | null> {
    if (credential.signature === null) return null;
    const proof = credential.kind === 'change' ? changeProofOf(headerReader(headers)) : null;
    if (proof !== null) return provesChange(proof, credential.signature.secret, rawBody) ? null : reject('wrong_signature', credential);
    const verdict = verifySignature(credential.signature, headerReader(headers), rawBody, clock.nowMs());
    if (!verdict.ok) return reject(verdict.fault, credential);
    if (verdict.mac === null) return null;
    const nonce: Nonce = { orgId: credential.orgId, sourceId: credential.sourceId, mac: verdict.mac };
    return (await replayGuard.claim(nonce)) ? nonce : reject('replayed', credential);
  }

  return {
    async identify(address, headers) {
      const proof = changeProofOf(headerReader(headers));
      if (proof !== null && !(await carriesToken(headers)) && (await secretSources(address, proof)).length > 0) return;
      await findCredential(address, headers);
    },
    async authenticate(address, headers, rawBody) {
      const proof = changeProofOf(headerReader(headers));
      if (proof !== null && !(await carriesToken(headers))) {
        const candidates = await secretSources(address, proof);
        if (candidates.length > 0) return { ...toIdentified(await proveBySecret(candidates, proof, rawBody)), nonce: null };
      }
      const credential = await findCredential(address, headers);
      return { ...toIdentified(credential), nonce: await proveBody(credential, headers, rawBody) };
    },
    async release(delivery) {
      if (delivery.nonce !== null) await replayGuard.release(delivery.nonce);
    },
    invalidate: (orgId) => credentials.invalidate(orgId),
    flush: () => rejections.flush(),
  };
}
