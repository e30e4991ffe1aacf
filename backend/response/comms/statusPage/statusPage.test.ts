/** The status page from publication to what readers get: over HTTP, from files, and while the database is away. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { publicStatus, putStatusPageBody, type CallOf } from '#contract';
import { ADA, contextOf, ED, LOGGER, MINUTE, ORG, startBench, type Bench } from '../comms.testkit.ts';
import { createPageKeeper, startPageServer, type PageKeeper, type PageServer } from './index.ts';

let bench: Bench;
let server: PageServer | null;
let other: PageServer | null = null;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-page-'));
  bench = await startBench({ statusPage: { port: 0, host: '127.0.0.1', publicUrl: 'https://status.example.com', exportDir: dir } });
  server = await bench.comms.serve();
});
afterAll(async () => {
  await server?.close();
  await other?.close();
  await bench.close();
  await rm(dir, { recursive: true });
});

const read = (path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(`http://127.0.0.1:${server?.port ?? 0}${path}`, { method, headers, redirect: 'manual' });
const look = () => bench.comms.pages.look(ORG);
async function set(body: CallOf<'putStatusPage'>['body']): Promise<void> {
  const { version } = await bench.comms.handlers.getStatusPage({ params: undefined, query: undefined, body: undefined }, contextOf(ADA));
  const full = { visibility: 'public' as const, title: 'Status of the shop', intro: '', language: 'en' as const, timeZone: 'UTC', contact: null, components: [{ name: 'Online shop', label: 'Shop', description: '', group: '' }], subscriptions: false };
  await bench.comms.handlers.putStatusPage({ params: undefined, query: undefined, body: putStatusPageBody.parse({ ...full, ...body }) }, contextOf(ADA, version));
  await look();
}
async function publishTo(number: Awaited<ReturnType<Bench['declare']>>, title: string, summary: string, more: Partial<CallOf<'createUpdate'>['body']> = {}) {
  const draft = await bench.draft(number, { components: [{ name: 'Online shop', state: 'major_outage' }], ...more, audience: 'customer', fields: { title, summary } });
  return bench.act('publishUpdate', await bench.act('approveUpdate', draft, ED));
}

test('cap 98: it is off until somebody switches it on, and then says what was published, and nothing else', async () => {
  await look();
  expect((await read('/')).status).toBe(404);
  await set({});
  const number = await bench.declare();
  await bench.act('publishUpdate', await bench.draft(number, { audience: 'internal', fields: { summary: 'canary-inside' } }));
  await bench.draft(number, { audience: 'customer', fields: { title: 'canary-draft', summary: 'canary-draft' } });
  const hidden = await bench.declare('sev1', ['checkout'], ED.userKey === null ? [] : [ED.userKey]);
  await publishTo(hidden, 'canary-private', 'canary-private');
  const told = await publishTo(number, 'Payments <fail>', 'Cards are **refused**. [Read](https://example.com/help) <script>alert(1)</script> [no](javascript:alert(1)) ![no](https://example.com/pixel.png)');
  await look();

  const answer = await read('/');
  const html = await answer.text();
  expect(answer.status).toBe(200);
  for (const word of ['There is a major outage', 'Payments &lt;fail&gt;', '<strong>refused</strong>', '<a href="https://example.com/help" rel="nofollow noopener">Read</a>', 'Shop', '&lt;script&gt;', 'lang="en"']) expect(html).toContain(word);
  for (const path of ['/', '/history.html', '/status.json', '/rss.xml', '/atom.xml', `/incidents/${told.id}.html`]) {
    const text = await (await read(path)).text();
    // What is CommonMark in JSON is for programs, which render it.
    const leaks = path === '/status.json' ? /canary|INC-|Checkout is down|"(Ada|Ed)\b/ : /canary|<script|href="javascript:|pixel\.png|INC-|Checkout is down|\b(Ada|Ed)\b/;
    expect([path, leaks.exec(text)?.[0] ?? null]).toEqual([path, null]);
  }
  const status = publicStatus.parse(await (await read('/status.json')).json());
  expect(status).toMatchObject({ state: 'major_outage', components: [{ name: 'Shop', state: 'major_outage' }], incidents: [{ id: told.id, title: 'Payments <fail>', resolvedAt: null }] });
  expect(await (await read('/atom.xml')).text()).toContain(`https://status.example.com/incidents/${told.id}.html`);
  expect((await read('/rss.xml')).headers.get('content-type')).toContain('application/rss+xml');

  await bench.incidents.service.edit({ orgId: ORG, actor: ADA.actor, userKey: ADA.userKey, viewer: '*', ifMatch: null }, number, { title: 'Checkout is down' });
  const { handlers } = bench.incidents;
  await handlers.makeIncidentPrivate({ params: { number }, query: undefined, body: { members: [], reason: 'after all' } }, contextOf(ADA));
  await look();
  expect(await (await read('/')).text()).not.toContain('Payments');
  expect((await read(`/incidents/${told.id}.html`)).status).toBe(404);
  await handlers.makeIncidentOpen({ params: { number }, query: undefined, body: { reason: 'it was nothing' } }, contextOf(ADA));
  await look();
  expect(await (await read('/')).text()).toContain('Payments');
});

test('cap 98: it is sent with ETag, packed, to HEAD as well; nothing is written, and no script may run', async () => {
  const first = await read('/', { 'Accept-Encoding': 'identity' });
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('cache-control')).toMatch(/^public, max-age=15, stale-while-revalidate=60, stale-if-error=86400$/);
  expect(first.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await read('/', { 'If-None-Match': `W/${etag}`, 'Accept-Encoding': 'identity' })).status).toBe(304);
  expect((await read('/', { 'If-None-Match': etag, 'Accept-Encoding': 'gzip' })).status).toBe(200);
  const head = await read('/', { 'Accept-Encoding': 'identity' }, 'HEAD');
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, first.headers.get('content-length'), '']);
  expect((await read('/', {}, 'POST')).status).toBe(405);
  expect((await read('/../../etc/passwd')).status).toBe(404);
  expect((await read('/style.css')).headers.get('content-type')).toContain('text/css');
});

test('cap 98: while the database is away, the page that was made last goes on being sent; and any web server can send its files', async () => {
  let away = false;
  const keeper: PageKeeper = createPageKeeper({
    clock: bench.clock, logger: LOGGER, orgs: [ORG], urlOf: () => 'https://status.example.com/', exportDir: null,
    db: { ...bench.database.db, query: (text, values) => (away ? Promise.reject(new Error('connection refused')) : bench.database.db.query(text, values)), prepared: bench.database.db.prepared },
  });
  await keeper.look(ORG);
  other = await startPageServer({ keeper, forms: null, logger: LOGGER }, '127.0.0.1', 0);
  away = true;
  bench.clock.advance(10 * MINUTE);
  await expect(keeper.look(ORG)).rejects.toThrow('connection refused');
  const answer = await fetch(`http://127.0.0.1:${other.port}/`);
  expect([answer.status, (await answer.text()).includes('Payments')]).toEqual([200, true]);
  const names = (await readdir(dir)).sort();
  expect(names).toEqual(['atom.xml', 'history.html', 'incidents', 'index.html', 'rss.xml', 'status.json', 'style.css']);
  expect(await readFile(join(dir, 'index.html'), 'utf8')).toContain('href="style.css"');
  const file = bench.comms.pages.pageOf(ORG)?.files.get('index.html');
  expect(file === undefined ? '' : gunzipSync(file.packed).toString()).toBe(file?.body.toString());
});

test('cap 98: a private page opens by its link alone, until the link is revoked; its files are taken away', async () => {
  await set({ visibility: 'private' });
  expect((await read('/')).status).toBe(404);
  expect(await readdir(dir)).toEqual(['incidents']);
  const { link, path, url } = await bench.comms.handlers.createStatusPageLink({ params: undefined, query: undefined, body: { name: 'Partner' } }, contextOf(ADA));
  await look();
  expect(url).toBe(`https://status.example.com${path}`);
  const opened = await read(path);
  expect([opened.status, opened.headers.get('cache-control'), opened.headers.get('x-robots-tag'), opened.headers.get('referrer-policy')]).toEqual([200, 'private, no-cache', 'noindex', 'no-referrer']);
  expect((await read(`${path}history.html`)).status).toBe(200);
  expect((await read(path.slice(0, -1))).headers.get('location')).toBe(path);
  expect((await read('/t/wrong/')).status).toBe(404);
  expect((await bench.comms.handlers.previewStatusPage({ params: undefined, query: undefined, body: undefined }, contextOf(ED))).html).toContain('<style>');
  await bench.comms.handlers.revokeStatusPageLink({ params: { id: link.id }, query: undefined, body: undefined }, contextOf(ADA));
  await look();
  expect((await read(path)).status).toBe(404);
  expect(JSON.stringify(await bench.database.db.query('select * from event_log'))).not.toContain(path.split('/')[2]);
});
