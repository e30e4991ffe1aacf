/** Channels, chains, deliveries, rehearsals. */
import { channelId, type ChannelId, type DeliveryId } from '../../../backend/contract/index.ts';
import type { Queryable } from '../../../backend/platform/db/database.ts';
import type { NotificationOperation } from '../../../backend/response/notifications/index.ts';
import { eventually } from '../../harness/app.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const SETTINGS = { bundleAfter: 5, bundleSeconds: 120, heartbeatUrl: null, rehearse: 'never', rehearseHour: 9, rehearsePeople: false } as const;

/** A channel whose server the installation does not allow: what goes over it is refused at once. */
async function made({ must, name }: Stage): Promise<{ id: ChannelId; version: number }> {
  const id = channelId.parse(name());
  return must('createChannel', { body: { id, kind: 'webhook', name: 'Hook', config: { url: 'https://hooks.example.com/muster' }, secrets: { signingKey: 'a key of an example' } } });
}

/** A chain of a channel of its own alone. */
async function chained(stage: Stage): Promise<ChannelId> {
  const { id } = await made(stage);
  await stage.must('putChains', { body: { chains: [{ name: 'Default', channels: [id] }] } }, ifMatch(await stage.must('getChains')));
  return id;
}

/** Messages of an incident to recipients who could not be reached. */
export async function tellNobody(db: Queryable, number: number, count: number): Promise<void> {
  await db.query(
    `with messages as (
       insert into notification_messages (org_id, dedup_key, message_class, urgency, incident_number, content, created_at)
       select 1, 'example/' || $1::integer || '/' || n, 'notice', 'normal', $1::integer, '{"subject": "An example", "text": "Told", "facts": [], "link": null, "language": "en"}', now() from generate_series(1, $2::integer) as n returning id
     )
     insert into notification_deliveries (org_id, message_id, recipient_kind, recipient_key, recipient_name, hops, priority, state, error, created_at)
     select 1, id, 'person', 'user:nobody', 'Nobody', '[]', 4, 'failed', 'no way is left', now() from messages`, [number, count],
  );
}

/** A rehearsal that has ended. */
async function rehearsed(stage: Stage) {
  await chained(stage);
  const { items: [ended] } = await eventually(() => stage.must('listRehearsals'), ({ items }) => items.every(({ state }) => state !== 'running'));
  if (ended !== undefined) return ended;
  const { id } = await stage.must('startRehearsal', { body: {} });
  return eventually(() => stage.must('getRehearsal', { params: { id } }), ({ state }) => state !== 'running');
}

/** A delivery that failed. */
async function failed(stage: Stage): Promise<DeliveryId> {
  const failures = () => stage.must('listDeliveries', { query: { state: 'failed' } });
  if ((await failures()).items.length === 0) await rehearsed(stage);
  const [delivery] = (await failures()).items;
  if (delivery === undefined) throw new Error('nothing failed');
  return delivery.id;
}

export const notificationExercises: Exercises<NotificationOperation> = {
  listChannelKinds: async () => ({ input: {} }),
  async listChannels(stage) {
    await made(stage);
    return { input: { query: { limit: 1 } } };
  },
  createChannel: async ({ name }) => ({ input: { body: { id: channelId.parse(name()), kind: 'webhook', name: 'Hook', config: { url: 'https://hooks.example.com/muster' } } } }),
  getChannel: async (stage) => ({ input: { params: { id: (await made(stage)).id } } }),
  async editChannel(stage) {
    const channel = await made(stage);
    return { input: { params: { id: channel.id }, body: { name: 'Other hook', enabled: false, config: { url: 'https://hooks.example.com/other' } } }, headers: ifMatch(channel) };
  },
  async deleteChannel(stage) {
    const channel = await made(stage);
    return { input: { params: { id: channel.id } }, headers: ifMatch(channel) };
  },
  testChannel: async (stage) => ({ input: { params: { id: (await made(stage)).id }, body: {} } }),
  getChains: async () => ({ input: {} }),
  async putChains(stage) {
    const { id } = await made(stage);
    return { input: { body: { chains: [{ name: 'Default', channels: [id] }, { name: 'Pages', messageClass: 'page', channels: [id] }] } }, headers: ifMatch(await stage.must('getChains')) };
  },
  async listDeliveries(stage) {
    await failed(stage);
    return { input: { query: { limit: 1 } } };
  },
  async listIncidentDeliveries(stage) {
    const { number } = await stage.incident();
    await tellNobody(stage.muster.database.db, number, 1);
    return { input: { params: { number } } };
  },
  getDelivery: async (stage) => ({ input: { params: { id: await failed(stage) } } }),
  retryDelivery: async (stage) => ({ input: { params: { id: await failed(stage) } } }),
  async listRehearsals(stage) {
    await rehearsed(stage);
    return { input: { query: { limit: 1 } } };
  },
  async startRehearsal(stage) {
    await rehearsed(stage);
    return { input: { body: { people: true } } };
  },
  async rehearseMyContacts(stage) {
    // Nobody is made to wait here.
    await stage.muster.database.db.query('delete from rehearsals where user_key is not null');
    return { input: {} };
  },
  getMyRehearsal: async () => ({ input: {} }),
  getRehearsal: async (stage) => ({ input: { params: { id: (await rehearsed(stage)).id } } }),
  getNotificationSettings: async () => ({ input: {} }),
  putNotificationSettings: async ({ must }) => ({ input: { body: SETTINGS }, headers: ifMatch(await must('getNotificationSettings')) }),
};
