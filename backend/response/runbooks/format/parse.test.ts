/** Cap 68: errors point at the line, and what is right is read. */
import fc from 'fast-check';
import { parseRunbook } from './parse.ts';
import { secretsUsed } from './fillIn.ts';

const HEAD = `apiVersion: muster/v1
kind: Runbook
metadata: { id: restart, title: Restart }
inputs:
  - { name: host, type: string, default: a-1 }
`;
const one = (steps: string): string => `${HEAD}steps:\n${steps}`;
const found = (source: string): string[] => parseRunbook(source).findings.map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`);

test('a runbook that is right is read with its defaults', () => {
  const { document, findings } = parseRunbook(one('  - { id: pause, kind: wait, with: { for: 5m } }\n'));
  expect(findings).toEqual([]);
  expect(document).toMatchObject({ policy: { automation: 'suggest', onFailure: 'undo' }, steps: [{ id: 'pause', continueOnError: false, with: { for: '5m' } }] });
});

test.each([
  ['an unknown key', one('  - { id: a, kind: wait, with: { for: 5m }, tiemout: 5m }\n'), '7:45 steps[0].tiemout: is not a known key'],
  ['a kind that is none', one('  - id: a\n    kind: sleep\n'), '8:5 steps[0].kind: "sleep" is not a kind of step'],
  ['a missing field', one('  - id: a\n    kind: http\n    with: {}\n'), '9:5 steps[0].with.url: is missing'],
  ['a wrong type', one('  - id: a\n    kind: wait\n    with: { for: [1] }\n'), '9:13 steps[0].with.for: must be a text'],
  ['a duration that is none', one('  - { id: a, kind: wait, timeout: 5 minutes, with: { for: 5m } }\n'), '7:26 steps[0].timeout: is a duration'],
  ['a duration that is too long', one('  - { id: a, kind: wait, with: { for: 400d } }\n'), '7:34 steps[0].with.for: must be 0s to 365d'],
  ['not YAML', 'apiVersion: [\n', '2:1 : '],
  ['nothing', '', '1:1 : a runbook is an object'],
  ['the same id twice', one('  - { id: a, kind: wait, with: { for: 5m } }\n  - { id: a, kind: wait, with: { for: 5m } }\n'), '8:7 steps[1].id: a step "a" is there already'],
  ['an unknown input', one('  - id: a\n    kind: statusUpdate\n    with:\n      text: |\n        First.\n        At {{ inputs.hots }}.\n'), '12:12 steps[0].with.text: there is no input "hots"; there is host'],
  ['a step that comes later', one('  - { id: a, kind: wait, when: steps.b.output > 1, with: { for: 5m } }\n  - { id: b, kind: wait, with: { for: 5m } }\n'), '7:32 steps[0].when: the step "b" does not come before'],
  ['a condition with a fault', one('  - id: a\n    kind: wait\n    when: "1 +"\n    with: { for: 5m }\n'), '9:15 steps[0].when: Unexpected token: EOF'],
  ['a condition that is none', one('  - { id: a, kind: wait, when: "size(services)", with: { for: 5m } }\n'), '7:26 steps[0].when: gives int, and true or false is needed'],
  ['a secret in a condition', one('  - { id: a, kind: wait, when: secrets.token == "a", with: { for: 5m } }\n'), '7:32 steps[0].when: secrets are filled in by the templates of steps that call out, and nowhere else'],
  ['a field that incidents lack', one('  - { id: a, kind: wait, when: incident.sevrity == "sev1", with: { for: 5m } }\n'), '7:32 steps[0].when: an incident has no "sevrity"'],
  ['an escape that is none', one('  - { id: a, kind: statusUpdate, with: { text: "{{ inputs.host | html }}" } }\n'), '7:49 steps[0].with.text: "html" is not known; use url, json, shell'],
  ['itself as sub-runbook', one('  - { id: a, kind: subRunbook, with: { runbook: restart } }\n'), '7:40 steps[0].with.runbook: a runbook cannot run itself'],
  ['the item of a loop that hides something', one('  - id: a\n    kind: forEach\n    items: "[1]"\n    as: inputs\n    steps:\n      - { id: b, kind: wait, with: { for: 5m } }\n'), '10:5 steps[0].as: "inputs" is known already'],
  ['a step of a loop from outside', one('  - id: a\n    kind: forEach\n    items: "[1]"\n    steps:\n      - { id: b, kind: wait, with: { for: 5m } }\n  - { id: c, kind: wait, when: steps.b.output, with: { for: 5m } }\n'), '12:32 steps[1].when: the step "b" does not come before'],
  ['a script that would be filled in', one('  - { id: a, kind: script, with: { code: "return \'{{ inputs.host }}\'" } }\n'), '7:51 steps[0].with.code: nothing is filled in within a script'],
  ['a scale without replicas', one('  - { id: a, kind: kubernetes, undo: { kind: wait, with: { for: 1s } }, with: { agent: k, action: scale, namespace: x, target: deployment/a } }\n'), '7:73 steps[0].with: scale needs replicas'],
  ['a default that does not fit', HEAD.replace('default: a-1', 'default: a-1, pattern: "[0-9]+"') + 'steps: [{ id: a, kind: wait, with: { for: 5m } }]\n', '5:33 inputs[0].default: must look like [0-9]+'],
])('cap 68: %s', (_name, source, expected) => {
  expect(found(source)[0]).toContain(expected);
  expect(parseRunbook(source).document).toBeNull();
});

test('what is known where: items of loops, the answer of a call, what was done before an undo', () => {
  expect(found(one(`  - id: each
    kind: forEach
    items: incident.services
    as: service
    steps:
      - id: call
        kind: http
        timeout: 10s
        retry: { times: 2, on: 'error.contains("503") && attempt < 3' }
        with: { url: "https://x/{{ service | url }}?t={{ secrets.token | url }}", expect: 'status == 200 && body.ok' }
      - { id: tell, kind: statusUpdate, with: { text: "{{ steps.call.output.status }} {{ run.id }}" } }
  - id: scale
    kind: kubernetes
    with: { agent: k, action: scale, namespace: x, target: deployment/a, replicas: 3 }
    undo: { kind: kubernetes, with: { agent: k, action: scale, namespace: x, target: deployment/a, replicas: "{{ steps.scale.output.before }}" } }
  - id: ways
    kind: branch
    cases: [{ if: "size(steps.each.output) > 1", steps: [{ id: inner, kind: wait, with: { for: 1s } }] }]
  - { id: last, kind: wait, when: has(steps.inner), with: { for: 1s } }
