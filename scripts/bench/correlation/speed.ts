/** How fast the engine is in memory on one core, with few and with many alerts active. */
import type { Topology } from '../../../backend/catalog/index.ts';
import { createEngine } from '../../../backend/correlation/engine/index.ts';
import type { AlertChange } from '../../../backend/ingest/alertLog.ts';

const SERVICES = 500;
const RULES = 40;
const CLUSTERS = 8;
const START_MS = Date.UTC(2026, 0, 1);

/** A made-up installation of 500 services in tiers. */
export function makeTopology(): Topology {
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
export function makeAlert(index: number, perSecond: number): AlertChange {
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

/** Events a second with `active` alerts remembered; measured over `events` once so many are there. */
export function measureSpeed(active: number, events: number): number {
  const engine = createEngine({ topology: makeTopology() });
  const window = engine.empty();
  // An alert is remembered for half an hour.
  const perSecond = active / 1800;
  for (let index = 0; index < active; index += 1) engine.decide(window, makeAlert(index, perSecond));
  const alerts = Array.from({ length: events }, (_, index) => makeAlert(active + index, perSecond));
  const startedAt = performance.now();
  for (const alert of alerts) engine.decide(window, alert);
  return Math.round(events / ((performance.now() - startedAt) / 1000));
}

/** Prints the table of speeds. */
export function printSpeeds(): void {
  process.stdout.write('\n| alerts remembered | events/s on one core |\n|---:|---:|\n');
  for (const active of [1_000, 10_000, 100_000]) process.stdout.write(`| ${active} | ${measureSpeed(active, 20_000)} |\n`);
}
