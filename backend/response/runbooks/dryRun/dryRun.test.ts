/** Cap 72: a dry run fills in every template, shows every request, and sends nothing. */
import { createServer } from 'node:http';
import { Socket } from 'node:net';
import { jest } from '@jest/globals';
import { LEAF_KINDS, type DryRun, type JsonValue } from '#contract';
import { incidentScope, parseRunbook } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { playRunbook } from './dryRun.ts';
import { createTestKinds } from './handlers.testkit.ts';

const kinds = createTestKinds();
afterAll(() => kinds.close());

const KNOWN = incidentScope(
  { number: 7, title: 'Cart is down', state: 'declared', severity: 'sev1', services: ['cart'], primaryService: 'cart', commander: 'ada', url: 'https://x/7' },
  [{ name: 'CartDown', service: 'cart', severity: 'sev1', state: 'firing', labels: { namespace: 'shop' } }],
);

function play(steps: string, more: { inputs?: Record<string, JsonValue>; outputs?: Record<string, JsonValue>; known?: Scope } = {}): DryRun {
  const { document, findings } = parseRunbook(`apiVersion: muster/v1
kind: Runbook
metadata: { id: play, title: Play }
inputs: [{ name: host, type: string, from: incident.primaryService, default: a b }]
steps:
${steps}`);
  if (document === null) throw new Error(JSON.stringify(findings));
  return playRunbook({ document, findings, inputs: more.inputs ?? {}, outputs: more.outputs ?? {}, known: more.known ?? KNOWN }, kinds.preview);
}

const outcomes = (run: DryRun): string[] => run.steps.map(({ path, outcome }) => `${path} ${outcome}`);

const EVERY_KIND = `
  - { id: task, kind: task, with: { title: "Look at {{ inputs.host }}" } }
  - { id: manual, kind: manual, with: { instruction: "Look" } }
  - { id: approval, kind: approval, with: { question: "Go on?" } }
  - { id: http, kind: http, timeout: 5s, undo: { kind: http, with: { url: "http://127.0.0.1:PORT/undo", method: POST } }, with: { url: "http://127.0.0.1:PORT/{{ inputs.host | url }}", method: POST, headers: { Authorization: "Bearer {{ secrets.token }}" }, body: '{"host": {{ inputs.host | json }}}' } }
  - { id: grafana, kind: grafanaQuery, with: { datasource: prom, query: { expr: up } } }
  - { id: promql, kind: promql, with: { url: "http://127.0.0.1:PORT", expr: 'up{job="{{ inputs.host }}"}', fail: { is: below, value: 1 } } }
  - { id: script, kind: script, with: { code: "return fetch('http://127.0.0.1:PORT')" } }
  - { id: command, kind: command, timeout: 5s, with: { agent: demo, command: restart, args: { service: "{{ inputs.host }}" } } }
  - { id: kubernetes, kind: kubernetes, with: { agent: demo, action: rolloutRestart, namespace: shop, target: "deployment/{{ inputs.host }}" } }
  - { id: wait, kind: wait, with: { for: 1d } }
  - { id: waitUntil, kind: waitUntil, with: { condition: 'alerts.all(a, a.state == "resolved")' } }
  - { id: sub, kind: subRunbook, with: { runbook: other } }
  - { id: notify, kind: notify, with: { to: team, message: "{{ incident.key }}" } }
  - { id: page, kind: page, with: { to: team, message: "{{ incident.title }}" } }
  - { id: ticket, kind: ticket, with: { title: "{{ incident.title }}" } }
  - { id: statusUpdate, kind: statusUpdate, with: { text: "{{ steps.http.output.status }}" } }
  - { id: annotate, kind: annotate, with: { text: here } }
  - { id: silence, kind: silence, with: { matchers: [{ name: service, value: "{{ inputs.host }}" }], for: 1h, comment: planned } }
  - { id: setField, kind: setField, with: { field: severity, value: sev2 } }
  - { id: declare, kind: declare, with: { title: Other } }
`;

test('cap 72: with every kind of step, no socket of the process connects anywhere', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connect = jest.spyOn(Socket.prototype, 'connect');
  try {
    const run = play(EVERY_KIND.replaceAll('PORT', String(port)));
    // What would be sent without being waited for has its turn.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    expect(new Set(run.steps.map(({ kind }) => kind))).toEqual(new Set(LEAF_KINDS));
    expect(run.steps.filter(({ outcome }) => outcome === 'fault')).toEqual([]);
    expect([connect.mock.calls.length, requests]).toEqual([0, 0]);
    // The watch does see a call: this one.
    await fetch(`http://127.0.0.1:${port}`);
    expect([connect.mock.calls.length > 0, requests]).toEqual([true, 1]);
  } finally {
    connect.mockRestore();
    server.closeAllConnections();
    server.close();
  }
});

