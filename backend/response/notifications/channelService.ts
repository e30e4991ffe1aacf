/** Channels as people set them: their settings are checked by the kind, their secrets sealed and never given back. */
import { randomUUID } from 'node:crypto';
import { channelId, type Actor, type Channel, type ChannelId, type ChannelKindInfo, type ChannelKindName, type ChannelSummary, type ChannelTest, type OrgId } from '#contract';
import { z } from 'zod';
import { appendEvents } from '../../eventlog/index.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import type { Notice } from './channels/channel.ts';
import { chainsWith, readChains } from './chainStore.ts';
import { channelPurpose, configOf, findChannel, insertChannel, kindOf, listChannelRows, lockChannel, removeChannel, updateChannel, type ChannelRow, type ChannelValues } from './channelStore.ts';
import { showHealth, UNKNOWN_HEALTH } from './healthStore.ts';
import { sendLimitMs } from './nextHop.ts';
import type { NotificationPorts } from './ports.ts';
import { callKind, openSecrets, type TransmitDeps } from './transmit.ts';

export interface ChannelServiceDeps extends Omit<TransmitDeps, 'ring' | 'ports'> {
  readonly db: Database;
  readonly ring: Pick<KeyRing, 'open' | 'seal'>;
  readonly ports: Pick<NotificationPorts, 'callOut' | 'mail' | 'grafana' | 'channelUsers'>;
}

export interface ChannelSettings {
  readonly id: ChannelId;
  readonly kind: ChannelKindName;
  readonly name: string;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  /** Those that are left out stay as they are; an empty one is removed. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly perSecond: number | null;
}

interface By {
  readonly orgId: OrgId;
  readonly actor: Actor;
  readonly name: string;
}

/** Settings that a kind does not take. `field` names the one: `config.url`, `secrets.token`. */
export class SettingsFault extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'SettingsFault';
    this.field = field;
  }
}

const jsonShape = z.record(z.string(), z.unknown());

