/** Channels, chains and settings over HTTP. */
import { channelId, incidentKey, rehearsalId, type ChannelChain, type ChannelChains, type OrgId } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { appendEvents } from '../../eventlog/index.ts';
import { findFamily, findIncidentScope } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { requiredVersion, type Caller, type Handlers } from '../../platform/http/route.ts';
import type { ChannelService } from './channelService.ts';
import { findChannelIds } from './channelStore.ts';
import { readChains, writeChains } from './chainStore.ts';
import { lockDelivery, writeDeliveries } from './deliveryStore.ts';
import { hopsOfRow } from './deliveryStore.ts';
import { NOTIFY_CHANNEL } from './messageStore.ts';
import type { Rehearsals } from './rehearsals.ts';
import { readSettings, writeSettings } from './settings.ts';
import { findDeliveryView, listDeliveryRows, type DeliveryFilter } from './viewStore.ts';

export type NotificationOperation =
  | 'listChannelKinds' | 'listChannels' | 'createChannel' | 'getChannel' | 'editChannel' | 'deleteChannel' | 'testChannel' | 'getChains' | 'putChains'
  | 'listDeliveries' | 'listIncidentDeliveries' | 'getDelivery' | 'retryDelivery' | 'listRehearsals' | 'startRehearsal' | 'getRehearsal' | 'rehearseMyContacts' | 'getMyRehearsal' | 'getNotificationSettings' | 'putNotificationSettings';

export interface NotificationRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly channels: ChannelService;
  readonly rehearsals: Rehearsals;
}

const isChannelPlace = (values: readonly string[]): boolean => values.length === 1 && channelId.safeParse(values[0]).success;
const isNumberPlace = (values: readonly string[]): boolean => values.length === 1 && rehearsalId.safeParse(values[0]).success;

/** Faults of chains: names twice, the same condition twice, channels that are not there or stand twice. */
export async function checkChains(q: Queryable, orgId: OrgId, chains: readonly ChannelChain[], field: string): Promise<readonly { readonly field: string; readonly message: string }[]> {
  const faults: { field: string; message: string }[] = [];
  const known = new Set(await findChannelIds(q, orgId, chains.flatMap(({ channels }) => channels)));
  const names = new Set<string>();
  const conditions = new Set<string>();
  for (const [place, chain] of chains.entries()) {
    const condition = JSON.stringify([chain.team, chain.messageClass, chain.urgency]);
    if (names.has(chain.name)) faults.push({ field: `${field}.${place}.name`, message: 'is the name of another chain as well' });
    if (conditions.has(condition)) faults.push({ field: `${field}.${place}`, message: 'another chain is for the same team, class and urgency' });
    names.add(chain.name);
    conditions.add(condition);
    for (const [at, id] of chain.channels.entries()) {
      if (!known.has(id)) faults.push({ field: `${field}.${place}.channels.${at}`, message: `there is no channel "${id}"` });
      if (chain.channels.indexOf(id) !== at) faults.push({ field: `${field}.${place}.channels.${at}`, message: `"${id}" stands in the chain twice` });
    }
  }
  return faults;
}

function toChains({ chains, version, provisioned }: Awaited<ReturnType<typeof readChains>>): ChannelChains {
  return { chains: [...chains], version, provisioned };
}

