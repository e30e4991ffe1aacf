/** A correlator as it drives the engine, on incidents in memory: whatever it batches, whoever takes over when, and whatever people move meanwhile. */
import fc from 'fast-check';
import { correlationRule, DRILL_LABEL, graverOf, incidentNumber, type CorrelationRule, type IncidentNumber, type Severity } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import { planBatch } from './batch.ts';
import { keepDrillsApart, type ApartWindow } from './drillsApart.ts';
import { createEngine, DEFAULT_PARAMETERS, type EngineWindow } from './engine/index.ts';
import { alertAt, DEPENDANTS, evenly, MINUTE_MS, SHOP, START_MS } from './engine/engine.testkit.ts';
import { anyStream, type Stream } from './engine/streams.testkit.ts';
import { recall, type Recalled } from './recall.ts';
import type { AlertRef, Decision, KnownGroup } from './strategy.ts';

const RULES: readonly CorrelationRule[] = [correlationRule.parse({
  id: 'pools', name: 'Pools', condition: 'name == "PoolExhausted"', groupBy: ['cluster'], window: { kind: 'session', seconds: 120 }, minAlerts: 3, severity: { kind: 'fixed', severity: 'sev4' },
})];
const MEMORY_MS = DEFAULT_PARAMETERS.closeMs + DEFAULT_PARAMETERS.holdMs;
/** How often the time is told, and how late. */
const PASS_EACH_MS = 15_000;
const PASS_LATE_MS = 5_000;

function keyOf(ref: AlertRef): string {
  return `${ref.alertKey}/${ref.startsAt.getTime()}`;
}

interface Kept {
  severity: Severity;
  services: readonly string[];
  roots: readonly string[];
  lastAlertAt: Date;
  /** The one that took it in. */
  into: IncidentNumber | null;
  ended: boolean;
}

/** What a person does with the incident of an alert, or with the alert. */
type Act = 'take out' | 'split' | 'move' | 'merge' | 'end';

