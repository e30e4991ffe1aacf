/** cap 69: events start runs, each exactly once, within all bounds, and say what became of it. */
import { conflictError } from '../../../platform/errors.ts';
import { eventually } from '../../../../tests/harness/app.ts';
import { askedBy, ORG, OTHER_ORG, startAutomationStage, type AutomationStage } from './automation.testkit.ts';

let stage: AutomationStage;
beforeEach(async () => {
  stage = await startAutomationStage();
});
afterEach(() => stage.close());

const STEP = 'steps: [{ id: a, kind: wait, with: { for: 1s } }]';
const run = (on: string, more = ''): string => `policy: { automation: run }\ntriggers: [{ on: ${on}${more} }]\n${STEP}`;
const declared = (number: number): Promise<string> => stage.happens('incident.declared', number, { to: 'declared' });
const onlyOf = async (): Promise<string[]> => (await stage.started()).map(({ runbook, incident }) => `${runbook} ${incident}`);

test('two replicas that look at once, over and over, start one run for each event; looking again from the beginning starts none', async () => {
  stage.publish('a', run('declared'));
  stage.publish('b', run('declared'));
  const replicas = [stage.automation, stage.another(), stage.another()];
  for (let number = 1; number <= 12; number += 1) {
    await stage.incident(number);
    await declared(number);
    if (number % 3 === 0) await Promise.all(replicas.map((one) => one.watch.look(ORG)));
  }
  await Promise.all(replicas.map((one) => one.watch.look(ORG)));
  await stage.look();
  const once = Array.from({ length: 12 }, (_, index) => [`a ${index + 1}`, `b ${index + 1}`]).flat();
  expect((await onlyOf()).sort()).toEqual(once.sort());

  // Were the cursor lost, the unique key would still stand.
  await stage.database.db.query('update trigger_cursors set position = 0');
  await stage.look();
  expect(await onlyOf()).toHaveLength(24);
});

test('a connection that dies while a run is being started leaves nothing behind; another replica starts it, once', async () => {
  stage.publish('a', run('declared'));
  stage.publish('b', run('declared'));
  await stage.incident(1);
  await declared(1);
  let deaths = 0;
  stage.onStart = async (tx, { runbook }) => {
    // The first one has been started by then.
    if (runbook === 'b' && deaths++ < 2) await tx.query('select pg_terminate_backend(pg_backend_pid())');
  };
  await expect(stage.look()).rejects.toThrow();
  expect([await stage.started(), await stage.records()]).toEqual([[], []]);
  await expect(stage.another().watch.look(ORG)).rejects.toThrow();

  await stage.another().watch.look(ORG);
  await stage.look();

  expect(await onlyOf()).toEqual(['a 1', 'b 1']);
});

test('what happened before a runbook was published starts nothing, also when the reader comes to it later; a new version makes no difference', async () => {
  stage.publish('old', run('declared'));
  await stage.incident(1);
  stage.clock.advance(1_000);
  await declared(1);
  stage.clock.advance(1_000);
  stage.publish('new', run('declared'));
  stage.publish('new-timer', `policy: { automation: run }\ntriggers: [{ on: timer, after: 1m }]\n${STEP}`);
  stage.publish('old', run('declared', ', when: "true"'));
  await stage.look();
  stage.clock.advance(120_000);
  await stage.look();

  expect(await onlyOf()).toEqual(['old 1']);
});

test('a condition over incident, services and event decides; inputs are filled in from them; what cannot be answered or made is on record', async () => {
  stage.publish('fits', `inputs: [{ name: service, type: string }, { name: was, type: string }]\n${run('state_changed', ', when: \'incident.severity == "sev2" && "checkout" in services && event.to == "mitigating"\', inputs: { service: "{{ incident.primaryService }}", was: "{{ event.from }}" }')}`);
  stage.publish('not', run('state_changed', ', when: \'event.to == "resolved"\''));
  stage.publish('unanswerable', run('state_changed', `, when: 'alerts[0].name == "x"'`));
  stage.publish('lacks', `inputs: [{ name: host, type: string }]\n${run('state_changed')}`);
  stage.publish('elsewhere', run('state_changed'), { services: ['search'] });
  await stage.incident(1, { state: 'mitigating' });
  await stage.happens('incident.mitigation_started', 1, { from: 'identified', to: 'mitigating' });
  await stage.look();

  expect(await stage.started()).toEqual([{ runbook: 'fits', incident: 1, needsApproval: null, inputs: { service: 'checkout', was: 'identified' } }]);
  expect(await stage.records()).toEqual([
    'fits: started, the state changed; the runbook says so', 'lacks: failed, its inputs cannot be made: input host is needed', expect.stringMatching(/^unanswerable: failed, its condition cannot be answered: /),
  ]);
  expect(await stage.told()).toEqual([{ type: 'automation.held_back', incident: 1, data: { runbook: 'lacks', title: 'lacks', on: 'state_changed', reason: 'its inputs cannot be made: input host is needed', failed: true } }]);
});

