/** cap 120: the summary of an incident and drafts of its updates, from a template and with no model. */
import fc from 'fast-check';
import { communication, UPDATE_LANGUAGES, UPDATE_PHASES, type Audience } from '#contract';
import { digestOf } from './digest.ts';
import { factsWith } from './drafts.testkit.ts';
import { draftFor, wordingOf } from './updateDraft.ts';

const { audiences } = communication.parse({
  version: 1, provisioned: false, remindMinutes: 5, dueTeam: null,
  audiences: [
    { id: 'internal', name: 'Internal', kind: 'internal', subject: '{{ incident.key }}', text: '{{ fields.summary }}', fields: [{ key: 'summary', label: 'What is happening' }, { key: 'action', label: 'What is being done' }] },
    { id: 'executive', name: 'Executives', kind: 'executive', subject: 'x', text: 'x', fields: [{ key: 'summary', label: 'What is happening' }, { key: 'impact', label: 'Impact on the business' }] },
    { id: 'customer', name: 'Customers', kind: 'customer', statusPage: true, subject: 'x', text: 'x', fields: [{ key: 'title', label: 'Title', multiline: false }, { key: 'summary', label: 'For customers' }, { key: 'workaround', label: 'What customers can do meanwhile' }] },
    { id: 'regulator', name: 'Regulator', kind: 'regulator', language: 'de', timeZone: 'Europe/Berlin', subject: 'x', text: 'x', fields: [{ key: 'summary', label: 'Nature' }, { key: 'affected', label: 'Affected' }, { key: 'action', label: 'Measures' }, { key: 'contact', label: 'Contact', multiline: false }] },
    { id: 'partners', name: 'Partners', kind: 'custom', subject: 'x', text: 'x', fields: [{ key: 'story', label: 'Story' }] },
    { id: 'screen', name: 'Screen', kind: 'internal', subject: 'x', text: 'x' },
  ],
});

