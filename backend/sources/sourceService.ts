/** Use cases of sources and their tokens. Each change and its event are one transaction. */
import { DETECTOR_SOURCE, DRILL_SOURCE, type Actor, type EventType, type OrgId, type Source, type SourceId, type SourceKind } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { hmacSecretPurpose } from './credentialCache.ts';
import type { EventSink, SecretRing } from './ports.ts';
import { mergeRules, rulesChanges, rulesFault, type RulesEdit } from './sourceRules.ts';
import { signatureHeaders } from './signature.ts';
import {
  bumpSource, deleteExpiredTokens, deleteSource, deleteToken, insertSource, insertToken, lockSource, selectSealedSecret,
  selectSource, selectSources, updateSource, type NewSource, type SourceCursor, type SourceSettings, type StoredSource,
} from './sourceStore.ts';
import { createTokenId, createWebhookToken, hashToken, tokenHint } from './token.ts';

/** Two, so that a new token can be put in place before the old one goes. */
export const MAX_LIVE_TOKENS = 2;
export const TEST_TOKEN_LIFE_SECONDS = 60;
const DRILL_SOURCE_SETTINGS = { id: DRILL_SOURCE, kind: 'alertmanager', name: 'Drills of Muster' } as const;
const DRILL_ACTOR: Actor = { kind: 'system', key: 'drills', name: 'Drills' };

/** What may be changed at a source; what is left out stays. */
export interface SourceEdit {
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly hmac?:
    | {
        readonly enabled: boolean;
        readonly header: string;
        readonly timestampHeader: string;
        readonly secret?: string | undefined;
      }
    | undefined;
  readonly rules?: RulesEdit | undefined;
}

export interface IssuedToken {
  readonly token: string;
  readonly source: Source;
}

/** What a test alert needs to go the way of a real one. */
export interface TestToken {
  readonly token: string;
  /** Path at this service to post to. */
  readonly path: string;
  readonly kind: SourceKind;
  readonly expiresAt: Date;
  /** Headers that sign a body as Grafana would; none when the source asks for no signature. */
  signatureHeaders(rawBody: Uint8Array): Record<string, string>;
}

export interface SourceService {
  /** By name, after the cursor; one more than the limit. */
  list(orgId: OrgId, after: SourceCursor | null, limit: number): Promise<Source[]>;
  /** Throws "not found" when there is none. */
  find(orgId: OrgId, id: SourceId): Promise<Source>;
  create(orgId: OrgId, actor: Actor, added: NewSource): Promise<IssuedToken>;
  edit(orgId: OrgId, actor: Actor, id: SourceId, version: number, edit: SourceEdit): Promise<Source>;
  remove(orgId: OrgId, actor: Actor, id: SourceId, version: number): Promise<void>;
  issueToken(orgId: OrgId, actor: Actor, id: SourceId): Promise<IssuedToken>;
  revokeToken(orgId: OrgId, actor: Actor, id: SourceId, version: number, tokenId: string): Promise<Source>;
  /** A token for one test alert; good for a minute and not counted among the two. */
  issueTestToken(orgId: OrgId, id: SourceId): Promise<TestToken>;
  /** The same for the source of drills, which is made when it is not there. */
  issueDrillToken(orgId: OrgId): Promise<TestToken>;
}

export interface SourceServiceOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: SecretRing;
  readonly recordEvent: EventSink;
  /** How senders reach this service, for example `https://muster.example.org`. */
  readonly publicUrl: string;
  /** Called after a change that cached credentials would not show. */
  readonly onChanged: (orgId: OrgId) => void;
}

/** Path of a source's webhook at this service. */
export function webhookPath(kind: SourceKind, id: SourceId): string {
  return `/webhooks/${kind}/${id}`;
}

function unknownSource(id: SourceId): Error {
  return notFoundError(`there is no source "${id}"`);
}

/** Whatever a file says would come back at the next start, so it is not changed here at all. */
function refuseProvisioned(source: StoredSource): void {
  if (!source.provisioned) return;
  throw conflictError(`source "${source.id}" is provisioned: change it in sources.yaml, or take it out there, and restart Muster`, { extra: { provisioned: true } });
}

function changedMeanwhile(source: StoredSource): Error {
  return versionMismatchError(`source "${source.id}" was changed in the meantime: read it again and repeat your change`, { extra: { currentVersion: source.version } });
}

