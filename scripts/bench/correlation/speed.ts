/**
 * How fast the engine is in memory on one core, with few and with many alerts active. By CPU time, so that
 * it can be told on a busy machine too.
 */
import { createHash } from 'node:crypto';
import type { Topology } from '../../../backend/catalog/index.ts';
import { createEngine } from '../../../backend/correlation/engine/index.ts';
import type { Decision } from '../../../backend/correlation/index.ts';
import { recall } from '../../../backend/correlation/recall.ts';
import { incidentNumber } from '../../../backend/contract/index.ts';
import type { AlertChange } from '../../../backend/ingest/alertLog.ts';

const SERVICES = 500;
const RULES = 40;
const CLUSTERS = 8;
const START_MS = Date.UTC(2026, 0, 1);

/** A made-up installation of 500 services in tiers. */
function makeTopology(): Topology {
  const clusters = Array.from({ length: CLUSTERS }, (_, index) => `cluster-${index}`);
  return {
    services: Array.from({ length: SERVICES }, (_, index) => ({ name: `service-${index}`, aliases: [], tier: null, kind: null, namespace: null, team: null, clusters })),
    edges: Array.from({ length: SERVICES * 3 }, (_, index) => ({
      from: `service-${index % SERVICES}`, to: `service-${Math.floor((index % SERVICES) / 2) + ((index * 7919) % Math.max(1, Math.ceil(SERVICES / 2)))}`, type: 'calls' as const,
    })).filter(({ from, to }) => from !== to),
    clusters: clusters.map((name) => ({ name, region: null })), hosts: [], racks: [], instances: [],
  };
}

/** One alert of many: most belong to a few incidents that are going on, the rest come from anywhere. */
function makeAlert(index: number, perSecond: number): AlertChange {
  const random = ((index * 2654435761) >>> 0) / 2 ** 32;
  const incident = Math.floor(index / 20_000) * 5 + (index % 5);
  const service = index % 10 < 7 ? (incident * 37 + Math.floor(random * 6)) % SERVICES : Math.floor(random * SERVICES);
  const at = new Date(START_MS + (index / perSecond) * 1000);
  const rule = `Rule${(index * 13 + service) % RULES}`;
  return {
    position: String(index), kind: 'opened', recordedAt: at, alertKey: String(index), startsAt: at, endsAt: null, sourceId: 'bench', fingerprint: 'f', name: rule,
    summary: index % 4 === 0 ? `service-${service}: upstream service-${Math.floor(service / 2)} unavailable` : `${rule} on service-${service} at ${index % 100} %`, description: '',
    severity: index % 3 === 0 ? 'sev1' : 'sev3', service: `service-${service}`, team: null, environment: null, cluster: `cluster-${(incident + (index % 2)) % CLUSTERS}`,
    labels: { service: `service-${service}`, alertname: rule },
  };
}