/** Incidents and links as the database has them. */
function createIncidents() {
  const incidents = new Map<IncidentNumber, Kept>();
  const links = new Map<string, IncidentNumber>();
  const byPeople = new Set<string>();
  /** Incidents between which people have moved alerts. */
  const apart: (readonly [IncidentNumber, IncidentNumber])[] = [];
  const find = (number: IncidentNumber): IncidentNumber => {
    const into = incidents.get(number)?.into ?? null;
    return into === null ? number : find(into);
  };
  const incidentOf = (ref: AlertRef): IncidentNumber | null => {
    const number = links.get(keyOf(ref));
    return number === undefined ? null : find(number);
  };
  const nextNumber = (): IncidentNumber => incidentNumber.parse(incidents.size + 1);
  const areApart = (one: IncidentNumber, other: IncidentNumber): boolean => apart.some(([a, b]) => find(a) !== find(b) && [one, other].includes(find(a)) && [one, other].includes(find(b)));
  const isOpen = ([, kept]: [IncidentNumber, Kept]): boolean => kept.into === null && !kept.ended;
  return {
    incidentOf,
    areApart,
    isByPerson: (ref: AlertRef): boolean => byPeople.has(keyOf(ref)),
    /** Null when an incident takes no more: nothing is written then. */
    apply(at: Date, plan: ReturnType<typeof planBatch>): IncidentNumber[] | null {
      // Only ends are still counted off in an incident that takes no more.
      const takes = plan.changes.filter((change) => change.joined.length + change.moved.length + change.absorbed.length > 0);
      if (takes.some(({ incident }) => incident !== null && incidents.get(find(incident))?.ended !== false)) return null;
      return plan.changes.map((change) => {
        const given = change.incident ?? nextNumber();
        if (change.incident === null && change.title === '') throw new Error('a group without an incident was not opened');
        const all = [given, ...change.absorbed].map(find).sort((a, b) => a - b);
        const number = all[0] ?? given;
        if (all.some((one, at) => all.slice(at + 1).some((other) => one !== other && areApart(one, other)))) throw new Error(`${all.join(' and ')} are merged, which a person set apart`);
        const before = incidents.get(number);
        const severities = [...all.map((other) => incidents.get(other)?.severity), change.severity].filter((one) => one != null);
        for (const other of all) {
          const absorbed = incidents.get(other);
          if (other !== number && absorbed !== undefined) absorbed.into = number;
        }
        incidents.set(number, {
          severity: severities.reduce((a, b) => graverOf(a, b)), services: [...new Set([...(before?.services ?? []), ...change.services])].sort(),
          roots: change.assessment?.roots.map((root) => root.service) ?? before?.roots ?? [], lastAlertAt: change.joined.length > 0 || before === undefined ? at : before.lastAlertAt, into: null, ended: before?.ended ?? false,
        });
        for (const alert of change.joined) {
          if (links.has(keyOf(alert))) throw new Error(`${keyOf(alert)} joins a second incident`);
          if (!byPeople.has(keyOf(alert))) links.set(keyOf(alert), number);
        }
        for (const alert of change.moved) {
          if (byPeople.has(keyOf(alert))) throw new Error(`${keyOf(alert)} is moved, which a person has placed`);
          links.set(keyOf(alert), number);
        }
        return number;
      });
    },
    act(act: Act, alert: AlertRef, another: AlertRef): void {
      const [number, other] = [incidentOf(alert), incidentOf(another)];
      const kept = number === null ? undefined : incidents.get(number);
      if (number === null || kept === undefined || kept.ended) return;
      switch (act) {
        case 'take out':
          links.delete(keyOf(alert));
          byPeople.add(keyOf(alert));
          break;
        case 'split': {
          const part = nextNumber();
          incidents.set(part, { ...kept });
          apart.push([number, part]);
          [...links].filter(([, of]) => find(of) === number).forEach(([key], index) => {
            if (index % 2 === 0) return;
            links.set(key, part);
            byPeople.add(key);
          });
          break;
        }
        case 'move':
          if (other === null || other === number || incidents.get(other)?.ended !== false) return;
          links.set(keyOf(alert), other);
          byPeople.add(keyOf(alert));
          apart.push([number, other]);
          break;
        case 'merge': {
          const second = other === null ? undefined : incidents.get(other);
          if (second !== undefined && !second.ended && other !== number) second.into = number;
          break;
        }
        case 'end':
          kept.ended = true;
      }
    },
    known: (since: number): KnownGroup[] => [...incidents].filter((entry) => isOpen(entry) && entry[1].lastAlertAt.getTime() >= since)
      .map(([incident, { severity, services, lastAlertAt }]) => ({ incident, keys: [], severity, services, lastAlertAt, alertsTotal: 1, apartFrom: [...incidents.keys()].filter((other) => find(other) === other && other !== incident && areApart(incident, other)) })),
    /** What people see, but for numbers. */
    picture: () => [...incidents].filter(([, kept]) => kept.into === null).map(([number, { severity, roots }]) => ({
      alerts: [...links].filter(([, other]) => find(other) === number).map(([key]) => key).sort(), severity, roots,
    })).sort((a, b) => (`${a.alerts[0]}` < `${b.alerts[0]}` ? -1 : 1)),
  };
}

interface Run {
  /** Size of the batch that begins at a place of the stream. */
  readonly batchAt?: (place: number) => number;
  /** Places before which another process takes over. */
  readonly takeOvers?: readonly number[];
  /** Another process takes over each time that something was decided by time alone. */
  readonly takeOverByTime?: boolean;
  /** What people do, before a change is correlated. */
  readonly acts?: ReadonlyMap<number, Act>;
  /** Changes of the log that a new window is told at most. */
  readonly limit?: number;
  /** Told of each new window. */
  readonly onRecall?: (recalled: Recalled<ApartWindow<EngineWindow>>, incidentOf: (ref: AlertRef) => IncidentNumber | null) => void;
}

