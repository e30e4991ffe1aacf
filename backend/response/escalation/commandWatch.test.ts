/** cap 60: a commander who says nothing is reminded in every incident that has one. */
import { incidentNumber } from '#contract';
import { key, policy, startStage, type Stage } from './escalation.testkit.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

test('cap 60: who commands without any policy is watched as well, from one hand to the next, until nobody commands', async () => {
  await stage.team('payments', ['paula']);
  stage.owners.set('checkout', 'payments');
  await stage.person('c', 'd');
  await stage.incident(1);
  const command = async (by: string, commander: string | null): Promise<void> => {
    await stage.incidents.handlers.assignCommander({ params: { number: incidentNumber.parse(1) }, query: undefined, body: { commander: commander === null ? null : key(commander) } }, stage.as(by));
    await stage.look();
  };
  await command('c', 'c');
  await stage.skip(600);
  expect([await stage.paged(), (await stage.board()).escalations]).toEqual([[], []]);
  await command('c', 'd');
  await stage.skip(1_199);
  expect(await stage.paged()).toEqual([]);
  await stage.pass(1);
  expect((await stage.sent()).map(({ subject, to }) => [subject, to[0]])).toEqual([['SEV1 INC-1: no word from you for a while', { kind: 'person', user: key('d') }]]);
  // Nothing for ten minutes more: the owners of what fails are called, and whoever accepts takes over.
  await stage.skip(600);
  expect(await stage.paged()).toEqual(['d', 'paula']);
  await stage.answer('paula', 'accept');
  await stage.look();
  expect((await stage.board()).escalations).toMatchObject([{ policy: null, name: 'Silence of the commander', state: 'answered', answeredBy: { name: 'Paula' } }]);
  expect((await stage.told('incident.commander_assigned')).map(({ data }) => data['to'])).toEqual([key('c'), key('d'), key('paula')]);
  await command('paula', null);
  await stage.skip(1_200);
  expect([await stage.paged(), (await stage.board()).escalations[0]]).toMatchObject([['d', 'paula'], { state: 'stopped', endReason: 'nobody commands any more' }]);
});

test('cap 60: no commander is watched where the rules say so, nor twice where a policy watches', async () => {
  await stage.person('c');
  await stage.policy('lead', policy({ role: 'commander', silence: { nudgeMinutes: 10, escalateMinutes: 5 }, starts: { severities: ['sev1'], ownedBy: null, condition: null }, steps: [{ kind: 'user', user: key('ada'), waitSeconds: 60 }] }));
  await stage.incident(1);
  await stage.incidents.handlers.assignCommander({ params: { number: incidentNumber.parse(1) }, query: undefined, body: { commander: key('c') } }, stage.as('c'));
  await stage.look();
  await stage.happens('incident.declared', 1, { severity: 'sev1' });
  await stage.look();
  await stage.answer('ada', 'accept');
  await stage.skip(1_200);
  await stage.look();
  expect((await stage.told('escalation.nudged')).map(({ data }) => data['user']).sort()).toEqual([key('ada'), key('c')]);
  const { atRiskPercent, limits, pausedIn } = await stage.escalation.handlers.getClockRules({ params: undefined, query: undefined, body: undefined }, stage.as('ada'));
  await stage.escalation.handlers.putClockRules({ params: undefined, query: undefined, body: { atRiskPercent, limits, pausedIn, commander: null } }, stage.as('ada', 0));
  await stage.incident(2);
  await stage.incidents.handlers.assignCommander({ params: { number: incidentNumber.parse(2) }, query: undefined, body: { commander: key('c') } }, stage.as('c'));
  await stage.look();
  await stage.skip(3_600);
  expect((await stage.board(2)).escalations).toEqual([]);
});