/** CPU seconds of this process since a reading before. */
function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Turns of a fixed loop of map look-ups, in millions per CPU second: tells how fast the machine is just now. */
function probe(): number {
  const names = Array.from({ length: 5_000 }, (_, index) => `name-${index}`);
  const counts = new Map<string, number>();
  const turns = 3_000_000;
  const start = process.cpuUsage();
  for (let index = 0; index < turns; index += 1) {
    const name = names[(index * 7919) % names.length] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return turns / 1e6 / cpuSince(start);
}

/** Bytes in use once the garbage is gone; null where Node was not started with `--expose-gc`. */
function heapBytes(): number | null {
  if (globalThis.gc === undefined) return null;
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** The incident of each alert that has one, by alert. */
function incidentsAfter(decisions: readonly Decision[]): Map<string, string> {
  const groups = new Map<string, string>();
  const merged = new Map<string, string>();
  for (const decision of decisions) {
    if (decision.kind === 'open') for (const { alertKey } of [...decision.alerts, ...decision.moved]) groups.set(alertKey, decision.group);
    if (decision.kind === 'join' || decision.kind === 'move') groups.set(decision.alert.alertKey, decision.group);
    if (decision.kind === 'merge') merged.set(decision.absorbed, decision.group);
  }
  for (const [alert, group] of groups) {
    let last = group;
    for (let next = merged.get(last); next !== undefined; next = merged.get(last)) last = next;
    groups.set(alert, last);
  }
  return groups;
}

interface Speed {
  readonly perCpuSecond: number;
  readonly perWallSecond: number;
  readonly rebuildCpuSeconds: number;
  /** Alerts that stood elsewhere than they were decided again to be: none, as nobody has moved any. */
  readonly corrected: number;
  /** The worst case: none of the alerts has an incident. */
  readonly strangeCpuSeconds: number;
  /** Of the window, by alert remembered. */
  readonly bytesPerAlert: number | null;
  readonly probe: number;
  /** Hash of all that was decided: the same before and after a change that is to make it faster only. */
  readonly decisions: string;
}

/** Takes `events` alerts in while `active` are remembered, then makes the window anew from the last half hour. */
function measureSpeed(active: number, events: number): Speed {
  const topology = makeTopology();
  // An alert is remembered for half an hour.
  const perSecond = active / 1800;
  const hash = createHash('sha256');
  const before = heapBytes();
  const engine = createEngine({ topology });
  const window = engine.empty();
  const placed: Decision[] = [];
  for (let index = 0; index < active; index += 1) {
    const decisions = engine.decide(window, makeAlert(index, perSecond));
    hash.update(JSON.stringify(decisions));
    for (const decision of decisions) if (decision.kind !== 'hold' && decision.kind !== 'assess') placed.push(decision);
  }
  const groups = incidentsAfter(placed);
  placed.length = 0;
  const after = heapBytes();
  const alerts = Array.from({ length: events }, (_, index) => makeAlert(active + index, perSecond));
  const probed = probe();
  const startedAt = performance.now();
  const start = process.cpuUsage();
  const decided = alerts.map((alert) => engine.decide(window, alert));
  const cpuSeconds = cpuSince(start);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  for (const decisions of decided) hash.update(JSON.stringify(decisions));
  const past = Array.from({ length: active }, (_, index) => makeAlert(index, perSecond));
  const numbers = new Map([...new Set(groups.values())].map((id, index) => [id, incidentNumber.parse(index + 1)]));
  const known = [...numbers.values()].map((incident) => ({ incident, keys: [], severity: 'sev1' as const, services: [], lastAlertAt: makeAlert(active, perSecond).recordedAt, alertsTotal: 1 }));
  const told = past.map((change) => ({ change, incident: numbers.get(groups.get(change.alertKey) ?? '') ?? null }));
  const rebuildStart = process.cpuUsage();
  const { corrected } = recall(engine, { since: new Date(START_MS), habits: [], groups: known, events: [], changes: told, passedTo: null });
  const rebuildCpuSeconds = cpuSince(rebuildStart);
  const strangeStart = process.cpuUsage();
  recall(engine, { since: new Date(START_MS), habits: [], groups: [], events: [], changes: told.map(({ change }) => ({ change, incident: null })), passedTo: null });
  return {
    perCpuSecond: Math.round(events / cpuSeconds), perWallSecond: Math.round(events / wallSeconds), rebuildCpuSeconds, corrected, strangeCpuSeconds: cpuSince(strangeStart),
    bytesPerAlert: before === null || after === null ? null : Math.round((after - before) / active), probe: probed, decisions: hash.digest('hex').slice(0, 12),
  };
}

/** Prints the table of speeds. The first row, with cold code, only warms up. */
export function printSpeeds(): void {
  measureSpeed(5_000, 20_000);
  process.stdout.write('\n| alerts remembered | events a CPU second | events a second | window made anew, CPU s (corrected) | the same, no alert with an incident | bytes an alert | probe, M/CPU s | decisions |\n|---:|---:|---:|---:|---:|---:|---:|---|\n');
  for (const active of [1_000, 10_000, 100_000]) {
    const speed = measureSpeed(active, 30_000);
    process.stdout.write(`| ${active} | ${speed.perCpuSecond} | ${speed.perWallSecond} | ${speed.rebuildCpuSeconds.toFixed(2)} (${speed.corrected}) | ${speed.strangeCpuSeconds.toFixed(2)} | ${speed.bytesPerAlert ?? '-'} | ${speed.probe.toFixed(1)} | ${speed.decisions} |\n`);
  }
}
