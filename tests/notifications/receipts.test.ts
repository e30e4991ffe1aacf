/** Receipts and answers of providers: proven by a signature, waited for, late, and missing. */
import { createServer, type Server } from 'node:http';
import express from 'express';
import { z } from 'zod';
import { channelId, userKey, type ChannelId } from '../../backend/contract/index.ts';
import type { ChannelKind } from '../../backend/response/notifications/channels/channel.ts';
import { CHANNELS, type StoredKind } from '../../backend/response/notifications/channels/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { contextOf, createStand, type Stand } from './stand.ts';

const channelOf = (id: string): ChannelId => channelId.parse(id);
const PROOF = 'signed by the provider';
const told: { callbackUrl: string; key: string; address: string | null }[] = [];
const receiptShape = z.object({ id: z.string(), state: z.enum(['delivered', 'failed', 'answered']), answer: z.string().optional() });

/** A provider with receipts, as gateways for SMS are; what it is told stands in `told`. */
const gateway: ChannelKind<unknown> = {
  ...CHANNELS.sms, config: z.looseObject({}), secretFields: [], perSecond: 1_000, address: { label: 'Number', schema: z.string() },
  async send(notice, { callbackUrl, address }) {
    told.push({ callbackUrl: callbackUrl ?? '', key: notice.dedupKey, address });
    return { kind: 'accepted', providerId: `SM${told.length}`, threadRef: null };
  },
  receipt({ body, headers }) {
    const parsed = receiptShape.safeParse(body);
    if (headers['x-proof'] !== PROOF || !parsed.success) return null;
    return { providerId: parsed.data.id, state: parsed.data.state, ...(parsed.data.answer === undefined ? {} : { answer: parsed.data.answer }) };
  },
};
const { settingsFault: _fault, ...plain } = gateway;
const kinds: Readonly<Record<string, StoredKind>> = { ...CHANNELS, sms: plain };

let database: TestDatabase;
let stand: Stand;
let service: Server;
let base: string;
beforeEach(async () => {
  told.length = 0;
  database = await createTestDatabase();
  stand = createStand(database.db, { kinds });
  const app = express();
  app.use('/api/notifications/receipts', stand.notifications.router);
  app.use((error: { status?: number }, _request: express.Request, response: express.Response, _next: express.NextFunction) => { response.status(error.status ?? 500).end(); });
  service = createServer(app);
  await new Promise<void>((resolve) => { service.listen(0, '127.0.0.1', resolve); });
  const address = service.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  base = `http://127.0.0.1:${address.port}`;
  for (const id of ['phone', 'other']) {
    await stand.notifications.handlers.createChannel({ params: undefined, query: undefined, body: { id: channelOf(id), kind: 'sms', name: id, enabled: true, config: {}, secrets: {}, perSecond: null } }, contextOf(null));
  }
  stand.plans.set('user:ada', [{ channel: channelOf('phone'), address: '+491', waitSeconds: 0 }, { channel: channelOf('other'), address: '+492', waitSeconds: 0 }]);
});
afterEach(async () => {
  await stand.close();
  service.closeAllConnections();
  await new Promise((resolve) => { service.close(resolve); });
  await database.drop();
});

const page = () => stand.order({ to: [{ kind: 'person', user: userKey.parse('user:ada') }], dedupKey: 'page' });
const delivery = async () => (await stand.notifications.handlers.listDeliveries({ params: undefined, query: { limit: 10 }, body: undefined }, contextOf(null))).items[0];

async function receipt(place: number, body: object, proof = PROOF): Promise<number> {
  const url = (told[place]?.callbackUrl ?? '').replace('https://muster.example.com', base);
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', 'X-Proof': proof } })).status;
}

test('cap 89: a critical page without a receipt goes on over the next channel within 15 s; one with a receipt does not', async () => {
  await page();
  await stand.work();
  expect(await delivery()).toMatchObject({ state: 'sent', channel: 'phone' });
  await stand.work(14_000);
  expect(told.map(({ address }) => address)).toEqual(['+491', '+492']);
  expect(await delivery()).toMatchObject({ state: 'sent', channel: 'other', hop: 2 });
  expect(await receipt(1, { id: 'SM2', state: 'delivered' })).toBe(204);
  await stand.work(30_000);
  expect(told).toHaveLength(2);
  expect(await delivery()).toMatchObject({ state: 'delivered' });
  expect(stand.outcomes.map(({ state, channel }) => [state, channel])).toEqual([['sent', 'phone'], ['sent', 'other'], ['delivered', 'other']]);
});

test('cap 90: a receipt ends the wait, a failure goes on at once, an answer is told with its word; what is not proven is not there', async () => {
  await page();
  await stand.work();
  expect(await receipt(0, { id: 'SM1', state: 'failed' }, 'made up')).toBe(404);
  expect(await receipt(0, { id: 'SM9', state: 'failed' })).toBe(204);
  expect(await delivery()).toMatchObject({ state: 'sent', channel: 'phone' });

  expect(await receipt(0, { id: 'SM1', state: 'failed' })).toBe(204);
  await stand.work();
  expect(told).toHaveLength(2);
  expect(await receipt(1, { id: 'SM2', state: 'answered', answer: 'accept' })).toBe(204);
  await stand.work(60_000);
  expect(told).toHaveLength(2);
  expect(await delivery()).toMatchObject({ state: 'answered', answer: 'accept', channel: 'other' });
  expect(stand.outcomes.at(-1)).toMatchObject({ state: 'answered', answer: 'accept', recipient: { kind: 'person', user: 'user:ada' } });
  expect((await fetch(`${base}/api/notifications/receipts/1/unknown`, { method: 'POST' })).status).toBe(404);
});

test('cap 143: in a rehearsal a telephone works when its receipt says so, not when the gateway took the message', async () => {
  const { handlers, watch } = stand.notifications;
  const ways = ['+491', '+492', '+493'].map((address) => ({ channel: channelOf('phone'), address, isProven: true }));
  stand.people.push({ person: { key: userKey.parse('user:ada'), login: 'ada', name: 'Ada' }, isQuiet: false, ways });
  const { id } = await handlers.startRehearsal({ params: undefined, query: undefined, body: { people: true } }, contextOf(null));
  const states = async () => {
    watch.tick();
    await watch.close();
    const { state, hops } = await handlers.getRehearsal({ params: { id }, query: undefined, body: undefined }, contextOf(null));
    return [state, ...hops.map((hop) => `${hop.state}${hop.detail === null ? '' : `: ${hop.detail}`}`)];
  };
  await stand.work(500);
  expect(await states()).toEqual(['running', ...ways.map(() => 'waiting: the provider took it, and no receipt has come')]);
  expect([await receipt(0, { id: 'SM1', state: 'delivered' }), await receipt(1, { id: 'SM2', state: 'failed' })]).toEqual([204, 204]);
  expect(await states()).toEqual(['running', 'passed', 'failed: the provider says that it did not arrive', 'waiting: the provider took it, and no receipt has come']);
  stand.clock.advance(100_000);
  expect(await states()).toEqual(['failed', 'passed', 'failed: the provider says that it did not arrive', 'failed: the provider took it, and no receipt has come']);
});