`))).toEqual([]);
});

test('warnings do not stand in the way', () => {
  const { document, findings } = parseRunbook(one('  - { id: a, kind: http, with: { url: "https://x", method: POST } }\n'));
  expect(document).not.toBeNull();
  expect(findings.map(({ level, message }) => [level, message.slice(0, 12)])).toEqual([['warning', 'has no undo:'], ['warning', 'has no timeo']]);
});

test('caps 113, 114: a trigger of what concerns no incident knows its event alone; steps that need an incident are warned of until one is declared', () => {
  const given = (trigger: string, steps: string): string => one(steps).replace('steps:', `triggers: [{ ${trigger} }]\nsteps:`);
  const said = (source: string): string[] => parseRunbook(source).findings.map(({ level, message }) => `${level}: ${message}`);
  const quiet = '  - { id: a, kind: wait, with: { for: 5m } }\n';
  expect(said(given('on: forecast, cooldown: 6h, when: "event.data.minutes < 240 && has(event.data.labels.disk)"', quiet))).toEqual([]);
  expect(said(given('on: prediction, when: "event.data.minutes < 240"', quiet))).toEqual(['error: event.data of prediction has no "minutes"; there is id, probability, service, until']);
  expect(said(given('on: anomaly, when: "incident.severity == \'sev1\'"', quiet))).toEqual(['error: what starts this concerns no incident; use event.data, and services']);
  expect(said(given('on: declared, cooldown: 6h', quiet))).toEqual(['error: is for anomaly, prediction and forecast alone']);
  expect(said(given('on: forecast, cooldown: 90d', quiet))).toEqual(['error: must be 1s to 30d']);
  const tell = (id: string, more = ''): string => `  - { id: ${id}, kind: statusUpdate${more}, with: { text: x } }\n`;
  const steps = `${tell('a')}${tell('b', ', when: incident != null')}  - { id: c, kind: declare, with: { title: x } }\n${tell('d')}`;
  expect(said(given('on: forecast', steps))).toEqual(['warning: fails in a run that the trigger forecast starts: it has no incident; give the step `when: incident != null`']);
  expect(said(given('on: declared', steps))).toEqual([]);
});

test('secrets are found wherever they stand', () => {
  const { document } = parseRunbook(one('  - id: a\n    kind: http\n    with: { url: "https://{{ secrets.host }}", headers: { Authorization: "Bearer {{ secrets.token }}" } }\n    undo: { kind: http, with: { url: "https://x/{{ secrets.host }}" } }\n'));
  expect(document === null ? null : secretsUsed(document)).toEqual(['host', 'token']);
});

test('whatever is given, there is an answer, with places in the text', () => {
  const whole = one('  - { id: a, kind: wait, when: "inputs.host == 1", with: { for: 5m } }\n');
  fc.assert(fc.property(fc.nat(whole.length), fc.nat(8), fc.string({ maxLength: 6 }), (at, length, put) => {
    const source = whole.slice(0, at) + put + whole.slice(at + length);
    const { document, findings } = parseRunbook(source);
    expect(document === null).toBe(findings.some(({ level }) => level === 'error'));
    const lines = source.split('\n');
    for (const { line, column } of findings) {
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    }
  }), { numRuns: 400, examples: [[182, 0, "'"]] });
  expect(parseRunbook(`a: ${'['.repeat(20_000)}`).document).toBeNull();
  expect(parseRunbook(`a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`).document).toBeNull();
});

test('five hundred steps are checked at once', () => {
  const steps = Array.from({ length: 500 }, (_, index) => `  - id: s${index}\n    kind: promql\n    when: ${index === 0 ? '"true"' : `steps.s${index - 1}.output.value > ${index}`}\n    with: { url: "http://p", expr: "up{job='{{ inputs.host }}'}" }\n`).join('');
  const begin = performance.now();
  expect(parseRunbook(one(steps)).findings).toEqual([]);
  expect(performance.now() - begin).toBeLessThan(15_000);
});
