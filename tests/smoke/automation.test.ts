/** Automation in the whole service, over HTTP: triggers act once, within their bounds; a freeze holds all of it; preflight and figures. */
import { runbookId, type CallOf, type IncidentNumber, type RunbookId, type TriggerRecord } from '../../backend/contract/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';

let muster: TestApp;
beforeEach(async () => {
  muster = await startTestApp();
});
afterEach(() => muster.close());

const PAUSE = 'steps: [{ id: note, kind: wait, with: { for: 10ms } }]';

async function publish(id: string, rest: string, app = muster, services: readonly string[] = []): Promise<RunbookId> {
  const source = `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${id}, services: [${services.join(', ')}] }\n${rest}\n`;
  const made = await app.call(ADA_ADMIN, 'createRunbook', { body: { source } });
  if (made.status !== 201) throw new Error(JSON.stringify(made.problem));
  const live = await app.call(ADA_ADMIN, 'publishRunbook', { params: { id: made.body.id }, body: {} }, { 'If-Match': `"${made.body.version}"` });
  if (live.status !== 200) throw new Error(JSON.stringify(live.problem));
  return runbookId.parse(id);
}

async function declare(fields: Partial<CallOf<'declareIncident'>['body']> = {}, app = muster): Promise<IncidentNumber> {
  return (await app.call(ED_EDITOR, 'declareIncident', { body: { title: 'Checkout is down', severity: 'sev2', services: ['checkout'], ...fields } })).body.number;
}

async function recordsOf(runbook: RunbookId, user: TestUser = VERA_VIEWER): Promise<TriggerRecord[]> {
  return (await muster.call(user, 'listTriggerRecords', { query: { runbook } })).body.items;
}

const recorded = (runbook: RunbookId, count = 1): Promise<TriggerRecord[]> => eventually(() => recordsOf(runbook), (records) => records.length >= count);

test('cap 69: a declaration starts a run, once, with inputs made of the incident; earlier events start nothing', async () => {
  await declare();
  const id = await publish('greet', `inputs: [{ name: service, type: string }]\npolicy: { automation: run }\ntriggers: [{ on: declared, inputs: { service: "{{ incident.primaryService }}" } }]\n${PAUSE}`);
  const number = await declare();

  const [record] = await recorded(id);
  const run = await eventually(() => muster.call(VERA_VIEWER, 'getRun', { params: { id: record?.run ?? (() => { throw new Error('no run'); })() } }), ({ body }) => body.state === 'succeeded');

  expect(record).toMatchObject({ on: 'declared', incident: number, outcome: 'started' });
  expect(run.body).toMatchObject({ start: 'trigger', incident: { number }, inputs: { service: 'checkout' }, startedBy: { kind: 'system' }, reason: 'the incident was declared' });
  expect((await muster.call(VERA_VIEWER, 'listRuns', { query: { runbook: id } })).body.items).toHaveLength(1);
});

test('cap 71: one that waits for approval is approved by a commander, not by a viewer, and then runs', async () => {
  const id = await publish('ask', `policy: { automation: approve }\ntriggers: [{ on: declared }]\n${PAUSE}`);
  await declare();
  const [record] = await recorded(id);
  expect(record).toMatchObject({ outcome: 'waits_for_approval' });
  const run = record?.run ?? (() => { throw new Error('no run'); })();
  const waiting = await eventually(() => muster.call(VERA_VIEWER, 'getRun', { params: { id: run } }), ({ body }) => body.waitsFor === 'approval');
  const step = waiting.body.steps.find(({ question }) => question !== null);

  const refused = await muster.call(VERA_VIEWER, 'answerStep', { params: { id: run }, body: { step: step?.path ?? '', answer: 'approve' } });
  const approved = await muster.call(EVA_EDITOR, 'answerStep', { params: { id: run }, body: { step: step?.path ?? '', answer: 'approve' } });

  expect(step?.question).toMatchObject({ kind: 'approval', mayAnswer: false });
  expect([refused.status, approved.status]).toEqual([403, 200]);
  await eventually(() => muster.call(VERA_VIEWER, 'getRun', { params: { id: run } }), ({ body }) => body.state === 'succeeded');
});

