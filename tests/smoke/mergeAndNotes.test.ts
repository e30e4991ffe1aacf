/** Merged incidents and revised notes over HTTP: what was known under the old number is still found, and nothing is lost. */
import type { Incident } from '../../backend/contract/index.ts';
import { ADA_ADMIN, ED_EDITOR, EVA_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

let muster: TestApp;
let token: string;
let services = 0;
beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
});
afterAll(() => muster.close());

async function alert(service: string, name: string): Promise<void> {
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: `${service}-${name}`, name, service, severity: 'error', startsAt: Date.now() })] });
}

/** A candidate made of one alert of a service of its own. */
async function candidate(): Promise<Incident & { service: string }> {
  services += 1;
  const service = `service-${services}`;
  await alert(service, 'HighErrorRate');
  const list = await eventually(() => muster.call(VERA_VIEWER, 'listIncidents', { query: { service, phase: 'all' } }), (answer) => answer.body.items.length === 1);
  const number = list.body.items[0]?.number ?? 0;
  return { ...(await incident(number)), service };
}

async function incident(number: number): Promise<Incident> {
  return (await muster.call(VERA_VIEWER, 'getIncident', { params: { number } })).body;
}

async function typesOf(number: number): Promise<string[]> {
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number }, query: { order: 'oldest' } });
  return timeline.body.items.map((entry) => entry.type);
}

function merge(number: number, into: number, user = ED_EDITOR) {
  return muster.call(user, 'mergeIncident', { params: { number }, body: { into, reason: 'the same database' } });
}

test('the number of a merged incident leads to the one that goes on, and both keep their timelines', async () => {
  const survivor = await candidate();
  const merged = await candidate();
  await muster.call(ED_EDITOR, 'addNote', { params: { number: merged.number }, body: { text: 'seen here first' } });

  const answer = await merge(merged.number, survivor.number);

  expect(answer.status).toBe(200);
  expect(await incident(merged.number)).toMatchObject({ state: 'duplicate', mergedInto: survivor.number, alertsTotal: 0, availableCommands: [] });
  expect(await incident(survivor.number)).toMatchObject({ state: 'candidate', mergedFrom: [merged.number], alertsTotal: 2, alertsFiring: 2, services: expect.arrayContaining([survivor.service, merged.service]) });
  expect(await typesOf(merged.number)).toEqual(['incident.opened', 'incident.note_added', 'incident.merged']);
  expect(await typesOf(survivor.number)).toEqual(['incident.opened', 'incident.absorbed']);
  const alerts = await muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number: survivor.number } });
  expect(alerts.body.items.map((item) => [item.service, item.incident]).sort()).toEqual([[survivor.service, survivor.number], [merged.service, survivor.number]].sort());
});

test('cap 40: an incident is merged in every open state; what goes on has come as far as either, and undo gives both back', async () => {
  const declare = async (title: string, ...commands: ('acknowledgeIncident' | 'identifyIncident' | 'startMitigation' | 'mitigateIncident')[]) => {
    const { number } = (await muster.call(ED_EDITOR, 'declareIncident', { body: { title, severity: 'sev3' } })).body;
    for (const command of commands) await muster.call(ED_EDITOR, command, { params: { number }, body: {} });
    return incident(number);
  };
  const ways = [
    { from: await declare('Identified', 'acknowledgeIncident', 'identifyIncident'), goesOnAs: 'identified' },
    { from: await declare('Being mended', 'acknowledgeIncident', 'identifyIncident', 'startMitigation'), goesOnAs: 'mitigating' },
    { from: await declare('Impact gone here', 'acknowledgeIncident', 'identifyIncident', 'mitigateIncident'), goesOnAs: 'mitigating' },
  ];
  for (const { from, goesOnAs } of ways) {
    const into = await declare('The same after all');
    expect((await merge(from.number, into.number)).status).toBe(200);
    expect(await incident(into.number)).toMatchObject({ state: goesOnAs, acknowledgedAt: from.acknowledgedAt, identifiedAt: from.identifiedAt, mitigatedAt: null });
    expect(await incident(from.number)).toMatchObject({ state: 'duplicate', mergedInto: into.number });

    const [regrouping] = (await muster.call(ED_EDITOR, 'listRegroupings', { params: { number: into.number } })).body.items;
    expect((await muster.call(ED_EDITOR, 'undoRegrouping', { params: { id: regrouping?.id ?? '' }, body: { reason: 'they were two' } })).status).toBe(200);
    expect([await incident(from.number), await incident(into.number)]).toMatchObject([
      { state: from.state, identifiedAt: from.identifiedAt, mitigatedAt: from.mitigatedAt }, { state: 'declared', acknowledgedAt: null, identifiedAt: null },
    ]);
  }
});

test('what fires later for the merged one joins the one that goes on', async () => {
  const survivor = await candidate();
  const merged = await candidate();
  await merge(merged.number, survivor.number);

  await alert(merged.service, 'HighLatency');

  await eventually(() => incident(survivor.number), (now) => now.alertsTotal === 3);
  expect(await incident(merged.number)).toMatchObject({ alertsTotal: 0, state: 'duplicate' });
  const list = await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: merged.service } });
  expect(list.body.items.map((item) => item.number)).toEqual([survivor.number]);
});

