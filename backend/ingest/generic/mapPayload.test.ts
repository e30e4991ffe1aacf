import fc from 'fast-check';
import { genericMapping, parseJsonPath, type GenericMapping } from '#contract';
import { mapPayload } from './mapPayload.ts';
import { readPath } from './readPath.ts';

const MAPPING = {
  alerts: '$.events[*]',
  name: { path: '@.check.title' },
  status: { path: '@.state', firing: ['PROBLEM'], resolved: ['OK'], otherwise: 'fault' },
  startsAt: '@.began',
  endsAt: '@.ended',
  summary: { path: '@.text' },
  link: { path: '@.url' },
  labels: { severity: { path: '@.prio', default: 'p3' }, host: { path: "@.tags['host name']" }, site: { path: '$.site' }, environment: { const: 'production' } },
  identity: ['alertname', 'host'],
};

function mapping(change: object = {}): GenericMapping {
  return genericMapping.parse({ ...MAPPING, ...change });
}

function event(change: object = {}): object {
  return { check: { title: 'DiskFull' }, state: 'problem', began: '2026-03-02T06:00:00Z', text: 'Disk at 97 %', prio: 'P1', tags: { 'host name': 'db-1' }, url: 'https://monitoring.example.com/1', ...change };
}

test('cap 3: fields come from paths, constants, defaults, the alert and the body around it', () => {
  const { alerts, faults } = mapPayload(mapping(), { site: 'north', events: [event(), event({ state: 'ok', ended: 1772434800, prio: undefined, tags: { 'host name': 'db-2' } })] });

  expect(faults).toEqual([]);
  expect(alerts).toEqual([
    {
      status: 'firing', startsAtMs: Date.UTC(2026, 2, 2, 6), endsAtMs: null, link: 'https://monitoring.example.com/1', annotations: { summary: 'Disk at 97 %' },
      labels: { alertname: 'DiskFull', severity: 'P1', host: 'db-1', site: 'north', environment: 'production' }, identity: { alertname: 'DiskFull', host: 'db-1' },
    },
    expect.objectContaining({ status: 'resolved', endsAtMs: 1772434800_000, labels: expect.objectContaining({ severity: 'p3', host: 'db-2' }) }),
  ]);
});

test.each([
  { what: 'the list of alerts', body: { events: {} }, fault: { alert: null, field: 'alerts', path: '$.events[*]', message: '$.events is an object, not a list' } },
  { what: 'a list that is not there', body: {}, fault: { alert: null, field: 'alerts', path: '$.events[*]', message: '$.events is not there' } },
  { what: 'a missing name', body: { events: [event({ check: null })] }, fault: { alert: 0, field: 'name', path: '@.check.title', message: 'is not there: every alert needs a name' } },
  { what: 'an unknown status', body: { events: [event({ state: 'UNSURE' })] }, fault: { alert: 0, field: 'status', path: '@.state', message: '"UNSURE" is neither among firing nor among resolved' } },
  { what: 'what is no instant', body: { events: [event({ began: 'yesterday' })] }, fault: { alert: 0, field: 'startsAt', path: '@.began', message: 'is not an instant: "yesterday"' } },
  { what: 'a missing part of the identity', body: { events: [event({ tags: {} })] }, fault: { alert: 0, field: 'labels.host', path: "@.tags['host name']", message: 'is not there, and identifies the alert' } },
  { what: 'a list where a value belongs', body: { events: [event({ text: ['a'] })] }, fault: { alert: 0, field: 'summary', path: '@.text', message: 'is a list, not a single value' } },
])('cap 3: $what is named by field and path', ({ body, fault }) => {
  expect(mapPayload(mapping(), body)).toEqual({ alerts: [], faults: [fault] });
});

test('cap 3: a bad alert spoils no other', () => {
  const { alerts, faults } = mapPayload(mapping(), { events: [event({ state: 'what' }), event()] });

  expect([alerts.length, faults.map((fault) => fault.alert)]).toEqual([1, [0]]);
});

test.each([
  ['name', 'begins with $ (the whole body) or @ (the alert)'],
  ['$.a..b', 'is not a path from character 4 on: "..b"'],
  ['$.a[x]', 'is not a path from character 4 on: "[x]"'],
  ["$['open", 'is not a path from character 2 on'],
  [`$${'.a'.repeat(21)}`, 'has more than 20 steps'],
])('the path %s is refused with the place', (text, message) => {
  expect(parseJsonPath(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
});

test.each([
  [{ name: { path: '@.a', const: 'b' } }, 'give a path or a constant, not both'],
  [{ identity: ['nowhere'] }, '"nowhere" is not among the labels'],
  [{ alerts: '@.a' }, 'begins with $ here'],
  [{ name: { path: '@.a[*]' } }, '[*] stands only in the path of the alerts'],
])('a mapping that cannot work is refused at the edge: %j', (change, message) => {
  expect(genericMapping.safeParse({ ...MAPPING, ...change }).error?.issues[0]?.message).toContain(message);
});

test('members of every object are no values: constructor, __proto__, length', () => {
  for (const text of ['$.constructor', '$.__proto__', "$['toString']", '$.list.length']) {
    const parsed = parseJsonPath(text);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(readPath(parsed.path, { list: [1] }, null)).toBeUndefined();
  }
});

test('cap 3: whatever comes in, each alert is either mapped or named, and nothing is thrown', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.constant(event()))), (events) => {
    const { alerts, faults } = mapPayload(mapping(), { events });
    const named = new Set(faults.map((fault) => fault.alert));
    expect(alerts.length + named.size).toBe(events.length);
  }));
});
