/** Templates, conditions and inputs: an unknown name is a fault, and what is filled in is escaped as asked. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { runbookInput, type JsonValue } from '#contract';
import { AppError } from '../../../platform/errors.ts';
import { evaluate, fillIn, fillStep, holds } from './fillIn.ts';
import { resolveInputs } from './inputs.ts';
import { incidentScope } from './scope.ts';

const SCOPE = { inputs: { host: "a'b c", port: 80, tags: ['x', 'y z'], nothing: null }, steps: { check: { output: { items: [{ name: 'first' }], 'odd-key': 1 } } } };
const fill = (text: string): string => fillIn(text, SCOPE, (name) => `secret of ${name}`);

test.each([
  ['http://{{inputs.host | url}}:{{ inputs.port }}/', 'http://a\'b%20c:80/'],
  ['{"host": {{ inputs.host | json }}, "tags": {{ inputs.tags | json }}}', '{"host": "a\'b c", "tags": ["x","y z"]}'],
  ['rm {{ inputs.host | shell }} {{ inputs.tags | shell }}', "rm 'a'\\''b c' 'x' 'y z'"],
  ['{{ inputs.tags }}', 'x, y z'],
  ['{{ steps.check.output.items[0].name }} {{ steps.check.output["odd-key"] }}', 'first 1'],
  ['Bearer {{ secrets.token }}', 'Bearer secret of token'],
  ['{{ "{{" }} inputs.host }}', '{{ inputs.host }}'],
])('%s', (template, expected) => {
  expect(fill(template)).toBe(expected);
});

test.each([
  ['{{ inputs.hots }}', 'inputs.hots is not known'],
  ['{{ steps.check.output.items[3].name }}', 'steps.check.output.items[3] is not known'],
  ['{{ inputs.nothing }}', 'inputs.nothing has no value'],
  ['{{ steps.check.output }}', 'is an object'],
  ['{{ inputs.host', 'is not closed'],
  ['{{ inputs.port + 1 }}', 'is not a name'],
  ['{{ inputs.constructor }}', 'is not known'],
  ['{{ inputs.host.length }}', 'is not known'],
])('%s is a fault, never an empty text', (template, words) => {
  expect(() => fill(template)).toThrow(words);
});

test('templates are filled in wherever they stand; expressions and scripts stay', () => {
  expect(fillIn({ a: ['{{ inputs.port }}', 1, true, null], b: { c: '{{ inputs.port }}' } }, SCOPE, String)).toEqual({ a: ['80', 1, true, null], b: { c: '80' } });
  expect(fillStep({ kind: 'script', with: { code: 'return {{}}', memoryMb: 16 } }, SCOPE, String)).toEqual({ code: 'return {{}}', memoryMb: 16 });
});

test('whatever is quoted for a shell is one word for it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }).filter((text) => !text.includes('\0')), (host) => {
    const command = fillIn('printf %s {{ inputs.host | shell }}', { inputs: { host } }, String);
    expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(host);
  }), { numRuns: 25 });
});

test('whatever is escaped for JSON or an address comes out again', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (host) => {
    expect(JSON.parse(fillIn('[{{ inputs.host | json }}]', { inputs: { host } }, String))).toEqual([host]);
    expect(decodeURIComponent(fillIn('{{ inputs.host | url }}', { inputs: { host } }, String))).toBe(host);
  }));
});

test('conditions hold or fail, and say so', () => {
  expect(holds('inputs.port > 70 && inputs.tags.exists(tag, tag == "x")', SCOPE)).toBe(true);
  expect(() => holds('inputs.port', SCOPE)).toThrow('gives 80');
  expect(() => holds('inputs.hots == 1', SCOPE)).toThrow('hots');
  expect(evaluate('size(inputs.tags)', SCOPE)).toBe(2);
});

describe('inputs', () => {
  const inputs = [
    { name: 'host', type: 'string', pattern: '[a-z-]+', from: 'incident.primaryService', default: 'none' }, { name: 'count', type: 'number', min: 1, max: 5, default: 2 },
    { name: 'dry', type: 'boolean', default: false }, { name: 'zone', type: 'choice', choices: ['a', 'b'] }, { name: 'hosts', type: 'list', required: false },
  ].map((input) => runbookInput.parse(input));
  const scope = incidentScope({ number: 7, title: 'Down', state: 'declared', severity: 'sev1', services: ['cart'], primaryService: null, commander: null, url: null }, []);
  const resolve = (given: Record<string, JsonValue>): Record<string, JsonValue> => resolveInputs({ inputs }, given, scope);

  test('are given, or taken from the incident, or what is set out', () => {
    expect(resolve({ zone: 'a' })).toEqual({ host: 'cart', count: 2, dry: false, zone: 'a', hosts: null });
    expect(resolve({ zone: 'b', host: 'shop', count: '3', dry: 'true', hosts: 'x, y' })).toEqual({ host: 'shop', count: 3, dry: true, zone: 'b', hosts: ['x', 'y'] });
    expect(resolveInputs({ inputs }, { zone: 'a' }, incidentScope(null, []))).toMatchObject({ host: 'none' });
  });

  test('that are wrong are named', () => {
    let fault: unknown;
    try {
      resolve({ host: 'A b', count: 9, other: 1 });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(AppError);
    expect(fault).toMatchObject({
      fields: [
        { field: 'body.inputs.other', message: 'is not an input of this runbook' }, { field: 'body.inputs.host', message: 'must look like [a-z-]+' },
        { field: 'body.inputs.count', message: 'must be 5 or less' }, { field: 'body.inputs.zone', message: 'is needed' },
      ],
    });
  });
});

test('a scope knows the incident and what its alerts have alike', () => {
  const alert = { name: 'Down', service: 'cart', severity: 'sev1', state: 'firing' } as const;
  const scope = incidentScope(
    { number: 7, title: 'Down', state: 'declared', severity: 'sev1', services: ['cart'], primaryService: 'cart', commander: 'ana', url: 'https://x/7' },
    [{ ...alert, labels: { namespace: 'shop', pod: 'a' } }, { ...alert, labels: { namespace: 'shop', pod: 'b' } }, { ...alert, state: 'resolved', labels: {} }],
  );
  expect(scope['incident']).toMatchObject({ key: 'INC-7', labels: { namespace: 'shop' }, primaryService: 'cart' });
  expect(holds('alerts.exists(a, a.labels.pod == "b") && "cart" in services && incident.severity == "sev1"', scope)).toBe(true);
});