/** Makes the handlers. */
export function createNotificationHandlers({ db, clock, channels, rehearsals }: NotificationRoutesDeps): Handlers<NotificationOperation> {
  const by = ({ orgId, actor, name }: Caller) => ({ orgId, actor, name });

  async function deliveries(caller: Caller, query: { readonly cursor?: string | undefined; readonly limit: number; readonly state?: DeliveryFilter['state'] | undefined; readonly channel?: DeliveryFilter['channel'] | undefined; readonly message?: DeliveryFilter['message'] | undefined }, incidents: readonly number[] | null) {
    const [before] = decodeCursor(query.cursor, isNumberPlace) ?? [];
    return toPage(await listDeliveryRows(db, caller.orgId, {
      viewer: viewerOf(caller), incidents, state: query.state ?? null, channel: query.channel ?? null, message: query.message ?? null, before: before ?? null, limit: query.limit,
    }), query.limit, ({ id }) => [id]);
  }

  async function delivery(caller: Caller, id: string) {
    const found = await findDeliveryView(db, caller.orgId, viewerOf(caller), id);
    if (found === undefined) throw notFoundError('there is no such delivery');
    return found;
  }

  return {
    listChannelKinds: async () => ({ kinds: channels.kinds() }),
    async listChannels({ query }, { caller }) {
      const [after] = decodeCursor(query.cursor, isChannelPlace) ?? [];
      const { items, nextCursor } = toPage(await channels.list(caller.orgId, after ?? null, query.limit + 1), query.limit, ({ id }) => [id]);
      return { items: await channels.summaries(caller.orgId, items), nextCursor };
    },
    createChannel: ({ body }, { caller }) => channels.create(by(caller), body),
    getChannel: ({ params }, { caller }) => channels.show(caller.orgId, params.id),
    editChannel: ({ params, body }, context) => channels.edit(by(context.caller), params.id, requiredVersion(context), body),
    async deleteChannel({ params }, context) {
      await channels.remove(by(context.caller), params.id, requiredVersion(context));
      return { ok: true };
    },
    testChannel: ({ params, body }, { caller }) => channels.test(by(caller), params.id, body.address),

    getChains: async (_request, { caller }) => toChains(await readChains(db, caller.orgId)),
    async putChains({ body }, context) {
      const { caller } = context;
      const version = requiredVersion(context);
      const faults = await checkChains(db, caller.orgId, body.chains, 'body.chains');
      if (faults.length > 0) throw inputError(faults.map(({ field, message }) => `${field} ${message}`).join('; '), faults);
      if ((await readChains(db, caller.orgId)).provisioned) throw conflictError('the chains are set by a file: change channels.yaml');
      await db.transaction(async (tx) => {
        if (!(await writeChains(tx, caller.orgId, body.chains, version, { at: clock.now(), name: caller.name, provisioned: false }))) throw versionMismatchError('somebody changed the chains since you read them');
        await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'channel_chains.edited', incident: null, actor: caller.actor, data: { chains: body.chains.length } }]);
      });
      return toChains(await readChains(db, caller.orgId));
    },

    listDeliveries: ({ query }, { caller }) => deliveries(caller, query, null),
    async listIncidentDeliveries({ params, query }, { caller }) {
      if ((await findIncidentScope(db, caller.orgId, viewerOf(caller), params.number)) === null) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      return deliveries(caller, query, await findFamily(db, caller.orgId, params.number));
    },
    getDelivery: ({ params }, { caller }) => delivery(caller, params.id),
    async retryDelivery({ params }, { caller }) {
      await delivery(caller, params.id);
      await db.transaction(async (tx) => {
        const row = await lockDelivery(tx, caller.orgId, params.id);
        if (row === undefined) throw notFoundError('there is no such delivery');
        if (row.state !== 'failed') throw conflictError(`only what failed is tried again; this one is ${row.state}`);
        const now = clock.now();
        await tx.query('update notification_deliveries set bundle_lead = null, created_at = $3::timestamptz where org_id = $1::integer and id = $2::bigint', [caller.orgId, row.id, now]);
        await writeDeliveries(tx, caller.orgId, [{
          id: row.id, state: 'queued', hop: 0, round: 0, refused: [], channel: hopsOfRow(row)[0]?.channel ?? null, dueAt: now, awaits: null, lost: 0, error: null, answer: null, sentAt: null, deliveredAt: null, answeredAt: null, ended: false,
        }]);
        await tx.query(`select pg_notify('${NOTIFY_CHANNEL}', $1::text)`, [String(caller.orgId)]);
        const [message] = await tx.query<{ incident: number | null }>('select m.incident_number as incident from notification_messages as m where m.org_id = $1::integer and m.id = $2::bigint', [caller.orgId, row.message_id]);
        await appendEvents(tx, caller.orgId, now, [{ type: 'notification.retried', incident: message?.incident ?? null, actor: caller.actor, data: { delivery: row.id, recipient: row.recipient_name } }]);
      });
      return delivery(caller, params.id);
    },

    async listRehearsals({ query }, { caller }) {
      const [before] = decodeCursor(query.cursor, isNumberPlace) ?? [];
      return toPage(await rehearsals.list(caller.orgId, before ?? null, query.limit), query.limit, ({ id }) => [id]);
    },
    startRehearsal: ({ body }, { caller }) => rehearsals.start(caller.orgId, caller.actor, body.people),
    getRehearsal: ({ params }, { caller }) => rehearsals.get(caller.orgId, params.id),
    async rehearseMyContacts(_request, { caller }) {
      if (caller.userKey === null) throw conflictError('an API token is nobody: contact points belong to people');
      return rehearsals.startOwn(caller.orgId, caller.actor, caller.userKey);
    },
    getMyRehearsal: async (_request, { caller }) => ({ rehearsal: caller.userKey === null ? null : await rehearsals.own(caller.orgId, caller.userKey) }),

    getNotificationSettings: (_request, { caller }) => readSettings(db, caller.orgId),
    async putNotificationSettings({ body }, context) {
      const { caller } = context;
      const version = requiredVersion(context);
      await db.transaction(async (tx) => {
        if (!(await writeSettings(tx, caller.orgId, body, version))) throw versionMismatchError('somebody changed the settings since you read them');
        await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'notification_settings.edited', incident: null, actor: caller.actor, data: { rehearse: body.rehearse, heartbeat: body.heartbeatUrl !== null } }]);
      });
      return readSettings(db, caller.orgId);
    },
  };
}
