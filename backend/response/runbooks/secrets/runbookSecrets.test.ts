import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { orgId, runbookId, userKey, type Actor, type OrgId, type Role } from '#contract';
import { createSimulatedClock } from '../../../platform/clock.ts';
import { Secret } from '../../../platform/config/secret.ts';
import type { RequestContext } from '../../../platform/http/route.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createKeyRing, SealError } from '../../../platform/secrets/keyRing.ts';
import { rotateSealedColumns } from '../../../platform/secrets/rotate.ts';
import { createRunbookSecrets } from './runbookSecrets.ts';
import { RUNBOOK_SEALED_COLUMNS } from './secretStore.ts';

const ORG_1 = orgId.parse(1);
const ORG_2 = orgId.parse(2);
const RESTART = runbookId.parse('restart-pool');
const OTHER = runbookId.parse('other');
const VALUE = 'canary-3f9a hunter22';
const ADA: Actor = { kind: 'user', key: 'user:adm1', name: 'Ada Example' };
const newKey = (id: string) => ({ id, key: new Secret(randomBytes(32).toString('base64')) });
const OLD = newKey('old');
const NEW = newKey('new');
const clock = createSimulatedClock(Date.UTC(2026, 10, 26, 9));

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.query('truncate runbook_secrets');
});

function secretsWith(keys = [NEW, OLD]) {
  return createRunbookSecrets({ db: database.db, clock, ring: createKeyRing(keys) });
}

function contextOf(organisation: OrgId, ifMatch: number | null = null): RequestContext {
  const role: Role = 'admin';
  const caller = {
    kind: 'user', orgId: organisation, userKey: userKey.parse(ADA.key), login: 'ada', name: ADA.name, role, derivedRole: role, seesPrivate: false, actor: ADA, expiresAt: new Date(clock.nowMs() + 600_000),
  } as const;
  return { requestId: 'r1', caller, ifMatch, logger: createLogger({ level: 'silent' }) };
}

const PUT = { value: VALUE, description: '', runbooks: [], role: 'responder' as const };
function put(name: string, body: Partial<Parameters<ReturnType<typeof secretsWith>['handlers']['putRunbookSecret']>[0]['body']> = {}, ifMatch: number | null = null) {
  return secretsWith().handlers.putRunbookSecret({ params: { name }, query: undefined, body: { ...PUT, ...body } }, contextOf(ORG_1, ifMatch));
}
function open(names: string[], role: Role = 'responder', runbook = RESTART, organisation = ORG_1) {
  return secretsWith().open(database.db, organisation, names, { runbook, role });
}

test('cap 78: is opened for runs, and shown to nobody', async () => {
  const shown = await put('token', { description: 'for the pool' });
  const listed = await secretsWith().handlers.listRunbookSecrets({ params: undefined, query: { limit: 10 }, body: undefined }, contextOf(ORG_1));
  expect(shown).toEqual({ name: 'token', description: 'for the pool', runbooks: [], role: 'responder', updatedAt: '2026-11-26T09:00:00.000Z', updatedBy: 'Ada Example', version: 1 });
  expect(listed).toEqual({ items: [shown], nextCursor: null });
  expect(await open(['token', 'token'])).toEqual(new Map([['token', VALUE]]));
  const everything = await database.db.query<{ text: string }>('select (select coalesce(json_agg(e), $1::json)::text from event_log as e) || (select json_agg(s)::text from runbook_secrets as s) as text', ['[]']);
  expect(everything[0]?.text).toContain('runbook_secret.edited');
  expect(everything[0]?.text).not.toContain('hunter22');
  expect(everything[0]?.text).not.toContain(Buffer.from(VALUE).toString('base64').slice(0, 20));
});

