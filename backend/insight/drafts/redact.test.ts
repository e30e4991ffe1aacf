/** cap 120: what must not leave is taken out before a model reads it, and what comes back is only words. */
import fc from 'fast-check';
import { communication } from '#contract';
import { factsWith } from './drafts.testkit.ts';
import { messagesFor, peopleIn, readAnswer, withoutPrivateWords } from './modelRequest.ts';
import { createRedactor } from './redact.ts';
import { draftFor } from './updateDraft.ts';

const redactor = (names: readonly string[] = [], kept: readonly string[] = []) => createRedactor({ names, kept, own: 'INC-7' });

test('cap 120: secrets, people, addresses, hosts, numbers and other incidents are taken out; the same thing has the same stand-in; all but secrets come back', () => {
  const one = redactor(['Ada Admin', 'ada'], ['payments-db']);
  const text = 'Ada Admin (ada.admin@example.com, +49 170 1234567) says payments-db at 10.0.3.17:5432 refuses password=hunter2; Admin saw the same on db-7.internal, see INC-7 and INC-12';
  const clean = one.redact(text);
  expect(clean).toBe('[person 1] ([e-mail 1], [number 1]) says payments-db at [address 1] refuses password=[secret]; [person 2] saw the same on [host 1], see INC-7 and [incident 1]');
  expect(one.restore(clean)).toBe(text.replace('hunter2', '[secret]'));
  expect(one.removed()).toEqual([{ kind: 'secret', count: 1 }, { kind: 'person', count: 2 }, { kind: 'email', count: 1 }, { kind: 'address', count: 1 }, { kind: 'host', count: 1 }, { kind: 'phone', count: 1 }, { kind: 'incident', count: 1 }]);
});

test('cap 120: a domain that begins like a token does not save the e-mail address before it; a token in the place of a user goes', () => {
  expect(redactor().redact('ask ada.admin@rkpayments.example')).toBe('ask [e-mail 1]');
  expect(redactor().redact('clone https://ghp_abcdefghijkl@git.example.com/shop')).toBe('clone https://[secret]@git.example.com/shop');
});

test('cap 120: times, counts, versions and names of services stay as they are', () => {
  for (const text of ['It began on 1 Mar, 09:59 UTC, for 1 h 6 min', '12,000 users; 9 of 12 alerts; 62 %', 'Release 2026.11.3 of payments-db-eu-west-1', '2026-03-01 10:00 in eu-west-1', 'checkout: unavailable', 'SEV1: set by a person']) {
    expect(redactor(['Ada Admin'], ['checkout']).redact(text)).toBe(text);
  }
  // A login that is the name of a service is taken for the service.
  expect(redactor(['checkout'], ['checkout']).redact('checkout failed first')).toBe('checkout failed first');
});

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const word = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/);
/** What must go, with the part of it that must not be left. */
const SENSITIVE: Readonly<Record<string, fc.Arbitrary<readonly [text: string, mark: string]>>> = {
  password: fc.tuple(fc.constantFrom('password=', 'DB_PASSWORD: ', 'api_key="', 'client-secret = ', 'X-Auth-Token: '), word).map(([name, value]) => [`${name}${value}${name.endsWith('"') ? '"' : ''}`, value] as const),
  bearer: word.map((value) => [`Authorization: Bearer ${value}`, value] as const),
  prefix: fc.tuple(fc.constantFrom('glsa_', 'ghp_', 'xoxb-', 'sk-', 'AKIA', 'glpat-'), word).map(([prefix, value]) => [`${prefix}${value}`, value] as const),
  jwt: fc.tuple(word, word, word).map(([a, b, c]) => [`eyJ${a}.${b}.${c}`, b] as const),
  url: word.map((value) => [`postgres://muster:${value}@db.example.com/x`, value] as const),
  uuid: hex(32).map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')).map((value) => [value, value] as const),
  email: fc.tuple(fc.stringMatching(/^[a-z]{3,10}\.[a-z]{3,10}$/), fc.stringMatching(/^[a-z]{4,10}$/)).map(([user, host]) => [`${user}@${host}.example`, user] as const),
  ipv4: fc.ipV4().map((value) => [value, value] as const),
  ipv6: fc.tuple(hex(4), hex(4), hex(4), hex(4), hex(4), hex(4), hex(4), hex(4)).map((parts) => parts.join(':')).map((value) => [value, value] as const),
  host: fc.stringMatching(/^[a-z]{2,8}-\d{1,3}$/).map((value) => [`${value}.prod.internal`, value] as const),
  phone: fc.stringMatching(/^\+49 1[5-7]\d \d{7}$/).map((value) => [value, value] as const),
  person: fc.constantFrom('Ada Admin', 'Zoë Müller-Łuk').map((value) => [value, value] as const),
};

