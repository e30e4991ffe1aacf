import fc from 'fast-check';
import type { Severity } from '#contract';
import type { AlertChange } from '../../ingest/index.ts';
import type { Decision } from '../strategy.ts';
import { alertAt, DEPENDANTS, evenly, groupsAfter, MINUTE_MS, playAlerts, SHOP, START_MS, type Played } from './engine.testkit.ts';
import { createEngine } from './engine.ts';
import { findStrays } from './blocks.ts';
import { countSignal } from './group.ts';
import type { EngineParameters } from './parameters.ts';
import { contributionsOf, scoreOf } from './reasons.ts';
import { EMPTY_TOPOLOGY } from '../../catalog/index.ts';

function opens(played: Played): Extract<Decision, { kind: 'open' }>[] {
  return played.decisions.filter((decision) => decision.kind === 'open');
}

/** The last word on who did it. */
function rootsOf(played: Played): string[] {
  let roots: string[] = [];
  for (const decision of played.decisions) if ((decision.kind === 'open' || decision.kind === 'assess') && decision.assessment !== null) roots = decision.assessment.roots.map((root) => root.service);
  return roots;
}

/** The database fails, its callers complain of it. */
function databaseDown(from = 0) {
  return [
    alertAt(from, { service: 'orders-db', rule: 'ConnectionsExhausted', severity: 'sev1' }),
    alertAt(from + 0.2, { service: 'orders-db', rule: 'SlowQueries' }),
    ...DEPENDANTS.flatMap((service, index) => [
      alertAt(from + 0.5 + index * 0.2, { service, rule: 'HighErrorRate' }),
      alertAt(from + 0.6 + index * 0.2, { service, rule: 'UpstreamUnavailable', summary: `${service}: upstream orders-db unavailable`, severity: 'sev2' }),
    ]),
  ].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
}

describe('one incident per cause', () => {
  test('cap 32: a database that is down and its twelve dependants are one incident, and the database is ranked first', () => {
    const played = playAlerts(databaseDown());
    expect(opens(played)).toHaveLength(1);
    expect(played.groups).toHaveLength(1);
    expect(played.groupOf.size).toBe(26);
    expect(rootsOf(played)[0]).toBe('orders-db');
  });

  test('cap 32: without a catalogue the same alerts are one incident, by what they say of each other', () => {
    const played = playAlerts(databaseDown(), { topology: EMPTY_TOPOLOGY });
    expect(rootsOf(played)[0]).toBe('orders-db');
    const largest = Math.max(...played.groups.map((group) => group.length));
    // The twelve that complain and the database; not all of those that only fail.
    expect(largest).toBeGreaterThanOrEqual(13);
  });

  test('cap 31: two bursts ten minutes apart, at services that know nothing of each other, stay separate', () => {
    const burst = (minute: number, service: string) => ['A', 'B', 'C', 'D', 'E'].map((rule, index) => alertAt(minute + index * 0.3, { service, rule: `${service}${rule}`, severity: 'sev2' }));
    const played = playAlerts([...burst(0, 'mail'), ...burst(10, 'search')]);
    expect(played.groups.map((group) => group.length)).toEqual([5, 5]);
  });

  test.each([
    { gap: 45, pause: 40, groups: 1 }, { gap: 45, pause: 50, groups: 2 }, { gap: 15, pause: 12, groups: 1 }, { gap: 15, pause: 20, groups: 2 },
  ])('cap 31: with a gap of $gap minutes, bursts of one service $pause minutes apart are $groups', ({ gap, pause, groups }) => {
    const burst = (minute: number) => ['A', 'B', 'C', 'D', 'E'].map((rule, index) => alertAt(minute + index * 0.2, { service: 'mail', rule: `${rule}${minute}`, severity: 'sev2' }));
    const played = playAlerts([...burst(0), ...burst(pause)], { parameters: { closeMs: gap * MINUTE_MS } });
    expect(played.groups).toHaveLength(groups);
    // Nothing that belongs to an incident is held later, when that is over.
    expect(played.decisions.filter((decision) => decision.kind === 'hold')).toHaveLength(groups);
  });

  test('cap 36: one incident may span services, sources and clusters', () => {
    const changes = databaseDown().map((change, index) => ({ ...change, sourceId: index % 2 === 0 ? 'grafana' : 'alertmanager', cluster: index % 3 === 0 ? 'prod-b' : 'prod-a' }));
    const played = playAlerts(changes);
    expect(played.groups).toHaveLength(1);
    expect(played.decisions.findLast((decision) => decision.kind === 'assess')?.assessment.confidence).toBeGreaterThan(0.8);
  });

  test('cap 32: hosts of one rack that vanish are the fault of its switch', () => {
    const hosts = [1, 2, 3].flatMap((host) => ['HostUnreachable', 'NodeNotReady'].map((rule, index) => alertAt(host * 0.1 + index * 0.5, {
      rule, summary: `node-a-r1-0${host} does not answer`, labels: { instance: `node-a-r1-0${host}` }, severity: 'sev2', key: `${rule}${host}`,
    })));
    const played = playAlerts([alertAt(0, { rule: 'PortErrors', labels: { device: 'sw-a-r1' }, summary: 'errors on sw-a-r1', severity: 'sev1' }), ...hosts].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime()));
    expect(played.groups).toHaveLength(1);
    expect(rootsOf(played)[0]).toBe('sw-a-r1');
  });

  test('cap 4: a service that was deployed a moment before gets an incident of its own, inside the reach of another', () => {
    const changed = Array.from({ length: 14 }, (_, index) => alertAt(10 + index * 0.25, {
      service: 'shop-a', cluster: 'prod-a', rule: ['CrashLooping', 'OutOfMemory', 'ReplicasMissing'][index % 3] ?? 'CrashLooping', key: `deploy${index}`, severity: 'sev2',
    }));
    const inTheDark = playAlerts([...databaseDown(), ...changed]);
    const told = playAlerts([...databaseDown(), ...changed], { deploys: [{ minute: 8, service: 'shop-a', clusters: ['prod-a'] }] });
    expect(inTheDark.groups).toHaveLength(1);
    expect(told.groups.map((group) => group.length).sort((a, b) => a - b)).toEqual([14, 26]);
    expect(told.decisions.some((decision) => (decision.kind === 'open' || decision.kind === 'assess') && decision.assessment?.causeChangeId === 'deploy-shop-a-8')).toBe(true);
  });
});