/** Runs a stream as a correlator does. */
function runStream({ changes, deploys }: Stream, { batchAt = () => 1, takeOvers = [], takeOverByTime = false, acts = new Map(), limit = Infinity, onRecall = () => undefined }: Run = {}) {
  const strategy = keepDrillsApart(createEngine({ topology: SHOP, rules: RULES }));
  const incidents = createIncidents();
  let recalled: Recalled<ApartWindow<EngineWindow>> = recall(strategy, { since: new Date(START_MS), habits: [], groups: [], events: [], changes: [], passedTo: null });
  let passedTo: Date | null = null;
  let toldMs = START_MS;
  let noted = 0;
  let place = 0;
  /** Throws when an alert goes straight to an incident that a person has set apart from its own. */
  const watch = (decisions: readonly Decision[]): readonly Decision[] => {
    for (const decision of decisions) {
      const [from, to] = decision.kind === 'move' ? [decision.from, decision.group].map((group) => recalled.groups.get(group)) : [];
      if (from !== undefined && to !== undefined && incidents.areApart(from, to)) throw new Error(`an alert is moved from ${from} to ${to}, which a person set apart`);
    }
    return decisions;
  };
  const watched: typeof strategy = { ...strategy, decide: (window, change) => watch(strategy.decide(window, change)), pass: (window, at) => watch(strategy.pass(window, at)) };
  const takeOver = (nowMs: number): void => {
    const from = Math.max(0, place - limit);
    recalled = recall(strategy, {
      since: changes[from]?.recordedAt ?? new Date(START_MS), habits: [], groups: incidents.known(nowMs - MEMORY_MS), events: deploys.slice(0, noted), passedTo,
      changes: changes.slice(from, place).map((change) => ({ change, incident: incidents.incidentOf(change), byPerson: incidents.isByPerson(change) })),
    });
    onRecall(recalled, incidents.incidentOf);
  };
  const take = (batch: readonly AlertChange[], at: Date, passTo: Date | null): void => {
    const plan = planBatch(watched, recalled.window, recalled.groups, batch, (change) => incidents.incidentOf(change), passTo);
    const numbers = incidents.apply(at, plan);
    if (numbers === null) {
      takeOver(at.getTime());
      take(batch, at, passTo);
      return;
    }
    const byTime = passTo !== null && plan.changes.length + plan.held.length > 0;
    if (byTime) passedTo = passTo;
    plan.groups.forEach((ids, index) => {
      const number = numbers[index];
      if (number !== undefined) for (const id of ids) recalled.groups.set(id, number);
    });
    if (byTime && takeOverByTime) takeOver(at.getTime());
  };
  const passUntil = (untilMs: number): void => {
    for (; toldMs + PASS_EACH_MS <= untilMs; toldMs += PASS_EACH_MS) {
      const at = toldMs + PASS_EACH_MS;
      for (let event = deploys[noted]; event !== undefined && event.at.getTime() <= at - PASS_LATE_MS; event = deploys[noted]) {
        take([], event.at, event.at);
        strategy.noteChange(recalled.window, event);
        noted += 1;
      }
      take([], new Date(at), new Date(at - PASS_LATE_MS));
    }
  };
  while (place < changes.length) {
    const [first] = changes.slice(place);
    if (first === undefined) break;
    // Batches end where the time is told or a deploy comes, as only what is before that is known by then.
    const nowMs = first.recordedAt.getTime();
    passUntil(nowMs);
    for (let event = deploys[noted]; event !== undefined && event.at <= first.recordedAt; event = deploys[noted]) {
      take([], event.at, event.at);
      strategy.noteChange(recalled.window, event);
      noted += 1;
    }
    const act = acts.get(place);
    const another = changes[Math.floor(place / 2)];
    if (act !== undefined && another !== undefined) {
      incidents.act(act, changes[place - 1] ?? first, another);
      takeOver(nowMs);
    } else if (takeOvers.includes(place)) takeOver(nowMs);
    const nextTakeOver = takeOvers.filter((other) => other > place).reduce((a, b) => Math.min(a, b), changes.length);
    const nextMs = Math.min(toldMs + PASS_EACH_MS, deploys[noted]?.at.getTime() ?? Infinity);
    const batch = changes.slice(place, Math.min(nextTakeOver, place + batchAt(place))).filter((change) => change === first || change.recordedAt.getTime() < nextMs);
    take(batch, batch.at(-1)?.recordedAt ?? first.recordedAt, null);
    place += batch.length;
  }
  passUntil((changes.at(-1)?.recordedAt.getTime() ?? START_MS) + 31 * MINUTE_MS);
  return incidents.picture();
}

/** Where in a stream something happens. */
const share = evenly(0, 1);
const somePlaces = fc.noBias(fc.array(share, { minLength: 1, maxLength: 3 }));

test('cap 36: the same alerts in batches of any size make the same incidents, as grave and with the same suspects, each alert in one at most', () => {
  let made = 0;
  fc.assert(fc.property(anyStream, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (stream, sizes) => {
    const once = runStream(stream);
    expect(runStream(stream, { batchAt: (place) => sizes[place % sizes.length] ?? 1 })).toEqual(once);
    made += once.length;
  }), { numRuns: 40, endOnFailure: true });
  expect(made).toBeGreaterThan(40);
});

test('cap 39: whoever takes over, whenever and how often, the incidents are those of a process that never stopped', () => {
  fc.assert(fc.property(anyStream, somePlaces, (stream, shares) => {
    const takeOvers = shares.map((where) => Math.floor(where * stream.changes.length));
    const onRecall = ({ corrected }: Recalled<ApartWindow<EngineWindow>>): void => expect(corrected).toBe(0);
    expect(runStream(stream, { takeOvers, onRecall })).toEqual(runStream(stream));
  }), { numRuns: 100, endOnFailure: true });
});