test.each([
  { name: 'another runbook', body: { runbooks: [OTHER] }, role: 'admin' as const, fault: /not for the runbook "restart-pool"/ },
  { name: 'a lower role', body: { role: 'manager' as const }, role: 'commander' as const, fault: /started by a manager or a higher role/ },
  { name: 'a role that starts nothing', body: {}, role: 'auditor' as const, fault: /higher role/ },
])('cap 78: is not opened for $name', async ({ body, role, fault }) => {
  await put('token', body);
  await expect(open(['token'], role)).rejects.toMatchObject({ code: 'not_allowed', message: expect.stringMatching(fault) });
});

test('cap 78: opens for the runbook and the role that it names, and for higher ones', async () => {
  await put('token', { runbooks: [OTHER, RESTART], role: 'commander' });
  for (const role of ['commander', 'manager', 'admin'] as const) expect(await open(['token'], role)).toEqual(new Map([['token', VALUE]]));
});

test('names what is missing, also when another organisation has it', async () => {
  await put('token');
  await expect(open(['token', 'gone'])).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'secrets.gone' }] });
  await expect(open(['token'], 'admin', RESTART, ORG_2)).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await secretsWith().known(database.db, ORG_1)).toEqual(['token']);
  expect(await secretsWith().openOwn(database.db, ORG_1, 'token')).toBe(VALUE);
  expect(await secretsWith().openOwn(database.db, ORG_2, 'token')).toBeNull();
});

test('keeps the value when only its scope changes, and notices who was quicker', async () => {
  await put('token');
  expect(await put('token', { value: undefined, role: 'manager' }, 1)).toMatchObject({ role: 'manager', version: 2 });
  expect(await open(['token'], 'manager')).toEqual(new Map([['token', VALUE]]));
  await expect(put('token', {}, 1)).rejects.toMatchObject({ code: 'version_mismatch', extra: { currentVersion: 2 } });
  await expect(put('fresh', {}, 1)).rejects.toMatchObject({ code: 'version_mismatch' });
  await expect(put('fresh', { value: undefined })).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.value' }] });
  await expect(put('short', { value: 'abc ' })).rejects.toMatchObject({ code: 'invalid_input', fields: [{ field: 'body.value' }] });
});

test('is removed by whoever saw it last', async () => {
  await put('token');
  const remove = (version: number | null) => secretsWith().handlers.deleteRunbookSecret({ params: { name: 'token' }, query: undefined, body: undefined }, contextOf(ORG_1, version));
  await expect(remove(null)).rejects.toMatchObject({ code: 'precondition_required' });
  await expect(remove(2)).rejects.toMatchObject({ code: 'version_mismatch' });
  expect(await remove(1)).toEqual({ ok: true });
  await expect(remove(1)).rejects.toMatchObject({ code: 'not_found' });
});

test('cap 78: a sealed value opens in its own place only, and keys rotate', async () => {
  await createRunbookSecrets({ db: database.db, clock, ring: createKeyRing([OLD]) }).handlers.putRunbookSecret({ params: { name: 'token' }, query: undefined, body: PUT }, contextOf(ORG_1));
  expect(await rotateSealedColumns(database.db, createKeyRing([NEW, OLD]), RUNBOOK_SEALED_COLUMNS)).toBe(1);
  expect(await secretsWith([NEW]).open(database.db, ORG_1, ['token'], { runbook: RESTART, role: 'responder' })).toEqual(new Map([['token', VALUE]]));
  await database.db.query('update runbook_secrets as s set name = $1::text', ['moved']);
  await expect(open(['moved'])).rejects.toThrow(SealError);
});

test('pages go by name', async () => {
  for (const name of ['b', 'a', 'aB', 'ab']) await put(name);
  const first = await secretsWith().handlers.listRunbookSecrets({ params: undefined, query: { limit: 3 }, body: undefined }, contextOf(ORG_1));
  const second = await secretsWith().handlers.listRunbookSecrets({ params: undefined, query: { limit: 3, cursor: first.nextCursor ?? '' }, body: undefined }, contextOf(ORG_1));
  expect([...first.items, ...second.items].map((secret) => secret.name)).toEqual(['a', 'aB', 'ab', 'b']);
  expect(second.nextCursor).toBeNull();
});
