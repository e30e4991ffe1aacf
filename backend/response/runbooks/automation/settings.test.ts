/** cap 69: what automation may do is set on the page or by a file, and frozen by one press, on record. */
import { readFile } from 'node:fs/promises';
import type { AutomationSettings, CallOf } from '#contract';
import { ProvisioningError } from '../../../platform/provisioning/provisioningFile.ts';
import { askedBy, ORG, OTHER_ORG, startAutomationStage, type AutomationStage } from './automation.testkit.ts';

let stage: AutomationStage;
beforeEach(async () => {
  stage = await startAutomationStage();
});
afterEach(() => stage.close());

const ALL = { sev1: 'run', sev2: 'run', sev3: 'run', sev4: 'run', sev5: 'run' } as const;
const BODY = { maxTargetsPerHour: 5, notifyUrl: 'https://hooks.example.com/T0/secret-part', pageUrl: 'https://pages.example.com/', ticketUrl: null, most: { ...ALL, sev1: 'approve' } } as const;
const get = (who: 'ada' | 'vera' = 'ada', org = ORG): Promise<AutomationSettings> => stage.automation.handlers.getAutomation({ params: undefined, query: undefined, body: undefined }, askedBy(who, { org }));
const put = (ifMatch: number | null, body: CallOf<'putAutomation'>['body'] = BODY): Promise<AutomationSettings> =>
  stage.automation.handlers.putAutomation({ params: undefined, query: undefined, body }, askedBy('ada', ifMatch === null ? {} : { ifMatch }));
const provision = (text: string | null, org = ORG): Promise<boolean> => stage.automation.provision(org, text === null ? null : { path: 'automation.yaml', text });

test('without any, runbooks go as far as they say, with 20 targets an hour', async () => {
  expect(await get()).toEqual({ frozen: null, maxTargetsPerHour: 20, targetsLastHour: 0, notifyUrl: null, pageUrl: null, ticketUrl: null, most: ALL, version: 1, provisioned: false });
});

test('a change names the version that it is based on; saying the same again changes nothing', async () => {
  await expect(put(null)).rejects.toMatchObject({ code: 'precondition_required' });
  expect(await put(1)).toMatchObject({ ...BODY, version: 2 });
  await expect(put(1)).rejects.toMatchObject({ code: 'version_mismatch', extra: { currentVersion: 2 } });
  expect((await put(2)).version).toBe(2);
  expect(await get('ada', OTHER_ORG)).toMatchObject({ maxTargetsPerHour: 20, version: 1 });
  expect((await stage.told()).map(({ type }) => type)).toEqual(['automation.edited']);
});

test('the path of an address is a credential: it is shown to those alone who set it, and stands in no event', async () => {
  await put(1);
  expect(await get('vera')).toMatchObject({ notifyUrl: 'https://hooks.example.com/…', pageUrl: 'https://pages.example.com/' });
  expect((await get('ada')).notifyUrl).toBe(BODY.notifyUrl);
  expect(JSON.stringify(await stage.told())).not.toContain('secret-part');
  expect(await stage.automation.addressesOf(stage.database.db, ORG)).toEqual({ notifyUrl: BODY.notifyUrl, pageUrl: BODY.pageUrl, ticketUrl: null });
});

test('a freeze and its end are told with who and why, leave the version alone, and cannot be said twice', async () => {
  const say = (what: 'freezeAutomation' | 'unfreezeAutomation', reason: string): Promise<AutomationSettings> => stage.automation.handlers[what]({ params: undefined, query: undefined, body: { reason } }, askedBy('ada'));
  expect(await say('freezeAutomation', 'a migration')).toMatchObject({ frozen: { by: { key: 'user:ada' }, at: '2026-03-02T10:00:00.000Z', reason: 'a migration' }, version: 1 });
  await expect(say('freezeAutomation', 'again')).rejects.toMatchObject({ code: 'conflict', message: 'automation is frozen already, by Ada' });
  expect((await get('ada', OTHER_ORG)).frozen).toBeNull();
  expect((await put(1)).frozen).not.toBeNull();
  expect((await say('unfreezeAutomation', 'all is well')).frozen).toBeNull();
  await expect(say('unfreezeAutomation', 'again')).rejects.toMatchObject({ code: 'conflict' });
  expect((await stage.told()).map(({ type, data }) => [type, data['reason']])).toEqual([['automation.frozen', 'a migration'], ['automation.edited', undefined], ['automation.unfrozen', 'all is well']]);
});

test('a file is followed: what it leaves out stays, applying it again changes nothing, and the page may not change it meanwhile', async () => {
  await put(1);
  const file = 'apiVersion: 1\nmaxTargetsPerHour: null\nmost: { sev5: suggest }\n';
  expect([await provision(file), await provision(file)]).toEqual([true, false]);
  expect(await get()).toMatchObject({ maxTargetsPerHour: null, notifyUrl: BODY.notifyUrl, most: { ...BODY.most, sev5: 'suggest' }, version: 3, provisioned: true });
  await expect(put(3)).rejects.toMatchObject({ code: 'conflict', extra: { provisioned: true } });
  expect((await get('ada', OTHER_ORG)).maxTargetsPerHour).toBe(20);

  // Without the file, it belongs to the page again as it is.
  expect([await provision(null), await provision(null)]).toEqual([true, false]);
  expect(await put(4)).toMatchObject({ maxTargetsPerHour: 5, version: 5, provisioned: false });
});

test('a freeze is no matter of the file: it stays through a restart', async () => {
  await stage.automation.handlers.freezeAutomation({ params: undefined, query: undefined, body: { reason: 'a migration' } }, askedBy('ada'));
  await provision('apiVersion: 1\nmaxTargetsPerHour: 3\n');
  expect(await get()).toMatchObject({ frozen: { reason: 'a migration' }, maxTargetsPerHour: 3 });
});

test('the sample of this repository leaves the page free, and says what could be said', async () => {
  const sample = await readFile(new URL('../../../../provisioning/muster/automation.yaml', import.meta.url), 'utf8');
  expect(await provision(sample)).toBe(false);
  expect((await put(1)).version).toBe(2);

  expect(await provision(sample.replaceAll(/^# (?=\w+:(?:\s|$)|  )/gm, ''))).toBe(true);
  expect(await get()).toMatchObject({
    maxTargetsPerHour: 20, most: { ...ALL, sev4: 'approve', sev5: 'suggest' }, notifyUrl: 'https://hooks.example.com/muster', pageUrl: 'https://pages.example.com/muster', ticketUrl: 'https://tickets.example.com/muster',
  });
});

test.each([
  ['apiVersion: 1\nmaxTargetsPerHour: -1\n', 'automation.yaml:2: maxTargetsPerHour'],
  ['apiVersion: 1\nnotifyUrl: mail\n', 'automation.yaml:2: notifyUrl: must be a web address'],
  ['apiVersion: 1\nmost:\n  sev1: always\n', 'automation.yaml:3: most.sev1'],
  ['apiVersion: 1\nfrozen: true\n', 'frozen'],
])('%j is told with its place', async (text, message) => {
  const fault = await provision(text).then(() => null, (error: unknown) => error);
  expect(fault).toBeInstanceOf(ProvisioningError);
  expect(String(fault)).toContain(message);
});
