import type { Actor, Audience } from '#contract';
import { DEFAULT_COMMUNICATION } from './defaults.ts';
import { missingFields, renderUpdate, templateFaults, type ToldIncident, type ToldUpdate } from './render.ts';
import { refuseApproval, refuseEdit, refusePublishing } from './updateRules.ts';

const T0 = Date.parse('2026-11-27T10:00:00Z');
const INCIDENT: ToldIncident = {
  number: 7, title: 'Checkout <b>down</b> [see](https://example.com)', severity: 'sev1', state: 'identified', services: ['checkout', 'payments_db'], businessServices: ['Online shop'], regions: ['eu'],
  commander: 'Ada Admin', url: 'https://grafana.example.com/a/muster-incidents-app/incidents/7', startedAtMs: T0, declaredAtMs: T0 + 60_000, resolvedAtMs: null,
};
const UPDATE: ToldUpdate = { phase: 'identified', fields: {}, ownSubject: null, ownText: null, components: [{ name: 'Online shop', state: 'major_outage' }], nextUpdateAtMs: T0 + 1_800_000, atMs: T0 };

function known(id: string): Audience {
  const found = DEFAULT_COMMUNICATION.audiences.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

test('cap 95: a template is filled with what is known; lines of which nothing is known are left out with their labels', () => {
  const { subject, text } = renderUpdate(known('internal'), { ...INCIDENT, commander: null }, { ...UPDATE, fields: { summary: 'Payments fail since **10:00**.' } });
  expect(subject).toBe('SEV1 INC-7 Checkout <b>down</b> [see](https://example.com): Identified');
  expect(text).toBe(['Payments fail since **10:00**.', '', '**State:** Identified', String.raw`**Affected:** checkout, payments\_db`, '**Next update:** 27 Nov 2026, 10:30 UTC'].join('\n'));
});

test('cap 95: phases and times are in the language and zone of the audience; names from alerts are never marks', () => {
  const german: Audience = { ...known('customer'), language: 'de', timeZone: 'Europe/Berlin', subject: '{{ incident.title }}', text: '{{ incident.title }} {{ update.phase }} {{ update.nextUpdate }} {{ update.components }}' };
  const { subject, text } = renderUpdate(german, INCIDENT, UPDATE);
  expect(text).toBe(String.raw`Checkout \<b\>down\</b\> \[see\](https://example.com) Ursache gefunden 27. Nov. 2026, 11:30 MEZ Online shop: Ausfall`);
  expect(subject).toBe(INCIDENT.title);
});

test('cap 95: what somebody wrote by hand stands instead of the template; an empty subject falls back to the incident', () => {
  expect(renderUpdate(known('customer'), INCIDENT, { ...UPDATE, ownText: 'By hand', ownSubject: 'Hello' })).toEqual({ subject: 'Hello', text: 'By hand' });
  expect(renderUpdate(known('customer'), INCIDENT, UPDATE).subject).toBe('INC-7 Checkout <b>down</b> [see](https://example.com)');
});

test('cap 95: fields are required by severity', () => {
  expect(missingFields(known('executive'), 'sev1', { summary: ' ' }).map(({ key }) => key)).toEqual(['summary', 'impact']);
  expect(missingFields(known('executive'), 'sev4', {})).toEqual([]);
});

test.each([
  ['{{ incident.secret }}', 'incident.secret is not known; incident has key'], ['{{ fields.other }}', 'fields.other is not known; fields has summary, action'], ['{{ secrets.token }}', 'names begin with incident'],
  ['{{ incident.title', 'is not closed'], ['{{ incident.title | shell }}', 'has no use here'], ['{{ incident }}', 'incident is not known'],
])('cap 95: a template with %s is refused', (text, message) => {
  expect(templateFaults({ ...known('internal'), text })).toEqual([{ part: 'text', message: expect.stringContaining(message) }]);
});

test('the templates that Muster brings have no faults', () => {
  expect(DEFAULT_COMMUNICATION.audiences.flatMap(templateFaults)).toEqual([]);
});

test('cap 100: draft, approve, publish: a second person where the rule says so, nothing without its required fields, nothing twice', () => {
  const ada: Actor = { kind: 'user', key: 'user:ada', name: 'Ada Admin' };
  const ed: Actor = { kind: 'user', key: 'user:ed', name: 'Ed Editor' };
  const draft = { state: 'draft', approval: 'second_person', authors: [ada], missing: [] } as const;

  expect(refusePublishing(draft)).toBe('a second person has to approve it first');
  expect(refuseApproval(draft, ada)).toBe('somebody other than its authors has to approve it');
  expect(refuseApproval(draft, { ...ada, kind: 'token' })).toBeNull();
  expect(refuseApproval(draft, ed)).toBeNull();
  expect(refuseApproval({ ...draft, missing: ['Title'] }, ed)).toBe('fill in Title first');
  expect(refuseApproval({ ...draft, approval: 'anybody' }, ada)).toBeNull();
  expect(refusePublishing({ ...draft, approval: 'anybody' })).toBe('it has to be approved first');
  expect(refusePublishing({ ...draft, approval: 'none' })).toBeNull();
  expect(refusePublishing({ ...draft, approval: 'none', missing: ['Title'] })).toBe('fill in Title first');
  expect(refusePublishing({ ...draft, state: 'approved' })).toBeNull();
  for (const state of ['published', 'discarded'] as const) {
    expect([refuseEdit({ state }), refuseApproval({ ...draft, state }, ed), refusePublishing({ ...draft, state })].every((refusal) => refusal !== null)).toBe(true);
  }
});
