/** cap 16, cap 17: labels from tables and patterns; what the sender wrote stays. */
import fc from 'fast-check';
import type { EnrichmentTable, ExtractionRule } from '#contract';
import { withinTime } from '../platform/expressions/timeLimit.ts';
import { compileDerivation, faultOfPattern, MAX_TEXT_CHARACTERS, PATTERN_BUDGET_MS, type DerivationInput, type DerivationWatch } from './derivation.ts';
import { readTableCsv } from './derivationRoutes.ts';

const NO_WATCH: DerivationWatch = { nowMs: () => 0, withinTime, onSlow: () => undefined };

function table(matchLabel: string, rows: EnrichmentTable['rows'], over: Partial<EnrichmentTable> = {}): EnrichmentTable {
  return { id: matchLabel, name: matchLabel, enabled: true, matchLabel, rows, updatedAt: '', version: 1, ...over };
}

function rule(from: ExtractionRule['from'], field: string, pattern: string, over: Partial<ExtractionRule> = {}): ExtractionRule {
  return { id: `${from}-${field}`, name: 'a rule', enabled: true, from, field, pattern, flaggedAt: null, flagReason: null, version: 1, ...over };
}

function input(labels: Record<string, string>, over: Partial<DerivationInput> = {}): DerivationInput {
  return { name: 'DiskFull', summary: '', labels, annotations: {}, ...over };
}

test('cap 16: a row adds its labels; raw ones win, and case does not matter', () => {
  const derivation = compileDerivation([table('host', { 'Node-1': { team: 'storage', rack: 'r1' } })], [], NO_WATCH);
  expect(derivation?.derive(input({ host: 'NODE-1' }))).toEqual({ team: 'storage', rack: 'r1' });
  expect(derivation?.derive(input({ host: 'node-1', team: 'web' }))).toEqual({ rack: 'r1' });
  expect(derivation?.derive(input({ host: 'node-2' }))).toBeNull();
  expect(derivation?.derive(input({}))).toBeNull();
});

test('cap 17: named groups become labels, and a table may go on from there', () => {
  const derivation = compileDerivation([table('host', { 'db-7': { service: 'payments-db' } })], [rule('summary', '', 'on (?P<host>[a-z]+-\\d+) of (?<site>\\w+)')], NO_WATCH);
  expect(derivation?.derive(input({}, { summary: 'Disk full on db-7 of paris' }))).toEqual({ host: 'db-7', site: 'paris', service: 'payments-db' });
  expect(derivation?.derive(input({}, { summary: 'nothing' }))).toBeNull();
  const byLabel = compileDerivation([], [rule('label', 'pod', '^(?P<service>[a-z-]+)-[0-9a-f]+-\\w+$'), rule('annotation', 'runbook', 'rb/(?P<book>\\w+)'), rule('name', '', '^(?P<area>Disk)')], NO_WATCH);
  expect(byLabel?.derive(input({ pod: 'checkout-5c9d7-x2k4p' }, { annotations: { runbook: 'https://x/rb/disk' } }))).toEqual({ service: 'checkout', book: 'disk', area: 'Disk' });
});

test('without tables and patterns, or with all of them off, there is nothing to call', () => {
  expect(compileDerivation([], [], NO_WATCH)).toBeNull();
  expect(compileDerivation([table('a', {}, { enabled: false })], [rule('name', '', '(?P<a>x)', { enabled: false }), rule('name', '', '(?P<a>x)', { flaggedAt: '2026-01-01T00:00:00Z' })], NO_WATCH)).toBeNull();
});

test('cap 17: a pattern over 50 ms is dropped, reported once, and not used again', () => {
  expect(PATTERN_BUDGET_MS).toBe(50);
  let nowMs = 0;
  const slow: string[] = [];
  const derivation = compileDerivation([], [rule('name', '', '(?P<a>.+)', { id: 'slow' }), rule('summary', '', '(?P<b>.+)', { id: 'fine' })], {
    nowMs: () => (nowMs += slow.length === 0 ? 51 : 0), withinTime, onSlow: (id) => void slow.push(id),
  });
  expect(derivation?.derive(input({}, { summary: 'text' }))).toEqual({ b: 'text' });
  expect(derivation?.derive(input({}, { summary: 'text' }))).toEqual({ b: 'text' });
  expect(slow).toEqual(['slow']);
});