test('levels and their bounds: by severity, by the organisation, outside hours; each says what held it', async () => {
  const policy = (text: string): string => `policy: { ${text} }\ntriggers: [{ on: declared }]\n${STEP}`;
  stage.publish('approve', policy('automation: approve, approvalRole: manager'));
  stage.publish('by-severity', policy('automation: suggest, bySeverity: { sev2: run }'));
  stage.publish('hours', policy('automation: run, hours: { zone: UTC, days: [mon], from: "12:00", to: "13:00", outside: approve }'));
  stage.publish('suggest', policy('automation: suggest'));
  await stage.incident(1);
  await declared(1);
  await stage.look();
  expect(await stage.records()).toEqual([
    'approve: waits_for_approval, the incident was declared; the runbook says so; a manager approves it first', 'by-severity: started, the incident was declared; the runbook says so for SEV2',
    'hours: waits_for_approval, the incident was declared; it is outside the hours of the runbook; a commander approves it first', 'suggest: suggested, the runbook says so',
  ]);
  expect((await stage.started()).map(({ needsApproval }) => needsApproval)).toEqual(['manager', null, 'commander']);

  const most = { sev1: 'run', sev2: 'suggest', sev3: 'run', sev4: 'run', sev5: 'run' } as const;
  await stage.automation.handlers.putAutomation({ params: undefined, query: undefined, body: { maxTargetsPerHour: null, notifyUrl: null, pageUrl: null, ticketUrl: null, most } }, askedBy('ada', { ifMatch: 1 }));
  await declared(1);
  await stage.look();
  expect((await stage.records()).slice(4)).toEqual(['approve', 'by-severity', 'hours'].map((id) => `${id}: suggested, the organisation allows no more for SEV2`).concat('suggest: suggested, the runbook says so'));
});

test('the same reason is told once on the timeline, and is on record each time', async () => {
  stage.publish('a', `policy: { automation: suggest }\ntriggers: [{ on: severity_raised }]\n${STEP}`);
  await stage.incident(1);
  for (const [from, to] of [['sev3', 'sev2'], ['sev2', 'sev1']]) await stage.happens('incident.severity_changed', 1, { from, to });
  await stage.look();
  expect(await stage.records()).toHaveLength(2);
  expect((await stage.told()).map(({ type }) => type)).toEqual(['automation.suggested']);
});

test('no more targets than allowed are touched in an hour; what is older than that frees its room', async () => {
  stage.publish('a', `policy: { automation: run }\ntriggers: [{ on: declared }]\nsteps: [{ id: a, kind: wait, targets: 8, with: { for: 1s } }]`);
  for (const number of [1, 2, 3]) {
    await stage.incident(number);
    await declared(number);
  }
  await stage.look();
  // 20 unless somebody sets it: 8 + 8, and 8 more would be too many.
  expect(await onlyOf()).toEqual(['a 1', 'a 2']);
  expect((await stage.records())[2]).toBe('a: held_back, it would touch 8 targets, with 16 touched in the last hour and 20 allowed');

  stage.clock.advance(3_600_000);
  await declared(3);
  await stage.look();
  expect(await onlyOf()).toEqual(['a 1', 'a 2', 'a 3']);
});

test('a freeze waits for what is being started at this moment, and lets nothing start after it', async () => {
  stage.publish('a', run('declared'));
  await stage.incident(1);
  await declared(1);
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let starting = false;
  stage.onStart = async () => {
    starting = true;
    await gate;
  };
  const looking = stage.look();
  await eventually(async () => starting, (is) => is);
  let frozen = false;
  const freezing = stage.automation.handlers.freezeAutomation({ params: undefined, query: undefined, body: { reason: 'a migration' } }, askedBy('ada')).then((answer) => {
    frozen = true;
    return answer;
  });
  await eventually(() => stage.database.db.query(`select 1 from pg_stat_activity as p where p.datname = current_database() and p.wait_event_type = 'Lock'`), (rows) => rows.length > 0);
  expect(frozen).toBe(false);
  release();
  await looking;
  expect((await freezing).frozen).toMatchObject({ by: { name: 'Ada' }, reason: 'a migration' });
  await declared(1);
  await stage.look();

  expect(await stage.records()).toEqual(['a: started, the incident was declared; the runbook says so', 'a: suggested, automation is frozen by Ada: a migration']);
  expect(await onlyOf()).toEqual(['a 1']);
});

