/**
 * Sources and mapping from files, so that an installation needs no clicking. Applying a file twice
 * changes nothing the second time: no version, no event. What a file mentions belongs to it and is
 * changed there only; what it mentions no more goes on as it is and belongs to the page again. A source
 * is removed by naming it under `deleteSources`. See docs/decisions/0016.
 */
import { z } from 'zod';
import { editSourceBody, mapping, putGrafanaConnectionBody, sourceId, sourceKind, type Actor, type EventType, type Mapping, type OrgId, type SourceId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { AppError } from '../platform/errors.ts';
import { readProvisioningFile, type KeyPath, type ProvisioningFile, type ReadFile } from '../platform/provisioning/provisioningFile.ts';
import { hmacSecretPurpose } from './credentialCache.ts';
import { DEFAULT_MAPPING } from './defaultMapping.ts';
import type { ConnectionService } from './grafana/connectionService.ts';
import { describeMappingChanges, normaliseMapping, type MappingService } from './mappingService.ts';
import type { EventSink, SecretRing } from './ports.ts';
import { resolveSecret, type Environment } from '../platform/provisioning/provisioningSecrets.ts';
import { mergeRules, rulesFault } from './sourceRules.ts';
import { describeSourceChanges, MAX_LIVE_TOKENS } from './sourceService.ts';
import {
  adoptSource, bumpSource, deleteSource, deleteToken, insertSource, insertToken, lockSource, releaseSources, selectSealedSecret, selectWebhookTokens, updateSource,
  type SourceSettings, type StoredSource,
} from './sourceStore.ts';
import { createTokenId, hashToken, tokenHint } from './token.ts';

const MIN_TOKEN_CHARACTERS = 16;
const MAX_ATTEMPTS = 3;
const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

const hmacBody = editSourceBody.shape.hmac.unwrap();
const hmacSecret = hmacBody.shape.secret;

const provisionedSource = z.strictObject({
  id: sourceId,
  kind: sourceKind,
  name: z.string().trim().min(1).max(100).optional(),
  enabled: z.boolean().default(true),
  /** The token that the sender uses; left out, tokens are made on the page. */
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  /** The one it used before, while it is being rotated out. */
  previousToken: z.string().optional(),
  previousTokenFile: z.string().optional(),
  hmac: z
    .strictObject({
      enabled: z.boolean().default(true),
      header: hmacBody.shape.header,
      timestampHeader: hmacBody.shape.timestampHeader,
      secret: z.string().optional(),
      secretFile: z.string().optional(),
    })
    .optional(),
  /** Mapping, heartbeat, fingerprint, severities and reconciliation; parts left out stay as they are. */
  rules: editSourceBody.shape.rules,
});
type ProvisionedSource = z.output<typeof provisionedSource>;

const provisionedConnection = z.strictObject({
  url: putGrafanaConnectionBody.shape.url.default(null),
  /** Of a service account of this organisation. */
  token: z.string().optional(),
  tokenFile: z.string().optional(),
});

const sourcesFile = z.strictObject({
  apiVersion: z.literal(1),
  grafana: provisionedConnection.optional(),
  sources: z.array(provisionedSource),
  /** Removed if they are there. */
  deleteSources: z.array(sourceId).default([]),
});
/** Parts left out keep the shipped default; severity values are added to the shipped ones. */
const mappingFile = z.strictObject({ apiVersion: z.literal(1), mapping: z.strictObject(mapping.partial().shape) });

/** A source of the file with its secrets at hand. */
interface WantedSource {
  readonly source: ProvisionedSource;
  readonly key: KeyPath;
  readonly tokens: readonly { readonly token: string; readonly key: KeyPath }[];
  readonly hmacSecret: string | null;
}

type ChangeEvent = { readonly type: EventType; readonly data: Record<string, unknown> };

export interface Provisioning {
  /** Applies `sources.yaml`; null: there is none any more. Gives how many changes it made. */
  provisionSources(orgId: OrgId, file: ProvisioningFile | null, env: Environment): Promise<number>;
  /** Applies `mapping.yaml`; null: there is none any more. Gives whether it changed the mapping. */
  provisionMapping(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean>;
}

export interface ProvisioningOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: SecretRing;
  readonly recordEvent: EventSink;
  readonly mappings: MappingService;
  readonly connection: ConnectionService;
  readonly onChanged: (orgId: OrgId) => void;
}

async function resolveSource(source: ProvisionedSource, key: KeyPath, read: ReadFile<unknown>, path: string, env: Environment): Promise<WantedSource> {
  const references = [
    { value: source.token, file: source.tokenFile, key: [...key, 'token'] },
    { value: source.previousToken, file: source.previousTokenFile, key: [...key, 'previousToken'] },
  ];
  const tokens: { token: string; key: KeyPath }[] = [];
  for (const reference of references) {
    const token = await resolveSecret(reference, read, path, env);
    if (token === null) continue;
    if (token.length < MIN_TOKEN_CHARACTERS || /\s/.test(token)) {
      throw read.faultAt(reference.key, `a token has at least ${MIN_TOKEN_CHARACTERS} characters and no spaces`);
    }
    if (!tokens.some((other) => other.token === token)) tokens.push({ token, key: reference.key });
  }
  const secretKey = [...key, 'hmac', 'secret'];
  const secret = await resolveSecret({ value: source.hmac?.secret, file: source.hmac?.secretFile, key: secretKey }, read, path, env);
  const fault = secret === null ? undefined : hmacSecret.safeParse(secret).error?.issues[0];
  if (fault !== undefined) throw read.faultAt(secretKey, fault.message);
  return { source, key, tokens, hmacSecret: secret };
}

/** The whole mapping that a file asks for: its own parts over the shipped ones. */
function readMapping(file: ProvisioningFile): Mapping {
  const read = readProvisioningFile(file, mappingFile);
  const parts = read.value.mapping;
  try {
    // Brought to lower case before it is laid over the shipped values, so that "CRITICAL" replaces "critical".
    const { severityValues } = normaliseMapping({ ...DEFAULT_MAPPING, severityValues: parts.severityValues ?? {} });
    return mapping.parse({ ...DEFAULT_MAPPING, ...parts, severityValues: { ...DEFAULT_MAPPING.severityValues, ...severityValues } });
  } catch (error) {
    if (error instanceof AppError) throw read.faultAt(['mapping', 'severityValues'], error.message, error);
    throw error;
  }
}

/** Provisioning over a database. */
export function createProvisioning({ db, clock, ring, recordEvent, mappings, connection, onChanged }: ProvisioningOptions): Provisioning {
  async function applySettings(tx: Transaction, orgId: OrgId, wanted: WantedSource, current: StoredSource, read: ReadFile<unknown>): Promise<ChangeEvent[]> {
    const { source, key } = wanted;
    const purpose = hmacSecretPurpose(orgId, current.id);
    const sealed = await selectSealedSecret(tx, orgId, current.id);
    const secretChanged = wanted.hmacSecret !== null && (sealed === null || ring.open(sealed, purpose) !== wanted.hmacSecret);
    const hmac = source.hmac ?? current.hmac;
    if (hmac.enabled && sealed === null && wanted.hmacSecret === null) {
      throw read.faultAt([...key, 'hmac', 'secret'], 'signatures cannot be checked without a secret');
    }
    const rules = mergeRules(current.rules, source.rules);
    const fault = rulesFault(current.kind, rules);
    if (fault !== null) throw read.faultAt([...key, ...fault.field.split('.')], fault.message);
    const settings: SourceSettings = {
      rules,
      name: source.name ?? current.name,
      enabled: source.enabled,
      hmac: { enabled: hmac.enabled, header: hmac.header, timestampHeader: hmac.timestampHeader },
      newSealedSecret: secretChanged && wanted.hmacSecret !== null ? ring.seal(wanted.hmacSecret, purpose) : null,
    };
    const changes = describeSourceChanges(current, settings);
    if (Object.keys(changes).length === 0) return [];
    await updateSource(tx, orgId, current.id, current.version, settings);
    return [{ type: 'source.edited', data: { source: current.id, changes } }];
  }

  /** Makes the source's provisioned tokens those of the file. Tokens made on the page are left alone. */
  async function applyTokens(tx: Transaction, orgId: OrgId, id: SourceId, wanted: WantedSource, read: ReadFile<unknown>): Promise<ChangeEvent[]> {
    const events: ChangeEvent[] = [];
    const existing = await selectWebhookTokens(tx, orgId, id);
    const wantedHashes = new Set(wanted.tokens.map(({ token }) => hashToken(token)));
    let live = existing.length;
    for (const token of existing) {
      if (token.origin !== 'provisioned' || wantedHashes.has(token.tokenHash)) continue;
      await deleteToken(tx, orgId, id, token.id);
      live -= 1;
      events.push({ type: 'source.token_revoked', data: { source: id, token: token.id, hint: token.hint } });
    }
    for (const { token, key } of wanted.tokens) {
      const tokenHash = hashToken(token);
      if (existing.some((other) => other.tokenHash === tokenHash)) continue;
      live += 1;
      if (live > MAX_LIVE_TOKENS) {
        throw read.faultAt(key, `source "${id}" would have more than ${MAX_LIVE_TOKENS} tokens: revoke one made on the page first`);
      }
      const added = {
        id: createTokenId(), sourceId: id, tokenHash, hint: tokenHint(token), purpose: 'webhook', origin: 'provisioned',
        createdAt: clock.now(), expiresAt: null,
      } as const;
      if (!(await insertToken(tx, orgId, added))) throw read.faultAt(key, 'another source uses this token: give each its own');
      events.push({ type: 'source.token_issued', data: { source: id, token: added.id, hint: added.hint } });
    }
    return events;
  }

  async function applySource(tx: Transaction, orgId: OrgId, wanted: WantedSource, read: ReadFile<unknown>): Promise<ChangeEvent[]> {
    const { id, kind, name = id } = wanted.source;
    const isNew = await insertSource(tx, orgId, { id, kind, name }, clock.now());
    const current = await lockSource(tx, orgId, id);
    if (current === null) throw read.faultAt(wanted.key, `source "${id}" was removed while it was being provisioned`);
    if (current.kind !== kind) {
      throw read.faultAt([...wanted.key, 'kind'], `source "${id}" exists as ${current.kind}: remove it first, or choose another id`);
    }
    const begins: ChangeEvent[] = isNew
      ? [{ type: 'source.created', data: { source: id, kind, name } }]
      : current.provisioned ? [] : [{ type: 'source.edited', data: { source: id, changes: { provisioned: { from: false, to: true } } } }];
    if (!current.provisioned) await adoptSource(tx, orgId, id);
    const settings = await applySettings(tx, orgId, wanted, current, read);
    const tokens = await applyTokens(tx, orgId, id, wanted, read);
    if (tokens.length > 0 && !isNew) await bumpSource(tx, orgId, id);
    return [...begins, ...settings, ...tokens];
  }

  /** Sets how Grafana's API is called, when the file says so. */
  async function applyConnection(orgId: OrgId, read: ReadFile<z.output<typeof sourcesFile>>, path: string, env: Environment): Promise<number> {
    const wanted = read.value.grafana;
    if (wanted === undefined) return 0;
    const key = ['grafana', 'token'];
    const token = await resolveSecret({ value: wanted.token, file: wanted.tokenFile, key }, read, path, env);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await connection.provision(orgId, PROVISIONING_ACTOR, { url: wanted.url, token })) ? 1 : 0;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code !== 'version_mismatch' || attempt === MAX_ATTEMPTS) throw read.faultAt(key, error.message, error);
      }
    }
  }

  /** Sources of the file with their secrets, or a fault of the file. */
  async function readSources(file: ProvisioningFile, read: ReadFile<z.output<typeof sourcesFile>>, env: Environment): Promise<WantedSource[]> {
    const wanted: WantedSource[] = [];
    for (const [index, source] of read.value.sources.entries()) {
      if (wanted.some((other) => other.source.id === source.id)) {
        throw read.faultAt(['sources', index, 'id'], `source "${source.id}" is listed twice`);
      }
      wanted.push(await resolveSource(source, ['sources', index], read, file.path, env));
    }
    for (const [index, id] of read.value.deleteSources.entries()) {
      if (wanted.some((other) => other.source.id === id)) throw read.faultAt(['deleteSources', index], `source "${id}" is also listed under sources`);
    }
    return wanted;
  }

  async function removeSources(tx: Transaction, orgId: OrgId, ids: readonly SourceId[]): Promise<ChangeEvent[]> {
    const events: ChangeEvent[] = [];
    for (const id of ids) if (await deleteSource(tx, orgId, id)) events.push({ type: 'source.deleted', data: { source: id } });
    return events;
  }

  return {
    async provisionSources(orgId, file, env) {
      const read = file === null ? null : readProvisioningFile(file, sourcesFile);
      const wanted = file === null || read === null ? [] : await readSources(file, read, env);
      const changes = await db.transaction(async (tx) => {
        const events: ChangeEvent[] = [];
        if (read !== null) {
          events.push(...(await removeSources(tx, orgId, read.value.deleteSources)));
          for (const source of wanted) events.push(...(await applySource(tx, orgId, source, read)));
        }
        const released = await releaseSources(tx, orgId, wanted.map(({ source }) => source.id));
        for (const id of released) events.push({ type: 'source.edited', data: { source: id, changes: { provisioned: { from: true, to: false } } } });
        for (const event of events) await recordEvent(tx, orgId, { ...event, actor: PROVISIONING_ACTOR, incident: null });
        return events.length;
      });
      if (changes > 0) onChanged(orgId);
      return changes + (file === null || read === null ? 0 : await applyConnection(orgId, read, file.path, env));
    },

    async provisionMapping(orgId, file) {
      if (file === null) return mappings.release(orgId, PROVISIONING_ACTOR);
      const document = readMapping(file);
      for (let attempt = 1; ; attempt += 1) {
        const current = await mappings.get(orgId);
        if (current.provisioned && Object.keys(describeMappingChanges(current.document, document)).length === 0) return false;
        try {
          await mappings.provision(orgId, PROVISIONING_ACTOR, current.version, document);
          return true;
        } catch (error) {
          // Replicas start together with the same file: whoever comes second finds nothing left to do.
          if (!(error instanceof AppError) || error.code !== 'version_mismatch' || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    },
  };
}