test('cap 69: severity, state and role: each event starts its own, and conditions see where it came from', async () => {
  const on = (event: string, when = ''): string => `policy: { automation: run, limit: { atOnce: 5 } }\ntriggers: [{ on: ${event}${when === '' ? '' : `, when: '${when}'`} }]\n${PAUSE}`;
  const [raised, lowered, moved, role, never] = [
    await publish('raised', on('severity_raised')), await publish('lowered', on('severity_lowered')), await publish('moved', on('state_changed', 'event.from == "declared" && event.to == "investigating"')),
    await publish('role', on('role_changed')), await publish('never', on('state_changed', 'event.to == "resolved"')),
  ];
  const number = await declare();
  const seen = async (): Promise<Record<string, string>> => ({ 'If-Match': `"${(await muster.call(ED_EDITOR, 'getIncident', { params: { number } })).body.version}"` });
  const change = async (severity: 'sev1' | 'sev4') => muster.call(ED_EDITOR, 'setIncidentSeverity', { params: { number }, body: { severity, reason: 'as it stands now' } }, await seen());
  await change('sev1');
  await change('sev4');
  await muster.call(ED_EDITOR, 'acknowledgeIncident', { params: { number }, body: {} });
  const me = (await muster.call(ED_EDITOR, 'getMe')).body.user.key;
  await muster.call(ED_EDITOR, 'assignCommander', { params: { number }, body: { commander: me } }, await seen());

  for (const id of [role, moved, lowered, raised]) expect((await recorded(id)).map(({ outcome }) => outcome)).toEqual(['started']);
  expect(await recordsOf(never)).toEqual([]);
});

test('cap 69: a freeze lets nothing start, says so on the timeline, and is undone; the organisation and the limit of targets bound it too', async () => {
  const id = await publish('act', `policy: { automation: run, limit: { atOnce: 9 } }\ntriggers: [{ on: declared }]\nsteps: [{ id: note, kind: wait, targets: 3, with: { for: 10ms } }]`);
  const frozen = await muster.call(ED_EDITOR, 'freezeAutomation', { body: { reason: 'a migration is under way' } });
  expect(frozen.body.frozen).toMatchObject({ by: { name: 'Ed Editor' }, reason: 'a migration is under way' });
  const number = await declare();

  const [held] = await recorded(id);
  expect(held).toMatchObject({ outcome: 'suggested', run: null, reason: 'automation is frozen by Ed Editor: a migration is under way' });
  const { items } = (await muster.call(VERA_VIEWER, 'listTimeline', { params: { number } })).body;
  expect(items.some(({ text }) => text.startsWith('Runbook “act” suggested: automation is frozen by Ed Editor'))).toBe(true);
  const suggested = (await muster.call(VERA_VIEWER, 'listSuggestions', { params: { number } })).body.items.find(({ runbook }) => runbook === id);
  expect(suggested?.heldBack).toContain('frozen');
  await muster.call(ED_EDITOR, 'unfreezeAutomation', { body: { reason: 'the migration is done' } });

  const settings = (await muster.call(ADA_ADMIN, 'getAutomation')).body;
  const set = (change: Partial<CallOf<'putAutomation'>['body']>, version: number) => muster.call(ADA_ADMIN, 'putAutomation', {
    body: { maxTargetsPerHour: null, notifyUrl: null, pageUrl: null, ticketUrl: null, most: settings.most, ...change },
  }, { 'If-Match': `"${version}"` });
  const limited = await set({ maxTargetsPerHour: 2 }, settings.version);
  await declare();
  expect((await recorded(id, 2))[0]).toMatchObject({ outcome: 'held_back', reason: 'it would touch 3 targets, with 0 touched in the last hour and 2 allowed' });
  expect((await set({}, settings.version)).status).toBe(412);
  const bounded = await set({ most: { ...settings.most, sev2: 'suggest' } }, limited.body.version);
  await declare();
  expect((await recorded(id, 3))[0]).toMatchObject({ outcome: 'suggested', reason: 'the organisation allows no more for SEV2' });
  await set({}, bounded.body.version);
  await declare();
  expect((await recorded(id, 4))[0]).toMatchObject({ outcome: 'started' });
  const audit = (await muster.call(ADA_ADMIN, 'listAudit', { query: { subject: 'runbooks' } })).body.items.map(({ text }) => text);
  expect(audit).toEqual(expect.arrayContaining(['Automation frozen: a migration is under way', 'Automation goes on: the migration is done']));
});

test('cap 69: two replicas start one run for an event', async () => {
  const other = await startTestApp({ database: muster.database });
  try {
    const id = await publish('once', `policy: { automation: run, limit: { atOnce: 9 } }\ntriggers: [{ on: declared }]\n${PAUSE}`);
    for (let place = 0; place < 5; place += 1) await declare();
    expect((await recorded(id, 5)).map(({ outcome }) => outcome)).toEqual(Array(5).fill('started'));
    expect((await muster.call(VERA_VIEWER, 'listRuns', { query: { runbook: id } })).body.items).toHaveLength(5);
  } finally {
    await other.close();
  }
});