function audience(id: string): Audience {
  const found = audiences.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no audience ${id}`);
  return found;
}

const partOf = (facts = factsWith()) => Object.fromEntries(digestOf(facts).parts.map(({ part, lines }) => [part, lines]));

test('cap 120: the summary says what, since when, impact, severity, who leads, the cause with its confidence, what changed, what was tried and what is next', () => {
  const { text, at } = digestOf(factsWith());
  expect(partOf()).toEqual({
    what: ['INC-7 Customers cannot pay (investigating)', 'No free connection on db-7.internal'],
    since: ['1 Mar, 09:59 UTC, for 1 h 6 min', 'Came back 1 time'],
    impact: ['Business services affected: Online shop', 'Services affected: payments-db', 'Services at risk: front-of-payments-db', 'Regions: eu', '12,000 users at most', '9 of 12 alerts fire'],
    severity: ['SEV1: payments-db is critical; the gravest alert is SEV1'],
    lead: ['Ada Admin'],
    cause: ['payments-db failed first: 62 % (Release 42)', 'Ruled out: the disk of payments-db'],
    changed: ['1 Mar, 09:57 UTC: Release 42 (payments-db) by Ada Admin; suspicion 90 %: came 3 min before the trouble began'],
    tried: ['Runbook “Restart payments-db” failed: payments-db did not answer', '1 Mar, 10:04 UTC Ada Admin: No free connection on db-7.internal'],
    next: ['Roll Release 42 back (Ada Admin)', 'Update to Internal due 1 Mar, 10:31 UTC'],
  });
  expect(text).toContain('Who leads: Ada Admin\nProbable cause:\n- payments-db failed first: 62 % (Release 42)\n');
  expect(at).toBe('2026-03-01T11:06:00.000Z');
});

test('cap 120: what is not known is said to be unknown or left out, and nothing is made up', () => {
  const facts = factsWith({ business: [] });
  const bare = partOf({
    ...facts, notes: [], runs: [], tasks: [], board: { items: [], confidence: null, onsetAt: null, shadow: false, metrics: { state: 'none', at: null, series: 0, services: 0, failed: [], leftOut: 0 } }, changes: { ...facts.changes, changes: [] }, comms: { ...facts.comms, due: [] },
    incident: { ...facts.incident, commander: null, description: '', alertsTotal: 0, impactDetails: { ...facts.incident.impactDetails, affected: [], atRisk: [], regions: [], users: null }, services: [], severityOrigin: 'manual', resolvedAt: '2026-03-01T10:41:00.000Z', regressions: 0 },
  });
  expect(bare).toEqual({
    what: ['INC-7 Customers cannot pay (investigating)'], since: ['1 Mar, 10:00 UTC; impact removed 1 Mar, 10:41 UTC, after 41 min'], severity: ['SEV1: set by a person'], lead: ['Nobody yet'], cause: ['Not known yet'], changed: ['Nothing suspicious is known'],
  });
  const [first] = facts.board.items;
  if (first === undefined) throw new Error('a cause');
  expect(partOf({ ...facts, board: { ...facts.board, items: [{ ...first, verdict: 'confirmed', confidence: 1, note: 'no space left', judgedBy: { kind: 'user', key: 'user:ed', name: 'Ed Editor' } }] } })['cause']).toEqual(['payments-db failed first: confirmed by Ed Editor (no space left)']);
});

test('cap 120: each audience gets the wording that is for it, in its language, and is told what only people can say', () => {
  const inside = draftFor(audience('internal'), factsWith());
  expect([inside.wording, inside.language, inside.phase, inside.left]).toEqual(['inside', 'en', 'investigating', []]);
  expect(inside.fields['summary']).toContain('**Probable cause:** payments-db failed first: 62 % (Release 42)');
  expect(inside.fields['action']).toBe('**Tried:** Runbook “Restart payments-db” failed: payments-db did not answer; 1 Mar, 10:04 UTC Ada Admin: No free connection on db-7.internal\n\n**Next:** Roll Release 42 back (Ada Admin); Update to Internal due 1 Mar, 10:31 UTC');

  const managers = draftFor(audience('executive'), factsWith());
  expect(managers).toMatchObject({ wording: 'management', fields: { summary: 'Customers cannot pay. Online shop cannot be used by some people, or in part. It began on 1 Mar, 09:59 UTC. We are looking for the cause.', impact: 'Online shop (eu). Up to 12,000 users may be affected.' } });

  const customers = draftFor(audience('customer'), factsWith({ business: ['Online shop', 'Payments'] }));
  expect(customers).toMatchObject({
    wording: 'outside', left: ['What customers can do meanwhile'], components: [{ name: 'Online shop', state: 'partial_outage' }, { name: 'Payments', state: 'partial_outage' }],
    fields: { title: 'Online shop and Payments: partly unavailable', summary: 'Online shop and Payments cannot be used by some people, or in part. It began on 1 Mar, 09:59 UTC. We are looking for the cause.' },
  });

  const regulator = draftFor(audience('regulator'), factsWith());
  expect(regulator).toMatchObject({ language: 'de', left: ['Contact'], fields: { affected: 'Online shop', action: 'Die Ursache wird gesucht.', summary: 'Derzeit teilweise oder für einige nicht nutzbar: Online shop. Beginn: 1. März, 10:59 MEZ. Wir suchen die Ursache.' } });

  // Fields of their own names, and no fields at all.
  expect(draftFor(audience('partners'), factsWith())).toMatchObject({ wording: 'outside', fields: { story: expect.stringContaining('Online shop cannot be used') }, ownText: null });
  expect(draftFor(audience('screen'), factsWith())).toMatchObject({ fields: {}, ownSubject: 'Customers cannot pay', ownText: expect.stringContaining('**Since:**') });
  expect(audiences.map((one) => wordingOf(one))).toEqual(['inside', 'management', 'outside', 'outside', 'outside', 'inside']);
});

test('cap 120: when it is over, outside is told how long it lasted; when nothing has a public name, no internal one takes its place', () => {
  const facts = factsWith();
  const over = draftFor(audience('customer'), { ...facts, incident: { ...facts.incident, resolvedAt: '2026-03-01T10:41:00.000Z' }, comms: { ...facts.comms, phase: 'resolved', components: [{ name: 'Online shop', state: 'operational' }] } });
  expect(over.fields).toEqual({ title: 'Online shop: working normally', summary: 'The problem is solved. Online shop can be used as usual again. The problem lasted from 1 Mar, 09:59 UTC until 1 Mar, 10:41 UTC.' });
  expect(draftFor(audience('customer'), factsWith({ business: [] })).fields['title']).toBe('One of our services: slow or failing at times');
});

test('cap 120: whatever stands in titles, services, people, notes, changes, causes, runs and tasks, none of it is in a wording for outside', () => {
  // A mark that no sentence holds, with what hosts, people and secrets look like around it.
  const secret = fc.tuple(fc.constantFrom('db-', 'Ada ', '10.0.0.', 'https://intranet/', '**', '{{ incident.title }} ', '$&'), fc.stringMatching(/^[A-Z]{6}\d{2}$/)).map(([before, mark]) => ({ text: `${before}zq${mark}`, mark: `zq${mark}` }));
  fc.assert(fc.property(fc.array(secret, { minLength: 5, maxLength: 5 }), fc.constantFrom('customer', 'regulator', 'partners'), fc.constantFrom(...UPDATE_LANGUAGES), fc.constantFrom(...UPDATE_PHASES), fc.boolean(), (secrets, id, language, phase, named) => {
    const [title, service, person, note, change] = secrets.map(({ text }) => text);
    const facts = factsWith({ ...(title === undefined || service === undefined || person === undefined || note === undefined || change === undefined ? {} : { title, service, person, note, change }), business: named ? ['Online shop'] : [] });
    const written = JSON.stringify(draftFor({ ...audience(id), language }, { ...facts, comms: { ...facts.comms, phase } }));
    for (const { mark } of secrets) expect(written).not.toContain(mark);
  }), { numRuns: 200 });
});
