import { EVENT_TYPES, type LiveEvent } from '#contract';
import { subjectOf } from './audit.ts';
import { sentenceOf } from './index.ts';

function event(type: LiveEvent['type'], data: LiveEvent['data'] = {}): LiveEvent {
  return { position: '1', type, incident: null, at: '2026-03-01T10:00:00.000Z', actor: { kind: 'user', key: 'user:ada', name: 'Ada' }, data };
}

test.each(EVENT_TYPES)('%s is told in words, and is about something that can be filtered for', (type) => {
  const sentence = sentenceOf(event(type, { name: 'Night build', text: 'a note', title: 'v2', by: 1 }));

  expect(sentence).toMatch(/^\S.* ?\S/);
  expect(sentence).not.toContain(type);
  expect(sentence).not.toMatch(/undefined|NaN|\[object/);
  expect(subjectOf(type)).toEqual(expect.any(String));
});

test('a change of settings says what was changed and for whom', () => {
  expect(sentenceOf(event('access.role_changed', { name: 'Bo', to: 'manager', derivedRole: 'viewer' }))).toBe('Role of Bo set to manager');
  expect(sentenceOf(event('access.role_changed', { name: 'Bo', to: null, derivedRole: 'viewer' }))).toBe('Role of Bo set to what Grafana says (viewer)');
  expect(sentenceOf(event('correlation.activated', { version: 3, note: 'licences', rulesAdded: ['a'], rulesChanged: [], rulesRemoved: [], tuningChanged: true, dependenciesAdded: 0, dependenciesRemoved: 0 })))
    .toBe('Version 3 of the correlation settings put into force (licences): 1 rule added, numbers changed');
  expect(sentenceOf(event('source.edited', { source: 'grafana', changes: { name: {}, hmac: {} } }))).toBe('Source “grafana” edited: name, hmac');
});