test('commands on a merged incident are refused and say where to act', async () => {
  const survivor = await candidate();
  const merged = await candidate();
  await merge(merged.number, survivor.number);
  const params = { number: merged.number };
  const version = { 'If-Match': `"${(await incident(merged.number)).version}"` };

  const refused = [
    await muster.call(ED_EDITOR, 'promoteIncident', { params, body: {} }),
    await muster.call(ED_EDITOR, 'editIncident', { params, body: { title: 'A better title' } }, version),
    await muster.call(ED_EDITOR, 'setIncidentSeverity', { params, body: { severity: 'sev1', reason: 'all are hurt' } }, version),
    await muster.call(ED_EDITOR, 'assignCommander', { params, body: { commander: null } }, version),
    await merge(merged.number, survivor.number),
    await merge(survivor.number, merged.number),
  ];

  for (const answer of refused) {
    expect([answer.status, answer.problem.detail]).toEqual([409, expect.stringContaining(`merged into ${survivor.key}`)]);
    expect(answer.problem.extra).toMatchObject({ mergedInto: survivor.number });
  }
});

test('what makes no sense is refused: into itself, into nothing, into what is over, an active one into a candidate', async () => {
  const first = await candidate();
  const active = await candidate();
  await muster.call(ED_EDITOR, 'promoteIncident', { params: { number: active.number }, body: {} });
  const over = await candidate();
  await muster.call(ED_EDITOR, 'rejectIncident', { params: { number: over.number }, body: { reason: 'a test of the network' } });

  expect(await merge(first.number, first.number)).toMatchObject({ status: 400, problem: { errors: [{ field: 'body.into' }] } });
  expect(await merge(first.number, 999_999)).toMatchObject({ status: 404 });
  expect(await merge(first.number, over.number)).toMatchObject({ status: 409, problem: { detail: expect.stringContaining('rejected') } });
  expect(await merge(active.number, first.number)).toMatchObject({ status: 409, problem: { detail: expect.stringContaining(`merge it into ${active.key}`) } });
});

test('two people who merge the same pair in opposite directions at once: one merge happens, and one incident goes on', async () => {
  for (let round = 0; round < 5; round += 1) {
    const one = await candidate();
    const two = await candidate();

    const answers = await Promise.all([merge(one.number, two.number), merge(two.number, one.number, EVA_EDITOR)]);

    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const states = [await incident(one.number), await incident(two.number)];
    expect(states.map((now) => now.state).sort()).toEqual(['candidate', 'duplicate']);
    expect(states.map((now) => now.alertsTotal).sort()).toEqual([0, 2]);
  }
});

test('a chain of merges ends at the last one, with all alerts', async () => {
  const [one, two, three] = [await candidate(), await candidate(), await candidate()];
  await merge(one.number, two.number);
  await merge(two.number, three.number);

  expect(await incident(three.number)).toMatchObject({ alertsTotal: 3 });
  const way: number[] = [one.number];
  for (let at: number | null = one.number; at !== null; ) {
    at = (await incident(at)).mergedInto;
    if (at !== null) way.push(at);
  }
  expect(way.at(-1)).toBe(three.number);
});

test('a revised note shows its newest wording and keeps the earlier ones; the log keeps all of them', async () => {
  const { number } = await candidate();
  const note = await muster.call(ED_EDITOR, 'addNote', { params: { number }, body: { text: 'the disk is full' } });
  const revise = (text: string, seen: string | null, user = ED_EDITOR) =>
    muster.call(user, 'reviseNote', { params: { number, position: note.body.position }, body: { text } }, { 'If-Match': seen ?? '' });
  const first = await revise('the disk is nearly full', note.headers.get('etag'));
  const late = await revise('the disk is full of logs', note.headers.get('etag'));
  const revised = await revise('the disk of payments-db is nearly full', first.headers.get('etag'));

  expect([note.headers.get('etag'), first.headers.get('etag'), revised.headers.get('etag')]).toEqual(['"1"', '"2"', '"3"']);
  expect(late).toMatchObject({ status: 412, problem: { detail: expect.stringContaining('revised since you looked'), extra: { currentVersion: 2 } } });

  expect(revised).toMatchObject({ status: 200, body: { position: note.body.position, text: 'the disk of payments-db is nearly full', actor: { name: 'Ed Editor' } } });
  const timeline = await muster.call(VERA_VIEWER, 'listTimeline', { params: { number }, query: { kind: 'notes' } });
  expect(timeline.body.items).toHaveLength(1);
  expect(timeline.body.items[0]?.version).toBe(3);
  expect(timeline.body.items[0]?.revisions.map((wording) => wording.text)).toEqual(['the disk is full', 'the disk is nearly full']);
  const audit = await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'incident.note_revised' } });
  expect(audit.body.items.filter((event) => event.incident === number)).toHaveLength(2);

  expect(await revise('somebody else\'s words', '"3"', EVA_EDITOR)).toMatchObject({ status: 409, problem: { detail: expect.stringContaining('only its author') } });
  expect(await muster.call(ED_EDITOR, 'reviseNote', { params: { number, position: '999999' }, body: { text: 'of nothing' } }, { 'If-Match': '"1"' })).toMatchObject({ status: 404 });
  expect(await revise('   ', '"3"')).toMatchObject({ status: 400, problem: { errors: [{ field: 'body.text' }] } });
});