test('cap 17: a pattern that would hang a backtracking engine ends, and long texts are cut', () => {
  const steps: string[] = [];
  const derivation = compileDerivation([], [rule('summary', '', '^(?P<x>(a+)+)$')], { ...NO_WATCH, onSlow: (id) => void steps.push(id) });
  expect(derivation?.derive(input({}, { summary: `${'a'.repeat(5_000)}!` }))).toBeNull();
  const tail = compileDerivation([], [rule('summary', '', '(?P<end>END)')], NO_WATCH);
  expect(tail?.derive(input({}, { summary: `${'x'.repeat(MAX_TEXT_CHARACTERS)}END` }))).toBeNull();
});

test('cap 17: an evaluation that would take seconds is broken off, also the second run that finds the groups; the others go on', () => {
  const slow: string[] = [];
  // No clock of the test moves: only what is broken off is reported.
  const derivation = compileDerivation([], [rule('summary', '', '(?P<a>(?:(.?)(.?)){500}[0-9])', { id: 'large' }), rule('annotation', 'small', '(?P<b>.+)')], { ...NO_WATCH, onSlow: (id) => void slow.push(id) });
  const summary = `${'lorem ipsum '.repeat(660)}7`;
  expect(derivation?.derive(input({}, { summary, annotations: { small: 'kept' } }))).toEqual({ b: 'kept' });
  expect(derivation?.derive(input({}, { summary: 'short 7', annotations: { small: 'kept' } }))).toEqual({ b: 'kept' });
  expect(slow).toEqual(['large']);
});

test('cap 17: a long text for a usual pattern is read to its end', () => {
  // Nobody's watch runs: a machine that stands still must not decide it.
  const unhurried: DerivationWatch = { ...NO_WATCH, withinTime: (_limitMs, work) => ({ done: true, value: work() }) };
  const derivation = compileDerivation([], [rule('summary', '', 'on (?P<host>[a-z]+-\\d+)')], unhurried);
  expect(derivation?.derive(input({}, { summary: `${'lorem ipsum '.repeat(650)} on db-7` }))).toEqual({ host: 'db-7' });
});

test.each([['(', /not a pattern/], ['abc', /no named group/], ['(?P<a>(?:x{1000}){50})', /too large|not a pattern/], ['(?P<a>x)(?=y)', /not a pattern/]])('a pattern is refused with a reason: %s', (pattern, reason) => {
  expect(faultOfPattern(pattern)).toMatch(reason);
});

test('whatever the texts, derived labels never name one that the sender wrote', () => {
  const derivation = compileDerivation([table('k', { v: { a: '1', b: '2', constructor: 'x' } })], [rule('summary', '', '(?P<a>\\w+) ?(?P<k>\\w*)')], NO_WATCH);
  fc.assert(fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'k', 'constructor', 'toString'), fc.string()), fc.string(), (labels, summary) => {
    const derived = derivation?.derive(input(labels, { summary })) ?? {};
    for (const name of Object.keys(derived)) expect(labels[name] === undefined || labels[name] === '' || !Object.hasOwn(labels, name)).toBe(true);
  }), { numRuns: 500 });
});

test('cap 16: a table comes as CSV; faults name row and column', () => {
  expect(readTableCsv('host,team,rack\nNode-1,storage,\n\nnode-2,"web, eu",r2\n')).toEqual({ 'node-1': { team: 'storage' }, 'node-2': { team: 'web, eu', rack: 'r2' } });
  for (const [csv, where] of [['host\na', 'row 1'], ['host,te am\na,b', 'row 1, column 2'], ['host,team\na,b\nA,c', 'row 3, column host'], ['host,team\n,b', 'row 2, column host'], ['host,team\na,b,c', 'row 2']] as const) {
    expect(() => readTableCsv(csv)).toThrow(where);
  }
});