describe('alerts of one place', () => {
  test('cap 36: what went to the wrong incident together is found together, and the groups are left as they were', () => {
    const engine = createEngine({ topology: SHOP });
    const window = engine.empty();
    const ledger = Array.from({ length: 6 }, (_, index) => alertAt(3 + index * 0.1, { service: 'ledger', rule: `Ledger${index % 3}`, key: `ledger-${index}`, severity: 'sev2' }));
    const ledgerDb = Array.from({ length: 10 }, (_, index) => alertAt(2 + index * 0.1, { service: 'ledger-db', rule: `Disk${index % 3}`, key: `ledger-db-${index}`, severity: 'sev1' }));
    for (const change of [...databaseDown(), ...ledgerDb, ...ledger].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime())) engine.decide(window, change);
    const [right, wrong] = ['ledger-db', 'orders-db'].map((cause) => [...window.groups.values()].find((group) => group.opened && group.suspects[0]?.node === cause));
    if (right === undefined || wrong === undefined) throw new Error('two groups');
    const strays = [...window.members.values()].filter(({ signal }) => signal.node === 'ledger');
    // As if they had been taken in one after the other, each because of those before.
    for (const member of strays) {
      if (member.groupId === right.id) {
        countSignal(right, member.signal, -1);
        right.members.delete(member.signal.key);
      }
      member.groupId = wrong.id;
      countSignal(wrong, member.signal, 1);
      wrong.members.set(member.signal.key, member);
    }
    const places = (): unknown => [right, wrong].map((group) => [[...group.places.counts].sort(), group.nodes.total, [...group.onsets].sort(), group.firstMs, group.lastMs, group.severity]);
    for (const group of [right, wrong]) group.sortedMs = 0;
    const before = places();
    const found = findStrays(window, wrong, () => [right, wrong]);
    expect(found.map(({ members, to }) => [members.length, to.id])).toEqual([[6, right.id]]);
    expect(places()).toEqual(before);
    expect(findStrays(window, right, () => [right, wrong])).toHaveLength(0);
  });
});

