/** What a take-over costs in quality: a storm with another process taking over in the middle of it, beside the same storm without. */
import { createEngine } from '../../../backend/correlation/engine/index.ts';
import { recall } from '../../../backend/correlation/recall.ts';
import type { Decision, KnownGroup, KnownHabit } from '../../../backend/correlation/index.ts';
import { graverOf, incidentNumber, type IncidentNumber, type Severity } from '../../../backend/contract/index.ts';
import type { AlertChange } from '../../../backend/ingest/alertLog.ts';
import type { ChangeEvent } from '../../../backend/catalog/index.ts';
import { episodeKey, type Storm } from './storm.ts';

/** Places of the storm at which one takes over, each tried by itself; and three in one run. */
const RUNS: readonly (readonly number[])[] = [...Array.from({ length: 9 }, (_, index) => [(index + 1) / 10]), [0.25, 0.5, 0.75]];
/** What a correlator reads of the log at most. */
const LIMIT = 20_000;

interface Kept {
  severity: Severity;
  services: readonly string[];
  lastAlertAt: Date;
  into: IncidentNumber | null;
}

/** Plays a storm as a correlator does that is thrown away before some of its events; gives the incident of each alert. */
function playWith(storm: Storm, takeOvers: ReadonlySet<number>): Map<string, IncidentNumber> {
  const engine = createEngine({ topology: storm.topology });
  const incidents = new Map<IncidentNumber, Kept>();
  const links = new Map<string, IncidentNumber>();
  const changes: AlertChange[] = [];
  const events: ChangeEvent[] = [];
  let groups = new Map<string, IncidentNumber>();
  let window = engine.empty();
  let passedTo: Date | null = null;

  const find = (number: IncidentNumber): IncidentNumber => {
    const into = incidents.get(number)?.into ?? null;
    return into === null ? number : find(into);
  };
  const incidentOf = (change: AlertChange): IncidentNumber | null => {
    const number = links.get(episodeKey(change));
    return number === undefined ? null : find(number);
  };

  function numberOf(group: string): IncidentNumber {
    const number = groups.get(group) ?? incidentNumber.parse(incidents.size + 1);
    groups.set(group, number);
    return find(number);
  }

  function take(decisions: readonly Decision[], at: Date): void {
    for (const decision of decisions) {
      if (decision.kind === 'assess' || decision.kind === 'hold') continue;
      const number = numberOf(decision.group);
      const kept = incidents.get(number);
      if (decision.kind === 'merge') {
        const other = numberOf(decision.absorbed);
        const [older, newer] = other < number ? [other, number] : [number, other];
        const [stays, goes] = [incidents.get(older), incidents.get(newer)];
        if (stays === undefined || goes === undefined || older === newer) continue;
        goes.into = older;
        stays.severity = graverOf(stays.severity, goes.severity);
        stays.lastAlertAt = stays.lastAlertAt > goes.lastAlertAt ? stays.lastAlertAt : goes.lastAlertAt;
        continue;
      }
      const { severity, services } = decision;
      const joins = decision.kind !== 'move';
      incidents.set(number, { severity: kept === undefined ? severity : graverOf(kept.severity, severity), services, lastAlertAt: kept === undefined || joins ? at : kept.lastAlertAt, into: null });
      for (const alert of decision.kind === 'open' ? [...decision.alerts, ...decision.moved] : [decision.alert]) links.set(episodeKey(alert), number);
    }
  }

  /** How often each alert came that has no incident, as the database says it. */
  function habitsOf(past: readonly AlertChange[]): KnownHabit[] {
    const alone = past.filter((change) => change.kind === 'opened' && incidentOf(change) === null);
    return [...Map.groupBy(alone, ({ alertKey }) => alertKey)].flatMap(([alertKey, all]) => all.slice(0, 1).map(({ name, recordedAt }) => ({ rule: name, alertKey, count: all.length, firstSeenAt: recordedAt })));
  }

  function takeOver(nowMs: number): void {
    const from = Math.max(0, changes.length - LIMIT);
    const known: KnownGroup[] = [...incidents].filter(([, kept]) => kept.into === null && kept.lastAlertAt.getTime() >= nowMs - engine.memoryMs)
      .map(([incident, { severity, services, lastAlertAt }]) => ({ incident, keys: [], severity, services, lastAlertAt, alertsTotal: 1 }));
    const first = from === 0 ? undefined : changes[from];
    const made = recall(engine, {
      since: first?.recordedAt ?? new Date(nowMs - engine.memoryMs - engine.habitMs), habits: habitsOf(changes.slice(0, from)), groups: known, events, passedTo,
      changes: changes.slice(from).map((change) => ({ change, incident: incidentOf(change) })),
    });
    window = made.window;
    groups = new Map(made.groups);
  }

  storm.events.forEach((event, index) => {
    const at = new Date(event.atMs);
    if (takeOvers.has(index)) takeOver(event.atMs);
    if (event.kind === 'alert') {
      take(engine.decide(window, event.change), event.change.recordedAt);
      changes.push(event.change);
      return;
    }
    take(engine.pass(window, at), at);
    passedTo = at;
    engine.noteChange(window, event.change);
    events.push(event.change);
  });
  const end = new Date(storm.endMs + 3_600_000);
  take(engine.pass(window, end), end);
  return new Map([...links].map(([key, number]) => [key, find(number)]));
}

/** Alerts that are in another incident than without a take-over; an incident is the one with which it shares most alerts. */
function countElsewhere(without: ReadonlyMap<string, IncidentNumber>, places: ReadonlyMap<string, IncidentNumber>): number {
  const same = new Map<IncidentNumber, IncidentNumber | undefined>();
  for (const [incident, members] of Map.groupBy(places, ([, number]) => number)) {
    const shares = [...Map.groupBy(members, ([key]) => without.get(key))].sort((a, b) => b[1].length - a[1].length);
    same.set(incident, shares[0]?.[0]);
  }
  return [...new Set([...without.keys(), ...places.keys()])].filter((key) => {
    const number = places.get(key);
    return (number === undefined ? undefined : same.get(number)) !== without.get(key);
  }).length;
}

/** Prints, for each storm, how many alerts a take-over moves. */
export function printTakeOvers(storms: readonly Storm[]): void {
  process.stdout.write('\n| storm | alerts in incidents | elsewhere after a take-over, mean of ten runs | worst |\n|---|---:|---:|---:|\n');
  for (const storm of storms) {
    const without = playWith(storm, new Set());
    const counts = RUNS.map((shares) => countElsewhere(without, playWith(storm, new Set(shares.map((share) => Math.floor(share * storm.events.length))))));
    process.stdout.write(`| ${storm.name} | ${without.size} | ${(counts.reduce((a, b) => a + b, 0) / counts.length).toFixed(1)} | ${Math.max(...counts)} |\n`);
  }
}
