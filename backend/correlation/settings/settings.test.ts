import { correlationSettings, orgId, type Actor, type CorrelationSettings } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { ALL_SEEING } from '../../access/index.ts';
import { listEvents } from '../../eventlog/index.ts';
import { createSimulatedClock } from '../../platform/clock.ts';
import { DEFAULT_PARAMETERS } from '../engine/index.ts';
import { createSettingsService, tuningOf, type SettingsService } from './index.ts';

const ORG = orgId.parse(1);
const ADA: Actor = { kind: 'user', key: 'user:ada', name: 'Ada' };
const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

function settingsWith(...conditions: readonly string[]): CorrelationSettings {
  return correlationSettings.parse({
    rules: conditions.map((condition, index) => ({ id: `rule-${index}`, name: `Rule ${index}`, condition, groupBy: ['service'], window: { kind: 'sliding', seconds: 60 } })),
  });
}

let database: TestDatabase;
let settings: SettingsService;
beforeEach(async () => {
  database = await createTestDatabase();
  settings = createSettingsService({ db: database.db, clock: createSimulatedClock(START_MS), defaults: tuningOf(DEFAULT_PARAMETERS) });
});
afterEach(() => database.drop());

test('the settings that Muster comes with stand as version 0, without a draft', async () => {
  expect(await settings.state(ORG)).toMatchObject({ version: 0, draft: null, active: { version: 0, settings: { rules: [] } } });
});

test('cap 37: a draft changes nothing that is in force until it is activated', async () => {
  const drafted = await settings.putDraft(ORG, ADA, 0, settingsWith('rank <= 2'));
  expect(drafted).toMatchObject({ version: 1, active: { version: 0 }, draft: { editedBy: ADA } });
  const activated = await settings.activateDraft(ORG, ADA, 1, 'group the grave ones');
  expect(activated).toMatchObject({ version: 2, draft: null, active: { version: 1, note: 'group the grave ones', activatedBy: ADA } });
  expect(activated.active.settings.rules).toHaveLength(1);
});

test('a condition that cannot be used is refused, and the field is named', async () => {
  expect(() => settings.putDraft(ORG, ADA, 0, settingsWith('rank <= 2', 'servce == "a"'))).toThrow(/rules\[1\]\.condition: .*servce/);
});

test('two who edit the same draft: the second is told, and nothing of the first is lost', async () => {
  const [first, second] = await Promise.allSettled([
    settings.putDraft(ORG, ADA, 0, settingsWith('rank == 1')), settings.putDraft(ORG, ADA, 0, settingsWith('rank == 2')),
  ]);
  const refused = [first, second].filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ reason: { code: 'version_mismatch' } });
  expect((await settings.state(ORG)).draft?.settings.rules).toHaveLength(1);
});

test('earlier settings come back as a new version, and an edit begun before is noticed', async () => {
  await settings.putDraft(ORG, ADA, 0, settingsWith('rank == 1'));
  await settings.activateDraft(ORG, ADA, 1, 'first try');
  const reverted = await settings.revert(ORG, ADA, 2, 0, 'too eager');
  expect(reverted.active).toMatchObject({ version: 2, revertedTo: 0, settings: { rules: [] } });
  await expect(settings.putDraft(ORG, ADA, 2, settingsWith('rank == 1'))).rejects.toMatchObject({ code: 'version_mismatch' });
  expect((await settings.versions(ORG, null, 10)).map((version) => version.version)).toEqual([2, 1]);
});

test('a draft survives a revert with its author', async () => {
  await settings.putDraft(ORG, ADA, 0, settingsWith('rank == 1'));
  await settings.activateDraft(ORG, ADA, 1, 'first try');
  const before = await settings.putDraft(ORG, ADA, 2, settingsWith('rank == 2'));
  const after = await settings.revert(ORG, { kind: 'user', key: 'user:bob', name: 'Bob' }, 3, 0, 'too eager');
  expect(after.draft).toEqual(before.draft);
});

test('what is not there cannot be activated, thrown away or reverted to', async () => {
  await expect(settings.activateDraft(ORG, ADA, 0, 'nothing')).rejects.toMatchObject({ code: 'conflict' });
  await expect(settings.discardDraft(ORG, ADA, 0)).rejects.toMatchObject({ code: 'conflict' });
  await expect(settings.revert(ORG, ADA, 0, 7, 'nothing')).rejects.toMatchObject({ code: 'not_found' });
});

test('each step is in the audit log with what it changed', async () => {
  await settings.putDraft(ORG, ADA, 0, settingsWith('rank == 1'));
  await settings.discardDraft(ORG, ADA, 1);
  await settings.putDraft(ORG, ADA, 2, settingsWith('rank == 2'));
  await settings.activateDraft(ORG, ADA, 3, 'second try');
  const events = await listEvents(database.db, ORG, { viewer: ALL_SEEING, order: 'newest', limit: 10 });
  expect(events.map((event) => event.type)).toEqual(['correlation.activated', 'correlation.draft_edited', 'correlation.draft_discarded', 'correlation.draft_edited']);
  expect(events[0]).toMatchObject({ actor: ADA, data: { version: 1, note: 'second try', rulesAdded: ['rule-0'] } });
});