describe('noise', () => {
  /** Backups fail here and there, all day. */
  function habit(hours: number) {
    const places = ['mail', 'search', 'reports', 'chat', 'ledger', ...DEPENDANTS];
    return Array.from({ length: hours * 6 }, (_, index) => alertAt(index * 10, { service: places[(index * 7) % places.length] ?? 'mail', rule: 'BackupFailed', key: `backup-${index}` }));
  }

  test('cap 44: habitual alerts and lone info alerts never make an incident by themselves', () => {
    const infos = Array.from({ length: 20 }, (_, index) => alertAt(index * 17 + 3, { service: ['mail', 'search', 'chat'][index % 3] ?? 'mail', rule: 'TrafficUp', severity: 'sev5', key: `info-${index}` }));
    const played = playAlerts([...habit(6), ...infos].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime()));
    expect(opens(played)).toEqual([]);
  });

  test('cap 44: an unusual burst of a habitual alert counts', () => {
    const burst = Array.from({ length: 10 }, (_, index) => alertAt(360 + index * 0.2, { service: 'ledger-db', rule: 'BackupFailed', key: `burst-${index}`, severity: 'sev2' }));
    const played = playAlerts([...habit(6), ...burst]);
    expect(opens(played)).toHaveLength(1);
    expect([...played.groupOf.keys()].filter((key) => key.startsWith('burst-')).length).toBeGreaterThanOrEqual(8);
  });

  test('cap 34: what is usual at the time of an incident stays out of it', () => {
    const played = playAlerts([...habit(6), ...databaseDown(355)].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime()));
    expect([...played.groupOf.keys()].filter((key) => key.startsWith('backup-'))).toEqual([]);
    expect(played.groupOf.size).toBe(26);
  });

  test('cap 35: an alert that is held says what came nearest, and why that did not take it', () => {
    const played = playAlerts([...habit(6), ...databaseDown(355), alertAt(360.5, { service: 'shop-c', rule: 'BackupFailed', key: 'asked' })].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime()));
    const held = played.decisions.find((decision) => decision.kind === 'hold' && decision.alert.alertKey === 'asked');
    expect(held).toMatchObject({ reason: { summary: expect.stringMatching(/^nearest was trouble around orders-db, but its habit explains it better: BackupFailed comes/) } });
    expect(held).toMatchObject({ nearest: opens(played)[0]?.group });
  });

  test('cap 35: an alert that is held because nothing else goes on says so, and names no incident', () => {
    const played = playAlerts([alertAt(0, { service: 'mail', key: 'lone' })]);
    expect(played.decisions).toEqual([expect.objectContaining({
      kind: 'hold', nearest: null, reason: expect.objectContaining({ summary: 'nothing else was going on within reach of mail, and one such alert makes no incident' }),
    })]);
  });

  test('alerts that name no place are told as that: in reasons, in titles, and never as a cause that somebody could mend', () => {
    const nowhere = (minute: number, key: string, severity: Severity) => alertAt(minute, { rule: 'CertificateExpires', key, severity, cluster: null, summary: `certificate ${key}` });
    const lone = playAlerts([nowhere(0, 'a', 'sev4')]).decisions[0];
    const grave = opens(playAlerts([nowhere(0, 'a', 'sev1')]))[0];
    expect(lone).toMatchObject({ kind: 'hold', reason: { summary: expect.stringContaining('within reach of alerts of CertificateExpires that name no place') } });
    expect([grave?.title, grave?.assessment?.roots]).toEqual(['CertificateExpires', []]);
  });

  test('cap 44: a grave alert of which no habit is known joins the incident at its service, though chance explains it better', () => {
    const late = (severity: Severity) => playAlerts([...databaseDown(0), alertAt(30, { service: 'shop-c', rule: 'NeverSeen', key: 'news', severity })]).groupOf.has('news/' + String(START_MS + 30 * MINUTE_MS));
    expect([late('sev1'), late('sev3')]).toEqual([true, false]);
  });

  test('cap 44: a grave alert of which no habit is known becomes a candidate by its third review, or when it is settled, while it fires; a habitual or ended one does not', () => {
    const lesser = alertAt(0, { service: 'orders-db', rule: 'SlowQueries', key: 'lesser' });
    const grave = (fields: object) => alertAt(1, { service: 'shop-c', rule: 'NeverSeen', key: 'news', severity: 'sev1', ...fields });
    const opened = (changes: readonly AlertChange[], parameters: Partial<EngineParameters> = {}) => opens(playAlerts(changes, { parameters })).some(({ alerts }) => alerts.some(({ alertKey }) => alertKey === 'news'));
    const ended = { ...alertAt(2, { service: 'shop-c', rule: 'NeverSeen', key: 'news', severity: 'sev1', kind: 'resolved' }), startsAt: grave({}).startsAt };
    expect(opened([lesser, grave({})])).toBe(true);
    expect(opened([lesser, grave({})], { holdMs: 10 * MINUTE_MS, reviewMs: [MINUTE_MS] })).toBe(true);
    expect(opened([lesser, grave({}), ended])).toBe(false);
    expect(opened([...habit(6), ...[alertAt(361, { service: 'shop-c', rule: 'BackupFailed', key: 'news', severity: 'sev1' })]])).toBe(false);
  });

  test('a grave alert that nothing else explains is a candidate at once', () => {
    expect(opens(playAlerts([alertAt(0, { service: 'mail', severity: 'sev1' })]))).toHaveLength(1);
    expect(opens(playAlerts([alertAt(0, { service: 'mail', severity: 'sev3' })]))).toEqual([]);
  });
});