test('cap 39, cap 81: nor does it matter that a drill is under way, as like to what is real as can be', () => {
  fc.assert(fc.property(anyStream, somePlaces, ({ changes, deploys }, places) => {
    const drill = changes.map((change) => ({ ...change, alertKey: `drill/${change.alertKey}`, labels: { ...change.labels, [DRILL_LABEL]: 'one' } }));
    const stream = { deploys, changes: [...changes, ...drill].sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime()) };
    const takeOvers = places.map((place) => Math.floor(place * stream.changes.length));
    expect(runStream(stream, { takeOvers })).toEqual(runStream(stream));
  }), { numRuns: 60 });
});

test('cap 39: nor does it matter that others take over just when time alone has decided something', () => {
  let takeOvers = 0;
  fc.assert(fc.property(anyStream, (stream) => {
    const onRecall = ({ corrected }: Recalled<ApartWindow<EngineWindow>>): void => {
      takeOvers += 1;
      expect(corrected).toBe(0);
    };
    expect(runStream(stream, { takeOverByTime: true, onRecall })).toEqual(runStream(stream));
  }), { numRuns: 120, endOnFailure: true });
  expect(takeOvers).toBeGreaterThan(20);
});

test.each([
  { name: 'all of the log', limit: Infinity },
  { name: 'only the end of the log', limit: 25 },
])('cap 39, cap 40: whatever people have moved, merged or ended, a window that is told $name has each alert where it stands', ({ limit }) => {
  let corrected = 0;
  fc.assert(fc.property(anyStream, somePlaces, fc.noBias(fc.array(fc.tuple(share, fc.constantFrom<Act>('take out', 'split', 'move', 'merge', 'end')), { minLength: 1, maxLength: 5, size: 'max' })), (stream, shares, acts) => {
    const placeOf = (where: number): number => Math.floor(where * stream.changes.length);
    runStream(stream, {
      takeOvers: shares.map(placeOf), acts: new Map(acts.map(([share, act]) => [placeOf(share), act])), limit,
      onRecall(recalled, incidentOf) {
        corrected += recalled.corrected;
        const { window, groups } = recalled;
        for (const group of window.real.groups.values()) {
          expect(groups.has(group.id)).toBe(group.opened);
          for (const member of group.members.values()) expect(member.groupId).toBe(group.id);
        }
        for (const { signal, linkedTo, groupId } of window.real.members.values()) {
          const stands = incidentOf({ alertKey: signal.alertKey, startsAt: new Date(signal.startsAtMs) });
          expect(linkedTo === null ? null : groups.get(linkedTo)).toBe(stands);
          expect(window.real.groups.has(groupId ?? '')).toBe(true);
        }
      },
    });
  }), { numRuns: 60, endOnFailure: true });
  expect(corrected).toBeGreaterThan(0);
});

test('cap 36, cap 40: what people have split or moved apart is never merged again, nor moved back, in this process and in one that takes over', () => {
  let parted = 0;
  const when = evenly(0.2, 0.95);
  fc.assert(fc.property(anyStream, somePlaces, fc.array(fc.tuple(when, fc.constantFrom<Act>('split', 'move', 'split', 'take out')), { minLength: 1, maxLength: 4, size: 'max' }), (stream, shares, acts) => {
    const placeOf = (where: number): number => Math.floor(where * stream.changes.length);
    // Whatever the engine may not do throws where it would be written.
    runStream(stream, {
      takeOvers: shares.map(placeOf), acts: new Map(acts.map(([share, act]) => [placeOf(share), act])),
      onRecall: ({ window }) => { parted += Number(window.real.anyApart); },
    });
  }), { numRuns: 100, endOnFailure: true });
  expect(parted).toBeGreaterThan(20);
});

test('cap 30: a new window goes on with the incident of a rule', () => {
  const strategy = createEngine({ topology: SHOP, rules: RULES });
  const pools = ['mail', 'search', 'chat', 'ledger'].map((service, index) => alertAt(index, { service, rule: 'PoolExhausted' }));
  const seven = incidentNumber.parse(7);
  const lastAlertAt = pools[2]?.recordedAt ?? new Date(START_MS);
  const { window, groups } = recall(strategy, {
    since: new Date(START_MS), habits: [], groups: [{ incident: seven, keys: [], severity: 'sev4', services: [], lastAlertAt, alertsTotal: 3 }], events: [], passedTo: null,
    changes: pools.slice(0, 3).map((change) => ({ change, incident: seven })),
  });
  const [group] = groups.keys();
  expect(pools.slice(3).flatMap((change) => [...strategy.decide(window, change)])).toContainEqual(expect.objectContaining({ kind: 'join', group }));
});