test.each(Object.keys(SENSITIVE))('cap 120: %s is taken out wherever it stands, also when it is looked at twice', (kind) => {
  const around = fc.constantFrom('', ' ', ' says ', ', ', ' (', ') ', '; see ', '\n', ' “', '” ', ' - ', ' | ');
  const sensitive = SENSITIVE[kind];
  if (sensitive === undefined) throw new Error(kind);
  fc.assert(fc.property(around, sensitive, around, sensitive, around, (before, [first, firstMark], between, [second, secondMark], after) => {
    const made = redactor(['Ada Admin', 'Zoë Müller-Łuk']);
    const clean = made.redact(`Trouble${before} ${first}${between} ${second} ${after}goes on`);
    expect(clean).not.toContain(firstMark);
    expect(clean).not.toContain(secondMark);
    expect(made.redact(clean)).toBe(clean);
  }), { numRuns: 100 });
});

const { audiences } = communication.parse({
  version: 1, provisioned: false, remindMinutes: 5, dueTeam: null,
  audiences: [
    { id: 'internal', name: 'Internal', kind: 'internal', subject: 'x', text: 'x', fields: [{ key: 'summary', label: 'What is happening' }, { key: 'action', label: 'What is being done' }] },
    { id: 'customer', name: 'Customers', kind: 'customer', subject: 'x', text: 'x', fields: [{ key: 'title', label: 'Title', multiline: false }, { key: 'summary', label: 'For customers' }] },
  ],
});

test('cap 120: a model is told neither notes nor descriptions nor who anybody is, and for outside nothing from inside', () => {
  const facts = factsWith({ note: 'zqNOTE about db-7.internal', person: 'Zoë Müller', service: 'zq-payments' });
  const sent = audiences.map((audience) => {
    const made = createRedactor({ names: peopleIn(facts), kept: facts.incident.services, own: 'INC-7' });
    return JSON.stringify(messagesFor(audience, draftFor(audience, withoutPrivateWords(facts)), made));
  });
  for (const text of sent) expect(text).not.toMatch(/zqNOTE|Zoë|Müller|db-7/);
  expect(sent[0]).toContain('zq-payments failed first: 62 %');
  expect(sent[0]).toContain('[person 1]');
  expect(sent[1]).not.toContain('zq-payments');
});

test('cap 120: an answer counts only when it has the documented shape and the texts that were asked for', () => {
  const answer = (content: string | null, more: object = {}) => JSON.stringify({ choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop', ...more }], usage: { total_tokens: 321 } });
  expect(readAnswer(answer('{"summary":" It fails. ","other":"x"}'), ['summary'])).toEqual({ ok: true, texts: { summary: 'It fails.' }, tokens: 321 });
  expect(readAnswer(answer('```json\n{"summary":"It fails."}\n```'), ['summary'])).toMatchObject({ ok: true });
  for (const body of ['<html>', '{}', '[]', answer(null), answer('I cannot do that'), answer('{"summary":""}'), answer('{"summary":3}'), answer('{"title":"x"}'), answer('{"summary":"x"}', { finish_reason: 'length' }), answer(JSON.stringify({ summary: 'x'.repeat(6000) }))]) {
    expect(readAnswer(body, ['summary'])).toMatchObject({ ok: false, fault: expect.any(String) });
  }
  fc.assert(fc.property(fc.string(), (text) => {
    expect(readAnswer(text, ['summary']).ok).toBe(false);
  }), { numRuns: 100 });
});
