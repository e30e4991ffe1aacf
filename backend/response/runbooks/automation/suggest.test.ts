import fc from 'fast-check';
import type { RunbookDocument } from '#contract';
import { holds, parseRunbook } from '../format/index.ts';
import { fitOf, isGeneric, whyNone } from './suggest.ts';

function written(metadata: string, triggers = '[]'): RunbookDocument {
  const { document, findings } = parseRunbook(`apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: x, title: X${metadata} }\ntriggers: ${triggers}\nsteps: [{ id: a, kind: wait, with: { for: 1s } }]\n`);
  if (document === null) throw new Error(JSON.stringify(findings));
  return document;
}

const FACTS = { services: ['checkout', 'cart'], scope: { incident: { severity: 'sev2' }, alerts: [], services: ['checkout', 'cart'] }, succeededBefore: 0, holds };
const GRAVE = `match: 'incident.severity == "sev2"'`;

test('cap 70: each reason is told, the strongest first, and the score is their sum', () => {
  const all = fitOf(written(`, services: [Checkout], ${GRAVE}`, `[{ on: declared, when: 'size(services) == 2' }]`), { ...FACTS, succeededBefore: 3 });
  expect(all.reasons).toEqual(['It is for checkout', 'Its condition holds for this incident', 'One of its triggers matches this incident', 'It succeeded 3 times before on the same services']);
  expect(all.score).toBeCloseTo(0.4 + 0.3 + 0.15 + 0.15);
  expect(fitOf(written(`, services: [cart, checkout]`), FACTS)).toEqual({ reasons: ['It is for checkout, cart'], score: 0.4 });
  expect(fitOf(written(`, ${GRAVE}`), { ...FACTS, succeededBefore: 1 })).toEqual({ reasons: ['Its condition holds for this incident', 'It succeeded once before on the same services'], score: 0.35 });
});

test('cap 70: one for other services never fits, whatever else holds; a condition that does not hold or cannot be answered is no reason', () => {
  expect(fitOf(written(`, services: [search], ${GRAVE}`), { ...FACTS, succeededBefore: 9 })).toEqual({ reasons: [], score: 0 });
  expect(fitOf(written(`, match: 'incident.severity == "sev1"'`), FACTS).reasons).toEqual([]);
  expect(fitOf(written(`, match: 'alerts[0].name == "x"'`), FACTS).reasons).toEqual([]);
  // What a trigger asks of its event cannot be answered without one.
  expect(fitOf(written('', `[{ on: state_changed, when: 'event.to == "resolved"' }]`), FACTS).reasons).toEqual([]);
});

test('cap 70: what names nothing fits any incident, and less than anything else does', () => {
  const generic = fitOf(written('', '[{ on: declared }]'), FACTS);
  expect(generic).toEqual({ reasons: ['It fits any incident'], score: 0.05 });
  expect([isGeneric(written('')), isGeneric(written(', services: [a]')), isGeneric(written(`, ${GRAVE}`)), isGeneric(written('', `[{ on: declared, when: 'true' }]`))]).toEqual([true, false, false, false]);
  // What waits for forecasts is for before an incident.
  expect([isGeneric(written('', '[{ on: forecast }]')), isGeneric(written('', '[{ on: forecast }, { on: declared }]'))]).toEqual([false, true]);
});

test('cap 70: if there is none, the list says why', () => {
  expect(whyNone([], ['cart'])).toBe('No runbook is published yet.');
  expect(whyNone([written(', services: [a]')], [])).toBe('The incident names no service, and no runbook has a condition that holds for it.');
  expect(whyNone([written(', services: [a]')], ['cart'])).toBe('None of the one published runbook is for cart or has a condition that holds for this incident.');
  expect(whyNone([written(', services: [a]'), written(', services: [b]')], ['cart', 'db'])).toBe('None of the 2 published runbooks is for cart, db or has a condition that holds for this incident.');
});

test('cap 70: scores lie between 0 and 1; there is a score exactly when there is a reason', () => {
  const services = fc.subarray(['checkout', 'cart', 'search', 'db']);
  const condition = fc.constantFrom('', 'true', 'false', 'alerts[0].name == "x"');
  fc.assert(fc.property(services, condition, condition, fc.nat(9), services, (named, match, when, succeededBefore, of) => {
    const document = written(`${named.length === 0 ? '' : `, services: [${named.join(', ')}]`}${match === '' ? '' : `, match: '${match}'`}`, when === '' ? '[]' : `[{ on: declared, when: '${when}' }]`);
    const { reasons, score } = fitOf(document, { ...FACTS, services: of, succeededBefore });
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
    expect(score > 0).toBe(reasons.length > 0);
    if (named.length > 0 && !named.some((name) => of.includes(name))) expect(reasons).toEqual([]);
  }), { numRuns: 300 });
});