test('cap 52: what triggers did for a private incident is seen by its members alone', async () => {
  const id = await publish('quietly', `policy: { automation: run }\ntriggers: [{ on: declared }]\n${PAUSE}`);
  const number = await declare({ private: { reason: 'keys may be stolen' } });

  await eventually(() => recordsOf(id, ED_EDITOR), (records) => records.length === 1);

  expect(await recordsOf(id, VERA_VIEWER)).toEqual([]);
  expect((await muster.call(VERA_VIEWER, 'listRuns', { query: { runbook: id } })).body.items).toEqual([]);
  expect((await muster.call(VERA_VIEWER, 'listSuggestions', { params: { number } })).status).toBe(404);
});

test('cap 69: a timer fires so long after the declaration, once, and not when the incident has ended before', async () => {
  const clock: SimulatedClock = createSimulatedClock(Date.now());
  const timed = await startTestApp({ clock });
  try {
    const id = await publish('later', `policy: { automation: run, limit: { atOnce: 9 } }\ntriggers: [{ on: timer, after: 30m }]\n${PAUSE}`, timed);
    const [stays, ends] = [await declare({}, timed), await declare({}, timed)];
    await eventually(() => timed.database.db.query('select 1 from trigger_timers'), (rows) => rows.length === 2);
    await timed.call(ED_EDITOR, 'cancelIncident', { params: { number: ends }, body: { reason: 'a test of the alarm' } });
    const records = async (): Promise<TriggerRecord[]> => (await timed.call(VERA_VIEWER, 'listTriggerRecords', { query: { runbook: id } })).body.items;
    clock.advance(29 * 60_000);
    await eventually(() => timed.database.db.query('select 1 from trigger_timers'), (rows) => rows.length === 1);
    expect(await records()).toEqual([]);

    clock.advance(61_000);

    expect((await eventually(records, (items) => items.length > 0)).map(({ incident, on, outcome }) => ({ incident, on, outcome }))).toEqual([{ incident: stays, on: 'timer', outcome: 'started' }]);
  } finally {
    await timed.close();
  }
});

test('cap 82: preflight says what would fail tonight, with its fix, and sends nothing; the catalogue shows it', async () => {
  const id = await publish('doomed', [
    'steps:', '  - { id: call, kind: http, with: { method: POST, url: "https://not-allowed.example.com/x", headers: { Authorization: "Bearer {{ secrets.token }}" } } }',
    '  - { id: run, kind: command, with: { agent: nobody, command: restart } }', '  - { id: tell, kind: notify, with: { to: a, message: b } }',
  ].join('\n'));

  const report = (await muster.call(ED_EDITOR, 'runPreflight', { params: { id } })).body;

  expect(report.ok).toBe(false);
  expect(report.findings.filter(({ ok }) => !ok).map(({ check }) => check).sort()).toEqual(['address', 'agent', 'host', 'secret']);
  for (const finding of report.findings.filter(({ ok }) => !ok)) expect(finding.fix).toMatch(/\S/);
  const { items } = (await muster.call(VERA_VIEWER, 'listRunbooks', { query: { q: 'doomed' } })).body;
  expect(items[0]?.preflight).toMatchObject({ ok: false, faults: 4 });
  expect((await muster.call(VERA_VIEWER, 'listPreflight')).body.items[0]).toMatchObject({ runbook: id, ok: false });
});

test('cap 82: coverage counts grave incidents with a fitting, tested runbook; success and time saved are of runs that ended', async () => {
  await publish('fix', `policy: { minutesSaved: 15 }\n${PAUSE}`, muster, ['checkout']);
  const number = await declare();
  const uncovered = await declare({ services: ['search'], severity: 'sev1' });
  await declare({ severity: 'sev4', services: ['search'] });
  const before = (await muster.call(VERA_VIEWER, 'getRunbookStatistics')).body;
  const run = (await muster.call(ED_EDITOR, 'startRun', { params: { id: runbookId.parse('fix') }, body: { incident: number } })).body;
  await eventually(() => muster.call(VERA_VIEWER, 'getRun', { params: { id: run.id } }), ({ body }) => body.state === 'succeeded');

  const after = (await muster.call(VERA_VIEWER, 'getRunbookStatistics')).body;

  expect(before).toMatchObject({ incidents: 2, covered: 0, coverage: 0, runs: 0, successRate: null, minutesSaved: 0 });
  expect(after).toMatchObject({ incidents: 2, covered: 1, coverage: 0.5, runs: 1, succeeded: 1, successRate: 1, minutesSaved: 15 });
  expect(after.uncovered).toEqual([expect.objectContaining({ number: uncovered, services: ['search'] })]);
  expect(after.stale.some(({ id }) => id === 'fix')).toBe(false);
});