/** Makes the service. */
export function createChannelService(deps: ChannelServiceDeps) {
  const { db, clock, ring, kinds, ports } = deps;

  /** Checked settings, as they are stored. Throws `SettingsFault`. */
  function valuesOf(orgId: OrgId, settings: ChannelSettings, before: ChannelRow | undefined, by: string, provisioned: boolean): ChannelValues {
    const kind = kinds[settings.kind];
    if (kind === undefined) throw new SettingsFault('kind', `there is no kind "${settings.kind}"`);
    const config = kind.config.safeParse(settings.config);
    if (!config.success) {
      const [issue] = config.error.issues;
      const at = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : (issue?.path.map(String) ?? []);
      throw new SettingsFault(['config', ...at].join('.'), issue?.code === 'unrecognized_keys' ? 'is not a setting of this kind' : (issue?.message ?? 'is wrong'));
    }
    const names = kind.secretFields.map(({ name }) => name);
    for (const name of Object.keys(settings.secrets)) if (!names.includes(name)) throw new SettingsFault(`secrets.${name}`, `is not a secret of this kind${names.length === 0 ? '' : `; it has ${names.join(', ')}`}`);
    const secrets = Object.fromEntries(Object.entries({ ...(before === undefined || before.kind !== settings.kind ? {} : openSecrets(ring, orgId, before)), ...settings.secrets }).filter(([, value]) => value !== ''));
    for (const { name, required } of kind.secretFields) if (required && secrets[name] === undefined) throw new SettingsFault(`secrets.${name}`, 'is missing');
    const fault = kind.settingsFault?.(config.data, secrets) ?? null;
    if (fault !== null) throw new SettingsFault(names.includes(fault.field) ? `secrets.${fault.field}` : `config.${fault.field}`, fault.message);
    return {
      id: settings.id, kind: settings.kind, name: settings.name, config: jsonShape.parse(config.data), secret_names: Object.keys(secrets).sort(), enabled: settings.enabled, per_second: settings.perSecond, provisioned,
      secrets_sealed: Object.keys(secrets).length === 0 ? null : ring.seal(JSON.stringify(secrets), channelPurpose(orgId, settings.id)), updated_at: clock.now(), updated_by: by,
    };
  }

  function checked<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof SettingsFault) throw inputError(`${error.field} ${error.message}`, [{ field: `body.${error.field}`, message: error.message }]);
      throw error;
    }
  }

  async function summaries(orgId: OrgId, rows: readonly ChannelRow[]): Promise<ChannelSummary[]> {
    const health = await showHealth(db, orgId, rows.map((row) => row.id));
    return rows.map((row) => {
      const kind = kinds[kindOf(row)];
      return {
        id: channelId.parse(row.id), kind: kindOf(row), name: row.name, enabled: row.enabled, provisioned: row.provisioned, receipts: kind?.receipts ?? false, addressed: (kind?.address ?? null) !== null,
        health: health.get(row.id) ?? UNKNOWN_HEALTH, version: row.version,
      };
    });
  }

  async function usersOf(q: Queryable, orgId: OrgId, id: ChannelId): Promise<string[]> {
    const others = [];
    for (const ask of ports.channelUsers) others.push(...(await ask(q, orgId, id)));
    return [...chainsWith((await readChains(q, orgId)).chains, id).map((name) => `the chain “${name}”`), ...others];
  }

  async function show(orgId: OrgId, id: ChannelId): Promise<Channel> {
    const row = await findChannel(db, orgId, id);
    if (row === undefined) throw notFoundError(`there is no channel "${id}"`);
    const [summary] = await summaries(orgId, [row]);
    if (summary === undefined) throw notFoundError(`there is no channel "${id}"`);
    return { ...summary, config: configOf(row), secretsSet: row.secret_names, perSecond: row.per_second, updatedAt: row.updated_at.toISOString(), updatedBy: row.updated_by, usedBy: await usersOf(db, orgId, id) };
  }

  async function changeable(tx: Transaction, orgId: OrgId, id: ChannelId, version: number): Promise<ChannelRow> {
    const row = await lockChannel(tx, orgId, id);
    if (row === undefined) throw notFoundError(`there is no channel "${id}"`);
    if (row.version !== version) throw versionMismatchError('somebody changed the channel since you read it', { extra: { version: row.version } });
    if (row.provisioned) throw conflictError('this channel is set by a file: change channels.yaml');
    return row;
  }

  return {
    show,
    summaries,
    kinds: (): ChannelKindInfo[] => Object.values(kinds).map((kind) => ({
      kind: kind.kind, title: kind.title, receipts: kind.receipts, perSecond: kind.perSecond, addressLabel: kind.address?.label ?? null, secretFields: kind.secretFields.map((field) => ({ ...field })),
      schema: jsonShape.parse(z.toJSONSchema(kind.config, { io: 'input', unrepresentable: 'any' })),
    })),
    list: (orgId: OrgId, after: string | null, limit: number): Promise<ChannelRow[]> => listChannelRows(db, orgId, after, limit),

    async create({ orgId, actor, name }: By, settings: ChannelSettings): Promise<Channel> {
      const values = checked(() => valuesOf(orgId, settings, undefined, name, false));
      await db.transaction(async (tx) => {
        if ((await insertChannel(tx, orgId, values)) === undefined) throw conflictError(`there is a channel "${settings.id}" already`, { fields: [{ field: 'body.id', message: 'is taken' }] });
        await appendEvents(tx, orgId, clock.now(), [{ type: 'channel.created', incident: null, actor, data: { id: settings.id, kind: settings.kind, name: settings.name } }]);
      });
      return show(orgId, settings.id);
    },

    async edit({ orgId, actor, name }: By, id: ChannelId, version: number, settings: Omit<ChannelSettings, 'id' | 'kind'>): Promise<Channel> {
      await db.transaction(async (tx) => {
        const row = await changeable(tx, orgId, id, version);
        const values = checked(() => valuesOf(orgId, { ...settings, id, kind: kindOf(row) }, row, name, false));
        await updateChannel(tx, orgId, values);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'channel.edited', incident: null, actor, data: { id, name: settings.name, enabled: settings.enabled, secrets: Object.keys(settings.secrets) } }]);
      });
      return show(orgId, id);
    },

    async remove({ orgId, actor }: By, id: ChannelId, version: number): Promise<void> {
      await db.transaction(async (tx) => {
        const row = await changeable(tx, orgId, id, version);
        const users = await usersOf(tx, orgId, id);
        const [waiting] = await tx.query<{ n: number }>(
          `select count(*)::integer as n from notification_deliveries as d where d.org_id = $1::integer and d.channel = $2::text and d.state in ('queued', 'sending')`, [orgId, id],
        );
        if ((waiting?.n ?? 0) > 0) users.push(`${waiting?.n ?? 0} messages that wait for it`);
        if (users.length > 0) throw conflictError(`it is in use by ${users.join(', ')}`, { extra: { usedBy: users } });
        await removeChannel(tx, orgId, id);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'channel.deleted', incident: null, actor, data: { id, name: row.name } }]);
      });
    },

    /** Sends one test at once, past queue and breaker: who presses the button wants to know whether it works now. */
    async test({ orgId, name }: Pick<By, 'orgId' | 'name'>, id: ChannelId, address: string | null): Promise<ChannelTest> {
      const row = await findChannel(db, orgId, id);
      if (row === undefined) throw notFoundError(`there is no channel "${id}"`);
      const kind = kinds[kindOf(row)];
      const parsed = address === null || kind?.address == null ? null : kind.address.schema.safeParse(address);
      if (address !== null && parsed === null) throw inputError('this kind of channel has no addresses', [{ field: 'body.address', message: 'leave it out' }]);
      if (parsed !== null && !parsed.success) throw inputError('the address is wrong', [{ field: 'body.address', message: parsed.error.issues[0]?.message ?? 'is wrong' }]);
      const notice: Notice = {
        dedupKey: `test/${randomUUID()}`, messageClass: 'test', urgency: 'normal', subject: 'Test of Muster', text: `This is a test of the channel **${row.name}**, sent by ${name}. Nothing has to be done.`, facts: [], link: null, actions: [],
        thread: null, at: clock.now(), language: 'en',
      };
      const startedMs = clock.nowMs();
      const outcome = await callKind(deps, orgId, row, notice, { address, threadRef: null, callbackUrl: null, limitMs: sendLimitMs('normal') });
      const milliseconds = Math.max(0, Math.round(clock.nowMs() - startedMs));
      switch (outcome.kind) {
        case 'accepted': return { ok: true, detail: 'the provider took it', milliseconds };
        case 'delivered': return { ok: true, detail: 'it arrived', milliseconds };
        case 'throttled': return { ok: false, detail: `the provider asks to wait ${Math.ceil(outcome.retryAfterMs / 1_000)} s`, milliseconds };
        case 'retry': case 'refused': return { ok: false, detail: outcome.reason, milliseconds };
      }
    },

    /** Takes over the settings of a file; false: they are there already. Part of the transaction; appends nothing. Throws `SettingsFault`. */
    async follow(tx: Transaction, orgId: OrgId, settings: ChannelSettings): Promise<boolean> {
      const row = await lockChannel(tx, orgId, settings.id);
      const values = valuesOf(orgId, settings, row, 'channels.yaml', true);
      if (row === undefined) {
        await insertChannel(tx, orgId, values);
        return true;
      }
      const same = row.kind === values.kind && row.name === values.name && row.enabled === values.enabled && row.provisioned && row.per_second === values.per_second
        && JSON.stringify(sorted(row.config)) === JSON.stringify(sorted(values.config)) && JSON.stringify(openSecrets(ring, orgId, row)) === JSON.stringify(openSecrets(ring, orgId, { ...row, ...values }));
      if (same) return false;
      await updateChannel(tx, orgId, values);
      return true;
    },
  };
}

function sorted(config: unknown): unknown {
  return Object.entries(jsonShape.parse(config)).sort(([a], [b]) => (a < b ? -1 : 1));
}

export type ChannelService = ReturnType<typeof createChannelService>;