/** Four alerts of one outage, that become an incident. */
const OUTAGE = ['shop-a', 'shop-b', 'shop-c', 'orders-db'].map((service, index) => alertAt(index / 4, { service, summary: service === 'orders-db' ? 'down' : `${service}: upstream orders-db unavailable` }));

function recallOutage(stands: IncidentNumber | null, groups: readonly KnownGroup[] = []) {
  const strategy = createEngine({ topology: SHOP });
  return { strategy, ...recall(strategy, { since: new Date(START_MS - MINUTE_MS), habits: [], groups, events: [], passedTo: null, changes: OUTAGE.map((change) => ({ change, incident: stands })) }) };
}

test('cap 39, cap 40: the end of an alert of an incident that takes no more is no news to a new window', () => {
  const { strategy, window } = recallOutage(incidentNumber.parse(7));
  expect([window.members.size, window.groups.size]).toEqual([0, 0]);
  const ends = OUTAGE.map((change, index): AlertChange => ({ ...change, kind: 'resolved', recordedAt: new Date(START_MS + (2 + index) * MINUTE_MS) }));
  expect(ends.flatMap((end) => [...strategy.decide(window, end)])).toEqual([]);
  expect(window.members.size).toBe(0);
});

test('cap 34, cap 40: alerts that people took out of an incident speak no more for their rule in a new window', () => {
  const asUnknown = createEngine({ topology: SHOP }).empty().habits.incidentShare('HighErrorRate');
  const seven = incidentNumber.parse(7);
  const { window } = recallOutage(seven, [{ incident: seven, keys: [], severity: 'sev2', services: [], lastAlertAt: new Date(START_MS), alertsTotal: 4 }]);
  expect(window.habits.incidentShare('HighErrorRate')).toBeGreaterThan(asUnknown);
  expect(recallOutage(null).window.habits.incidentShare('HighErrorRate')).toBeLessThan(asUnknown);
});

test('cap 39: an incident that is older than the log told takes what comes to its place', () => {
  const strategy = createEngine({ topology: SHOP });
  const seven = incidentNumber.parse(7);
  const told = DEPENDANTS.slice(0, 2).map((service, index) => alertAt(index, { service }));
  const { window, groups, corrected } = recall(strategy, {
    since: new Date(START_MS), habits: [], groups: [{ incident: seven, keys: [], severity: 'sev1', services: [], lastAlertAt: new Date(START_MS + MINUTE_MS), alertsTotal: 900 }], events: [], passedTo: null,
    changes: told.map((change) => ({ change, incident: seven })),
  });
  expect(corrected).toBe(2);
  const decisions = DEPENDANTS.slice(2, 5).flatMap((service, index) => [...strategy.decide(window, alertAt(2 + index / 2, { service, summary: `${service}: upstream orders-db unavailable` }))]);
  expect(decisions.filter(({ kind }) => kind === 'join').map((decision) => ('group' in decision ? groups.get(decision.group) : null))).toEqual([seven, seven, seven]);
});

test('cap 39, cap 43: of an incident that is older than the log told holds what is told of it, and alerts that move no more are counted', () => {
  const strategy = createEngine({ topology: SHOP });
  const seven = incidentNumber.parse(7);
  const begun = alertAt(0, { service: 'shop-a' });
  const older = { ...alertAt(1, { service: 'shop-b', kind: 'resolved' }), startsAt: new Date(START_MS - 60 * MINUTE_MS) };
  const lastAlertAt = new Date(START_MS + 20 * MINUTE_MS);
  const { window, groups } = recall(strategy, {
    since: new Date(START_MS - MINUTE_MS), habits: [], groups: [{ incident: seven, keys: [], severity: 'sev1', services: [], lastAlertAt, alertsTotal: 900, circle: 'ada' }], events: [],
    passedTo: new Date(START_MS + 40 * MINUTE_MS), changes: [begun, older].map((change) => ({ change, incident: seven })),
  });
  expect(window.members.size).toBe(0);
  expect([...groups].map(([id, incident]) => ({ incident, group: window.groups.get(id) }))).toMatchObject([
    { incident: seven, group: { severity: 'sev1', circle: 'ada', lastMs: lastAlertAt.getTime(), nodes: { total: 1 } } },
  ]);
});