test('cap 12: an alert of which only the end arrives is part of the incident, and over', () => {
  const storm = databaseDown();
  const overtaken = alertAt(4, { service: 'shop-a', rule: 'SloBurn', key: 'overtaken', kind: 'resolved' });
  const played = playAlerts([...storm, overtaken]);
  const join = played.decisions.find((decision) => decision.kind === 'join' && decision.alert.alertKey === 'overtaken');
  expect(join).toMatchObject({ alert: { firing: false } });
});

describe('reasons', () => {
  test('cap 35: each alert of an incident shows its contributions, of time, topology, text and history, and complaints where it complains', () => {
    const played = playAlerts(databaseDown());
    const joins = played.decisions.flatMap((decision) => (decision.kind === 'join' ? [decision.alert] : []));
    expect(joins.length).toBeGreaterThan(10);
    for (const { reason } of joins) {
      expect(reason.contributions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['time', 'topology', 'text', 'history']));
      expect(reason.contributions.reduce((sum, { weight }) => sum + weight, 0)).toBeGreaterThan(0);
    }
    expect(joins.some(({ reason }) => reason.contributions.some(({ kind, text }) => kind === 'complaint' && text === 'it names orders-db'))).toBe(true);
  });
});

/** Alerts that make no particular sense, in the order of time. */
const anyAlerts = fc.array(
  fc.record({
    minute: evenly(0, 90), service: fc.constantFrom('orders-db', 'mail', 'search', 'ledger', 'ledger-db', ...DEPENDANTS.slice(0, 5)),
    rule: fc.constantFrom('A', 'B', 'C', 'D'), cluster: fc.constantFrom('prod-a', 'prod-b', null), severity: fc.constantFrom('sev1' as const, 'sev3' as const, 'sev5' as const),
    blames: fc.constantFrom('', '', 'orders-db', 'ledger-db'),
  }), { maxLength: 120 },
).map((list) => [...list].sort((a, b) => a.minute - b.minute).map(({ minute, blames, service, ...rest }, index) => alertAt(minute, {
  ...rest, service, key: `k${index}`, summary: blames === '' ? `${rest.rule} on ${service}` : `${service}: upstream ${blames} unavailable`,
})));