test('one that cannot be started takes no other one with it; a limit that says no holds it back', async () => {
  stage.publish('a', run('declared'));
  stage.publish('b', run('declared'));
  stage.publish('c', run('declared'));
  stage.onStart = async (tx, { runbook }) => {
    if (runbook === 'a') throw conflictError('“a” runs already');
    if (runbook === 'b') await tx.query('select 1 / 0');
  };
  await stage.incident(1);
  await declared(1);
  await stage.look();
  expect(await stage.records()).toEqual([
    'a: held_back, “a” runs already', 'b: failed, it could not be started; the log of the service says more', 'c: started, the incident was declared; the runbook says so',
  ]);
});

test('an event on which nothing can be done is passed over after five tries, and a timer is given up; what is behind them is done', async () => {
  stage.publish('bad', run('declared'));
  stage.publish('timed-bad', `policy: { automation: run }\ntriggers: [{ on: timer, after: 1m }]\n${STEP}`);
  stage.publish('timed-good', `policy: { automation: run }\ntriggers: [{ on: timer, after: 1m }]\n${STEP}`);
  await stage.incident(1);
  await stage.incident(2);
  await stage.happens('incident.declared', 2, { to: 'declared' });
  const breaking = (broken: string): void => {
    stage.onStart = async (tx, { runbook, incident }) => {
      if (`${runbook} ${incident}` === broken) await tx.query('select pg_terminate_backend(pg_backend_pid())');
    };
  };
  await stage.look();
  breaking('bad 1');
  await declared(1);
  await declared(2);
  for (let tries = 1; tries < 5; tries += 1) await expect(stage.look()).rejects.toThrow();
  await stage.look();
  expect(await onlyOf()).toEqual(['bad 2', 'bad 2']);

  breaking('timed-bad 2');
  stage.clock.advance(60_000);
  for (let tries = 1; tries < 10; tries += 1) await stage.look().catch(() => undefined);
  expect((await onlyOf()).filter((one) => one.startsWith('timed'))).toEqual(['timed-good 2', 'timed-good 2']);
});

test('events of an incident that was merged meanwhile are acted on for the one that goes on, whose end stops all their timers', async () => {
  stage.publish('a', run('declared'));
  stage.publish('later', `policy: { automation: run }\ntriggers: [{ on: timer, after: 10m }]\n${STEP}`);
  await stage.incident(1);
  await stage.incident(2);
  await declared(1);
  await stage.merge(1, 2);
  await stage.look();
  expect(await onlyOf()).toEqual(['a 2']);

  stage.clock.advance(600_000);
  await stage.look();
  expect(await onlyOf()).toEqual(['a 2', 'later 2']);

  await stage.incident(3);
  await declared(3);
  await stage.look();
  await stage.merge(3, 2);
  await stage.happens('incident.resolved', 2, { from: 'declared', to: 'resolved' });
  await stage.look();
  stage.clock.advance(600_000);
  await stage.look();
  expect(await onlyOf()).toEqual(['a 2', 'later 2', 'a 3']);
});

test('two that were declared and merged ring once', async () => {
  stage.publish('later', `policy: { automation: run }\ntriggers: [{ on: timer, after: 10m }]\n${STEP}`);
  for (const number of [1, 2]) {
    await stage.incident(number);
    await declared(number);
  }
  await stage.look();
  await stage.merge(1, 2);
  stage.clock.advance(600_000);
  await stage.look();
  expect(await onlyOf()).toEqual(['later 2']);
});

test('a timer whose trigger was taken out, or whose runbook is out of use, rings no more', async () => {
  stage.publish('out', `policy: { automation: run }\ntriggers: [{ on: timer, after: 10m }]\n${STEP}`);
  stage.publish('changed', `policy: { automation: run }\ntriggers: [{ on: timer, after: 10m }]\n${STEP}`);
  await stage.incident(1);
  await declared(1);
  await stage.look();
  stage.retire('out');
  stage.publish('changed', run('declared'));
  stage.clock.advance(600_000);
  await stage.look();
  expect(await onlyOf()).toEqual([]);
});

const FORECAST = {
  id: '7', detector: '4', name: 'Disk full', service: 'payments-db', labels: { mountpoint: '/data' }, limit: 95, side: 'above', value: 88.2, minutes: 190, earliest: '2026-03-02T12:40:00.000Z', at: '2026-03-02T13:10:00.000Z',
  latest: '2026-03-02T14:05:00.000Z',
};