/** What differs, in a form for the audit log: never a secret, only that one was set. */
export function describeSourceChanges(before: StoredSource, after: SourceSettings): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  if (before.name !== after.name) changes['name'] = { from: before.name, to: after.name };
  if (before.enabled !== after.enabled) changes['enabled'] = { from: before.enabled, to: after.enabled };
  if (
    before.hmac.enabled !== after.hmac.enabled ||
    before.hmac.header !== after.hmac.header ||
    before.hmac.timestampHeader !== after.hmac.timestampHeader
  ) {
    changes['hmac'] = { from: before.hmac, to: after.hmac };
  }
  if (after.newSealedSecret !== null) changes['hmacSecret'] = 'replaced';
  Object.assign(changes, rulesChanges(before.rules, after.rules));
  return changes;
}

/** Use cases over a database. */
export function createSourceService(options: SourceServiceOptions): SourceService {
  const { db, clock, ring, recordEvent, onChanged } = options;
  const publicUrl = options.publicUrl.replace(/\/+$/, '');

  function toSource({ hasHmacSecret: _, ...source }: StoredSource): Source {
    return { ...source, webhookUrl: publicUrl + webhookPath(source.kind, source.id) };
  }

  async function readSource(tx: Transaction, orgId: OrgId, id: SourceId): Promise<Source> {
    const source = await selectSource(tx, orgId, id);
    if (source === null) throw unknownSource(id);
    return toSource(source);
  }

  function record(tx: Transaction, orgId: OrgId, actor: Actor, type: EventType, data: Record<string, unknown>): Promise<void> {
    return recordEvent(tx, orgId, { type, actor, incident: null, data });
  }

  async function addToken(tx: Transaction, orgId: OrgId, id: SourceId): Promise<{ token: string; tokenId: string }> {
    const token = createWebhookToken();
    const tokenId = createTokenId();
    await insertToken(tx, orgId, {
      id: tokenId, sourceId: id, tokenHash: hashToken(token), hint: tokenHint(token),
      purpose: 'webhook', origin: 'issued', createdAt: clock.now(), expiresAt: null,
    });
    return { token, tokenId };
  }

  function mergeSettings(orgId: OrgId, current: StoredSource, edit: SourceEdit): SourceSettings {
    const hmac = edit.hmac ?? current.hmac;
    const secret = edit.hmac?.secret;
    if (hmac.enabled && secret === undefined && !current.hasHmacSecret) {
      throw inputError('signatures cannot be checked without a secret', [
        { field: 'hmac.secret', message: 'give the secret that the contact point signs with' },
      ]);
    }
    const rules = mergeRules(current.rules, edit.rules);
    const fault = rulesFault(current.kind, rules);
    if (fault !== null) throw inputError(`${fault.field}: ${fault.message}`, [fault]);
    return {
      name: edit.name ?? current.name,
      enabled: edit.enabled ?? current.enabled,
      hmac: { enabled: hmac.enabled, header: hmac.header, timestampHeader: hmac.timestampHeader },
      newSealedSecret: secret === undefined ? null : ring.seal(secret, hmacSecretPurpose(orgId, current.id)),
      rules,
    };
  }

  async function issueTestToken(orgId: OrgId, id: SourceId): Promise<TestToken> {
    const source = await selectSource(db, orgId, id);
    if (source === null) throw unknownSource(id);
    const now = clock.now();
    await deleteExpiredTokens(db, now);
    const token = createWebhookToken();
    const expiresAt = new Date(now.getTime() + TEST_TOKEN_LIFE_SECONDS * 1000);
    await insertToken(db, orgId, {
      id: createTokenId(), sourceId: id, tokenHash: hashToken(token), hint: tokenHint(token),
      purpose: 'test', origin: 'issued', createdAt: now, expiresAt,
    });
    const sealed = source.hmac.enabled ? await selectSealedSecret(db, orgId, id) : null;
    const secret = sealed === null ? null : ring.open(sealed, hmacSecretPurpose(orgId, id));
    return {
      token,
      path: webhookPath(source.kind, id),
      kind: source.kind,
      expiresAt,
      signatureHeaders: (rawBody) =>
        secret === null
          ? {}
          : signatureHeaders({ header: source.hmac.header, timestampHeader: source.hmac.timestampHeader, secret }, rawBody, clock.nowMs()),
    };
  }

  return {
    async list(orgId, after, limit) {
      return (await selectSources(db, orgId, after, limit)).map(toSource);
    },

    async find(orgId, id) {
      const source = await selectSource(db, orgId, id);
      if (source === null) throw unknownSource(id);
      return toSource(source);
    },

    async create(orgId, actor, added) {
      if (added.id === DETECTOR_SOURCE) throw inputError(`"${DETECTOR_SOURCE}" is the source of detectors`, [{ field: 'body.id', message: 'is kept for detectors: choose another id' }]);
      if (added.id === DRILL_SOURCE) throw inputError(`"${DRILL_SOURCE}" is the source of drills`, [{ field: 'body.id', message: 'is kept for drills: choose another id' }]);
      return db.transaction(async (tx) => {
        if (!(await insertSource(tx, orgId, added, clock.now()))) {
          throw conflictError(`there is a source "${added.id}" already: choose another id`);
        }
        const { token, tokenId } = await addToken(tx, orgId, added.id);
        const source = await readSource(tx, orgId, added.id);
        await record(tx, orgId, actor, 'source.created', { source: added.id, kind: added.kind, name: added.name, token: tokenId });
        return { token, source };
      });
    },

    async edit(orgId, actor, id, version, edit) {
      const edited = await db.transaction(async (tx) => {
        const current = await lockSource(tx, orgId, id);
        if (current === null) throw unknownSource(id);
        refuseProvisioned(current);
        const settings = mergeSettings(orgId, current, edit);
        const changes = describeSourceChanges(current, settings);
        const unchanged = current.version === version && Object.keys(changes).length === 0;
        if (unchanged) return toSource(current);
        if (!(await updateSource(tx, orgId, id, version, settings))) throw changedMeanwhile(current);
        const source = await readSource(tx, orgId, id);
        await record(tx, orgId, actor, 'source.edited', { source: id, changes });
        return source;
      });
      onChanged(orgId);
      return edited;
    },

    async remove(orgId, actor, id, version) {
      await db.transaction(async (tx) => {
        const current = await lockSource(tx, orgId, id);
        if (current === null) throw unknownSource(id);
        refuseProvisioned(current);
        if (current.version !== version) throw changedMeanwhile(current);
        await deleteSource(tx, orgId, id);
        await record(tx, orgId, actor, 'source.deleted', { source: id });
      });
      onChanged(orgId);
    },

    async issueToken(orgId, actor, id) {
      if (id === DRILL_SOURCE) throw conflictError('nobody but Muster sends as the source of drills: what it says counts nowhere');
      return db.transaction(async (tx) => {
        const current = await lockSource(tx, orgId, id);
        if (current === null) throw unknownSource(id);
        if (current.tokens.length >= MAX_LIVE_TOKENS) {
          throw conflictError(`source "${id}" has ${current.tokens.length} tokens already: revoke one first`, {
            extra: { hints: current.tokens.map((token) => token.hint) },
          });
        }
        const { token, tokenId } = await addToken(tx, orgId, id);
        await bumpSource(tx, orgId, id);
        const source = await readSource(tx, orgId, id);
        await record(tx, orgId, actor, 'source.token_issued', { source: id, token: tokenId, hint: tokenHint(token) });
        return { token, source };
      });
    },

    async revokeToken(orgId, actor, id, version, tokenId) {
      const source = await db.transaction(async (tx) => {
        const current = await lockSource(tx, orgId, id);
        const named = current?.tokens.find((token) => token.id === tokenId);
        if (named?.provisioned === true) {
          throw conflictError(`this token of source "${id}" is provisioned: take it out of sources.yaml and restart Muster`, { extra: { provisioned: true } });
        }
        if (current === null || named === undefined) throw notFoundError(`source "${id}" has no token "${tokenId}"`);
        // The other token may have gone since: whoever believes that one stays must look again.
        if (current.version !== version) throw changedMeanwhile(current);
        await deleteToken(tx, orgId, id, tokenId);
        await bumpSource(tx, orgId, id);
        const left = await readSource(tx, orgId, id);
        await record(tx, orgId, actor, 'source.token_revoked', { source: id, token: tokenId, hint: named.hint });
        return left;
      });
      onChanged(orgId);
      return source;
    },

    issueTestToken,
    async issueDrillToken(orgId) {
      if ((await selectSource(db, orgId, DRILL_SOURCE)) === null) {
        await db.transaction(async (tx) => {
          if (await insertSource(tx, orgId, DRILL_SOURCE_SETTINGS, clock.now())) await record(tx, orgId, DRILL_ACTOR, 'source.created', { source: DRILL_SOURCE, kind: DRILL_SOURCE_SETTINGS.kind, name: DRILL_SOURCE_SETTINGS.name });
        });
      }
      return issueTestToken(orgId, DRILL_SOURCE);
    },
  };
}
