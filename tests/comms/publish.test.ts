/** The whole way over HTTP: a draft is approved by a second person, published, and read by a stranger on the status page's own port. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportStatusPages } from '../../backend/cli/statusPageExport.ts';
import { audienceId, channelId, policyId, type StatusUpdate } from '../../backend/contract/index.ts';
import { startReceivingServer } from '../notifications/receivingServer.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';

let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp({ env: { MUSTER_STATUS_PAGE_PORT: '0', MUSTER_STATUS_PAGE_URL: 'https://status.example.com' } });
});
afterAll(() => muster.close());

function act(user: TestUser, what: 'approveUpdate' | 'publishUpdate', update: StatusUpdate) {
  return muster.call(user, what, { params: { id: update.id }, body: {} }, { 'If-Match': `"${update.version}"` });
}
const read = (path: string) => fetch(`http://127.0.0.1:${muster.app.statusPagePort ?? 0}${path}`);

test('cap 98, cap 100: what two people agree on is what strangers read, and the API is not there', async () => {
  await muster.call(ADA_ADMIN, 'createBusinessService', { body: { name: 'online-shop' } });
  const { body: page } = await muster.call(ADA_ADMIN, 'getStatusPage');
  expect(page.url).toBe('https://status.example.com/');
  const set = await muster.call(ADA_ADMIN, 'putStatusPage', { body: { visibility: 'public', title: 'Status', components: [{ name: 'online-shop', label: 'Shop' }] } }, { 'If-Match': `"${page.version}"` });
  expect(set.status).toBe(200);
  await eventually(() => read('/'), ({ status }) => status === 200);
  const { body: incident } = await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'payments-db is full', severity: 'sev1' } });
  const { body: draft } = await muster.call(ED_EDITOR, 'createUpdate', {
    params: { number: incident.number }, body: { audience: audienceId.parse('customer'), fields: { title: 'Payments fail', summary: 'Cards are refused.' }, components: [{ name: 'online-shop', state: 'major_outage' }] },
  });
  expect((await act(VERA_VIEWER, 'publishUpdate', draft)).status).toBe(403);
  expect((await act(ED_EDITOR, 'approveUpdate', draft)).status).toBe(409);
  const { body: approved } = await act(ADA_ADMIN, 'approveUpdate', draft);
  expect((await act(ED_EDITOR, 'publishUpdate', approved)).status).toBe(200);

  const html = await eventually(async () => (await read('/')).text(), (text) => text.includes('Payments fail'));
  expect(html).toContain('There is a major outage');
  expect(html).not.toMatch(/payments-db|INC-|Ed Editor/);
  expect((await read('/api/incidents')).status).toBe(404);
  const { body: timeline } = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number: incident.number } });
  expect(timeline.items[0]?.text).toBe('Told Customers: Payments fail. Cards are refused.');
  const { body: due } = await muster.call(VERA_VIEWER, 'listUpdatesDue');
  expect(due.items.map(({ audience, state }) => ({ audience, state }))).toEqual([{ audience: 'internal', state: 'running' }, { audience: 'customer', state: 'running' }]);
});

test('cap 98: the command writes the page to a folder, and leaves what else is there alone', async () => {
  const out = await mkdtemp(join(tmpdir(), 'muster-export-'));
  const env = {
    DATABASE_URL: muster.database.connectionString, MUSTER_PLUGIN_TOKEN: 'plugin-token-of-the-command-0001', MUSTER_SECRET_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`, MUSTER_LOG_LEVEL: 'silent',
    MUSTER_STATUS_PAGE_URL: 'https://status.example.com',
  };
  const written = await exportStatusPages({ out, private: false }, env);
  expect(written).toEqual([{ org: 1, files: 7 }]);
  expect((await readdir(out)).sort()).toEqual(['atom.xml', 'history.html', 'incidents', 'index.html', 'rss.xml', 'status.json', 'style.css']);
  expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('Payments fail');
  expect(await readFile(join(out, 'rss.xml'), 'utf8')).toContain('https://status.example.com/incidents/');
  await rm(out, { recursive: true });
});

test('cap 90: an update says whom it reached and over what, what failed, and goes on when it is tried again', async () => {
  const receiver = await startReceivingServer();
  try {
    const add = async (id: string) => {
      const channel = channelId.parse(id);
      expect((await muster.call(ADA_ADMIN, 'createChannel', { body: { id: channel, kind: 'webhook', name: id, config: { url: `${receiver.url}/${id}` }, secrets: {} } })).status).toBe(201);
      return channel;
    };
    const channels = [await add('works'), await add('gone')];
    receiver.behave({ kind: 'status', status: 410 }, '/gone');
    const { body: settings } = await muster.call(ADA_ADMIN, 'getCommunication');
    const audiences = settings.audiences.map((audience) => (audience.kind === 'internal' ? { ...audience, channels } : audience));
    await muster.call(ADA_ADMIN, 'putCommunication', { body: { audiences, remindMinutes: settings.remindMinutes } }, { 'If-Match': `"${settings.version}"` });
    const { body: incident } = await muster.call(ED_EDITOR, 'declareIncident', { body: { title: 'Mail is late', severity: 'sev2' } });
    const { body: draft } = await muster.call(ED_EDITOR, 'createUpdate', { params: { number: incident.number }, body: { audience: audienceId.parse('internal'), fields: { summary: 'Mails wait.' } } });
    const { body: published } = await act(ED_EDITOR, 'publishUpdate', draft);
    const params = { id: published.id };
    const of = () => muster.call(VERA_VIEWER, 'getUpdateDeliveries', { params });
    const { body: state } = await eventually(of, ({ body }) => body.arrived === 1 && body.failed === 1 && !body.spreading);
    expect(state).toMatchObject({ recipients: 2, arrived: 1, taken: 0, waiting: 0, spreading: false, troubled: [{ recipient: { name: 'gone' }, state: 'failed', error: expect.stringContaining('410') }] });
    receiver.behave({ kind: 'well' }, '/gone');
    for (const { id } of state.troubled) expect((await muster.call(ED_EDITOR, 'retryDelivery', { params: { id } })).status).toBe(200);
    expect((await eventually(of, ({ body }) => body.arrived === 2)).body).toMatchObject({ failed: 0, troubled: [] });

    const { body: hidden } = await muster.call(ADA_ADMIN, 'declareIncident', { body: { title: 'A key leaked', severity: 'sev2', private: { reason: 'an attack', members: [] } } });
    const { body: secret } = await muster.call(ADA_ADMIN, 'createUpdate', { params: { number: hidden.number }, body: { audience: audienceId.parse('internal'), fields: { summary: 'x' } } });
    expect((await muster.call(VERA_VIEWER, 'getUpdateDeliveries', { params: { id: secret.id } })).status).toBe(404);
  } finally {
    await receiver.close();
  }
});

test('a channel that people, audiences, policies or the status page use is not deleted, and the refusal names them', async () => {
  const id = channelId.parse('mails');
  await muster.call(ADA_ADMIN, 'createChannel', { body: { id, kind: 'email', name: 'Mails', config: { host: 'mail.example.com', from: 'muster@example.com' }, secrets: {} } });
  await muster.call(ED_EDITOR, 'addContactPoint', { body: { channel: id, address: 'ed@example.com', consent: true } });
  const put = async (channels: (typeof id)[], mailChannel: typeof id | null) => {
    const { body: settings } = await muster.call(ADA_ADMIN, 'getCommunication');
    const audiences = settings.audiences.map((audience) => (audience.kind === 'internal' ? { ...audience, channels } : audience));
    expect((await muster.call(ADA_ADMIN, 'putCommunication', { body: { audiences, remindMinutes: settings.remindMinutes } }, { 'If-Match': `"${settings.version}"` })).status).toBe(200);
    const { body: page } = await muster.call(ADA_ADMIN, 'getStatusPage');
    const { visibility, title, components } = page;
    expect((await muster.call(ADA_ADMIN, 'putStatusPage', { body: { visibility, title, components, mailChannel } }, { 'If-Match': `"${page.version}"` })).status).toBe(200);
  };
  await put([id], id);
  const policy = policyId.parse('by-mail');
  expect((await muster.call(ADA_ADMIN, 'createPolicy', { body: { id: policy, name: 'By mail', steps: [{ kind: 'channel', channel: id }] } })).status).toBe(201);
  const usedBy = ['the contact point of Ed Editor', 'the policy “By mail”', 'the audience “Internal”', 'the mails of the status page'];
  expect((await muster.call(ADA_ADMIN, 'getChannel', { params: { id } })).body).toMatchObject({ usedBy });
  const refused = await muster.call(ADA_ADMIN, 'deleteChannel', { params: { id } }, { 'If-Match': '"1"' });
  expect(refused.status).toBe(409);
  for (const user of usedBy) expect(refused.problem.detail).toContain(user);

  await put([], null);
  await muster.call(ADA_ADMIN, 'deletePolicy', { params: { policy } }, { 'If-Match': '"1"' });
  const { body: mine } = await muster.call(ED_EDITOR, 'getMyContacts');
  for (const point of mine.points) await muster.call(ED_EDITOR, 'removeContactPoint', { params: { id: point.id } });
  // The code that was to prove the address waits for a mail server that is not there.
  await muster.app.db.query('delete from notification_deliveries');
  expect((await muster.call(ADA_ADMIN, 'getChannel', { params: { id } })).body).toMatchObject({ usedBy: [] });
  expect((await muster.call(ADA_ADMIN, 'deleteChannel', { params: { id } }, { 'If-Match': '"1"' })).status).toBe(200);
});