describe('properties', () => {
  test('cap 36: whatever comes, no alert is in two incidents, and no incident takes alerts that was not opened', () => {
    fc.assert(fc.property(anyAlerts, (changes) => {
      expect(() => groupsAfter(playAlerts(changes).decisions)).not.toThrow();
    }), { numRuns: 60 });
  });

  test('the same alerts give the same decisions, however often the time is told', () => {
    fc.assert(fc.property(anyAlerts, fc.constantFrom(7_000, 15_000, 61_000), (changes, passEachMs) => {
      const once = playAlerts(changes);
      expect(playAlerts(changes).decisions).toEqual(once.decisions);
      expect(playAlerts(changes, { passEachMs }).groups).toEqual(once.groups);
    }), { numRuns: 40 });
  });

  test('a storm delivered in another order within the jitter of clocks gives the same incidents', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 26, maxLength: 26 }), (jitter) => {
      const storm = databaseDown();
      const shaken = storm.map((change, index) => ({ change, at: change.recordedAt.getTime() + (jitter[index] ?? 0) * 8 })).sort((a, b) => a.at - b.at)
        .map(({ change, at }) => ({ ...change, recordedAt: new Date(at) }));
      expect(playAlerts(shaken).groups).toEqual(playAlerts(storm).groups);
    }), { numRuns: 40 });
  });

  test('cap 35: the contributions of a link sum up exactly to its score, also for groups that are no candidates yet', () => {
    let doubted = 0;
    fc.assert(fc.property(anyAlerts, (changes) => {
      const engine = createEngine({ topology: SHOP });
      const window = engine.empty();
      for (const change of changes) engine.decide(window, change);
      for (const member of window.members.values()) {
        for (const group of window.groups.values()) {
          if (group.members.has(member.signal.key) && group.nodes.total <= 1) continue;
          const contributions = contributionsOf(window, member, group);
          const cents = contributions.reduce((sum, { weight }) => sum + Math.round(weight * 100), 0);
          expect(Math.abs(cents - scoreOf(window, member, group) * 100)).toBeLessThanOrEqual(0.5 + 1e-6);
          for (const { weight } of contributions) expect(Math.round(weight * 100) / 100).toBe(weight);
          if (!group.opened) doubted += 1;
        }
      }
    }), { numRuns: 20 });
    expect(doubted).toBeGreaterThan(0);
  });

  test('memory is bounded by the last half hour and the open groups, not by all that ever came', () => {
    const engine = createEngine({ topology: SHOP });
    const window = engine.empty();
    for (let index = 0; index < 30_000; index += 1) {
      engine.decide(window, alertAt(index / 50, { service: DEPENDANTS[index % 12] ?? 'shop-a', rule: `R${index % 5}`, key: `m${index}`, summary: `R${index % 5}` }));
    }
    expect(window.members.size).toBeLessThanOrEqual(31 * 50);
    engine.pass(window, new Date(START_MS + 30_000 / 50 * MINUTE_MS + 120 * MINUTE_MS));
    expect(window.members.size).toBe(0);
    expect(window.groups.size).toBe(0);
  });

  test('an installation without a past decides as if nothing had been watched: quiet hours before it began are no habit', () => {
    const engine = createEngine({ topology: SHOP });
    const [fresh, restored] = [engine.empty(), engine.empty()];
    engine.restoreHabits(restored, new Date(START_MS - 75 * MINUTE_MS), []);
    const first = alertAt(0, { service: 'mail', rule: 'CpuHigh' });
    for (const window of [fresh, restored]) engine.decide(window, first);
    const signal = fresh.reader.read(alertAt(1, { service: 'chat', rule: 'CpuHigh' }));
    expect(restored.weigher.background(signal, 0)).toBe(fresh.weigher.background(signal, 0));
  });

  test('cap 39: what is usual is counted from the first alert of the log, not from when a process began to look at it', () => {
    const engine = createEngine({ topology: SHOP });
    const after = (...steps: readonly (AlertChange | Date)[]): number => {
      const window = engine.empty();
      for (const step of steps) if (step instanceof Date) engine.pass(window, step); else engine.decide(window, step);
      return window.weigher.background(window.reader.read(alertAt(360, { service: 'chat', rule: 'CpuHigh' })), 0);
    };
    const [early, first, late] = [new Date(START_MS - 180 * MINUTE_MS), alertAt(0, { service: 'mail', rule: 'DiskFull' }), alertAt(359, { service: 'search', rule: 'DiskFull' })];
    expect(after(early, first, late)).toBe(after(first, late));
    expect(after(first, late)).toBeLessThan(after(late));
  });
});