test('caps 113, 114: a warning starts what is attached to it once, also with replicas and when read again, with inputs of it; conditions and services refuse', async () => {
  const inputs = 'inputs: [{ name: mountpoint, type: string }, { name: service, type: string }]';
  const triggers = (when: string): string => `triggers:\n  - { on: forecast, when: '${when}', inputs: { mountpoint: "{{ event.data.labels.mountpoint }}", service: "{{ event.data.service }}" } }\n  - { on: forecast, inputs: { mountpoint: none, service: none } }`;
  stage.publish('clean', `${inputs}\npolicy: { automation: run }\n${triggers('event.data.minutes < 240 && event.data.labels.mountpoint == "/data"')}\n${STEP}`, { services: ['payments-db'] });
  stage.publish('ask', `policy: { automation: approve }\ntriggers: [{ on: forecast }]\n${STEP}`);
  stage.publish('elsewhere', `policy: { automation: run }\ntriggers: [{ on: forecast }]\n${STEP}`, { services: ['search'] });
  stage.publish('late', `policy: { automation: run }\ntriggers: [{ on: forecast, when: 'event.data.minutes < 60' }]\n${STEP}`);
  stage.publish('show', `policy: { automation: suggest }\ntriggers: [{ on: prediction, when: 'event.data.probability > 0.3' }]\n${STEP}`);
  await stage.happens('forecast.warned', null, FORECAST);
  await stage.happens('prediction.warned', null, { id: '3', service: 'payments-db', probability: 0.4, until: '2026-03-02T10:45:00.000Z' });
  await Promise.all([stage.automation, stage.another()].map((one) => one.watch.look(ORG)));
  await stage.database.db.query('update trigger_cursors set position = 0');
  await stage.look();

  expect((await stage.started()).sort((a, b) => (a.runbook < b.runbook ? -1 : 1))).toEqual([
    { runbook: 'ask', incident: null, needsApproval: 'commander', inputs: {} }, { runbook: 'clean', incident: null, needsApproval: null, inputs: { mountpoint: '/data', service: 'payments-db' } },
  ]);
  expect(await stage.told()).toEqual([{ type: 'automation.suggested', incident: null, data: { runbook: 'show', title: 'show', on: 'prediction', reason: 'the runbook says so', failed: false, happened: 'payments-db may break soon: 40 % likely' } }]);
  const { caller } = askedBy('ada');
  const shown = await stage.automation.attachedOf(caller, 'forecast', ['7', '8']);
  expect(shown.get('8')).toBeUndefined();
  expect(shown.get('7')).toEqual([
    expect.objectContaining({ runbook: 'ask', level: 'approve', outcome: 'waits_for_approval' }),
    expect.objectContaining({ runbook: 'clean', level: 'run', outcome: 'started', reason: '“Disk full” is forecast to be above 95 in about 3 h 10 min; the runbook says so', mayStart: false, whyNot: null }),
  ]);
  expect((await stage.automation.attachedOf(askedBy('vera').caller, 'prediction', ['3'])).get('3')).toEqual([
    expect.objectContaining({ runbook: 'show', level: 'suggest', outcome: 'suggested', run: null, mayStart: false, whyNot: 'takes the role responder or a higher one' }),
  ]);
  expect((await stage.automation.attachedOf(askedBy('ada', { org: OTHER_ORG }).caller, 'prediction', ['3'])).size).toBe(0);
});

test('caps 113, 114: nothing starts of what is over, or while the last run for the same series is younger than the cooldown', async () => {
  stage.publish('clean', run('forecast', ', cooldown: 6h'));
  const warned = (change: object): Promise<string> => stage.happens('forecast.warned', null, { ...FORECAST, latest: null, ...change });
  await warned({});
  await warned({ id: '8' });
  await warned({ id: '9', labels: { mountpoint: '/' } });
  await warned({ id: '10', labels: { mountpoint: '/old' }, latest: '2026-03-02T09:59:00.000Z' });
  await stage.look();
  stage.clock.advance(6 * 3_600_000 + 1);
  await warned({ id: '11' });
  await stage.look();
  const words = '“Disk full” is forecast to be above 95 in about 3 h 10 min; the runbook says so';
  expect(await stage.records()).toEqual([
    `clean: started, ${words}`, 'clean: held_back, run 1 came of the same less than 6h ago', `clean: started, ${words}`, 'clean: held_back, its time was over when it was looked at', `clean: started, ${words}`,
  ]);
});