test('every request is shown as it would go, with secrets masked', () => {
  const run = play(EVERY_KIND.replaceAll('PORT', '9'), { inputs: { host: 'a b' } });
  const http = run.steps.find(({ path }) => path === 'http');
  expect(http?.requests).toEqual([expect.objectContaining({ to: 'http://127.0.0.1:9/a%20b', method: 'POST', headers: expect.objectContaining({ Authorization: 'Bearer ••••' }), body: '{"host": "a b"}' })]);
  expect(http?.text).toContain('Taken back by: Calls POST http://127.0.0.1:9/undo');
  expect(run.steps.find(({ path }) => path === 'command')?.requests[0]?.body).toBe('{"service":"a b"}');
  expect(run.ok).toBe(true);
});

test('it goes the way that a run would: conditions, cases, lanes, loops, with outputs that are given', () => {
  const steps = `
  - { id: skipped, kind: wait, when: inputs.host == "x", with: { for: 1m } }
  - { id: check, kind: promql, with: { url: "http://p", expr: up } }
  - id: way
    kind: branch
    cases:
      - if: steps.check.output.value > 10
        steps: [{ id: many, kind: wait, with: { for: 1m } }]
    otherwise: [{ id: few, kind: wait, with: { for: 2m } }]
  - id: both
    kind: parallel
    lanes:
      - { name: left, steps: [{ id: l, kind: wait, with: { for: 1m } }] }
      - { name: right, steps: [{ id: r, kind: wait, with: { for: 1m } }] }
  - id: each
    kind: forEach
    items: '["a", "b"]'
    as: item
    steps: [{ id: one, kind: promql, with: { url: "http://{{ item }}", expr: up } }]
  - { id: last, kind: statusUpdate, when: 'size(steps.each.output) == 2 && steps.each.output[0].one.value == 1 && steps.skipped.state == "skipped"', with: { text: "{{ steps.check.output.value }}" } }
`;
  expect(outcomes(play(steps))).toEqual([
    'skipped would_skip', 'check would_run', 'way would_run', 'way/few would_wait', 'both would_run', 'both[left]/l would_wait', 'both[right]/r would_wait',
    'each would_run', 'each[0]/one would_run', 'each[1]/one would_run', 'last would_run',
  ]);
  const given = play(steps, { outputs: { check: { value: 11 } } });
  expect(outcomes(given)).toContain('way/many would_wait');
  expect(given.steps.at(-1)?.text).toContain('11');
});

test('what would fail is a fault, and the rest is shown all the same', () => {
  const run = play(`
  - { id: a, kind: statusUpdate, with: { text: "{{ steps.z.output.value }}" } }
`.replace('steps.z', 'incident.commander.name'), {});
  expect(run).toMatchObject({ ok: false, steps: [{ path: 'a', outcome: 'fault', text: expect.stringContaining('incident.commander.name is not known') }] });
  const more = play(`
  - { id: a, kind: promql, with: { url: "http://p", expr: up } }
  - { id: b, kind: statusUpdate, with: { text: "{{ steps.a.output.nothing }}" } }
  - { id: c, kind: wait, with: { for: "{{ inputs.host }}" } }
  - { id: d, kind: wait, when: steps.a.output.value, with: { for: 1m } }
  - { id: e, kind: wait, with: { for: 1m } }
`);
  expect(outcomes(more)).toEqual(['a would_run', 'b fault', 'c would_wait', 'd fault', 'e would_wait']);
  expect(play('  - { id: a, kind: statusUpdate, with: { text: "{{ incident.title }}" } }', { known: incidentScope(null, []) }).ok).toBe(false);
});

test('secrets are masked however they are escaped, and other runbooks have to be in use', () => {
  const escaped = play('  - { id: a, kind: http, timeout: 5s, with: { url: "http://x/?t={{ secrets.token | url }}" } }').steps[0];
  expect([escaped?.text, escaped?.requests[0]?.to]).toEqual(['Calls GET http://x/?t=••••', 'http://x/?t=••••']);
  const { document } = parseRunbook('apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: play, title: Play }\nsteps: [{ id: a, kind: subRunbook, with: { runbook: other } }]\n');
  if (document === null) throw new Error('no document');
  const run = playRunbook({ document, findings: [], inputs: {}, outputs: {}, known: KNOWN, missing: new Set(['other']) }, kinds.preview);
  expect(run).toMatchObject({ ok: false, steps: [{ outcome: 'fault', text: 'there is no runbook "other" in use' }] });
});

test('inputs that are wrong are named', () => {
  expect(() => play('  - { id: a, kind: wait, with: { for: 1m } }', { inputs: { other: 1 } })).toThrow('input other is not an input');
});
