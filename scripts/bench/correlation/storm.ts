/** Recorded storms as the engine sees them: through the real parser and mapping, in the order of arrival, without a database. */
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { readChanges, readDeliveries, readTopology, RECORDING_START_MS } from '../../../backend/cli/replayFiles.ts';
import type { ChangeEvent, Topology } from '../../../backend/catalog/index.ts';
import { parsePayload } from '../../../backend/ingest/parse.ts';
import { severityOf, severityRank, type AlertChange } from '../../../backend/ingest/alertLog.ts';
import { compileMapping, DEFAULT_MAPPING, ruleNameOf } from '../../../backend/sources/index.ts';

export type StormEvent =
  | { readonly kind: 'alert'; readonly atMs: number; readonly change: AlertChange }
  | { readonly kind: 'change'; readonly atMs: number; readonly change: ChangeEvent };

export interface Storm {
  readonly name: string;
  readonly events: readonly StormEvent[];
  readonly topology: Topology;
  /** Fingerprint and start as the recording writes them, by the engine's key of the episode. */
  readonly keys: ReadonlyMap<string, string>;
  readonly truth: Truth;
  readonly endMs: number;
}

const truthSchema = z.looseObject({
  alerts: z.record(z.string(), z.string().nullable()),
  incidents: z.array(z.looseObject({
    id: z.string(), type: z.string(), rootCauseService: z.string(), onset: z.string(), firstAlertAt: z.string(), end: z.string(), alertCount: z.number(),
  })),
});
export type Truth = z.infer<typeof truthSchema>;

export function episodeKey(alert: { readonly alertKey: string; readonly startsAt: Date }): string {
  return `${alert.alertKey}/${alert.startsAt.getTime()}`;
}

/** How a recording is distorted before the mapping reads it, to measure how much hangs on what. */
export interface Distortion {
  readonly labels?: (fingerprint: string, labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** False drops the alert, from the truth too. */
  readonly keep?: (fingerprint: string) => boolean;
  /** Milliseconds by which a delivery comes later. */
  readonly delayMs?: (delivery: number) => number;
  /** Everything comes so many times as slowly. */
  readonly pace?: number;
  /** Other names for the same things, in labels, texts and topology. */
  readonly rename?: (text: string) => string;
}

function renamed(topology: Topology, to: (text: string) => string): Topology {
  const orNull = (text: string | null): string | null => (text === null ? null : to(text));
  return {
    services: topology.services.map((service) => ({ ...service, name: to(service.name), aliases: service.aliases.map(to), clusters: service.clusters.map(to) })),
    edges: topology.edges.map((edge) => ({ ...edge, from: to(edge.from), to: to(edge.to) })),
    clusters: topology.clusters.map((cluster) => ({ ...cluster, name: to(cluster.name) })),
    racks: topology.racks.map((rack) => ({ name: to(rack.name), cluster: orNull(rack.cluster), switch: orNull(rack.switch) })),
    hosts: topology.hosts.map((host) => ({ name: to(host.name), rack: orNull(host.rack), cluster: orNull(host.cluster) })),
    instances: topology.instances.map((instance) => ({ name: to(instance.name), service: to(instance.service), cluster: orNull(instance.cluster), host: orNull(instance.host), rack: orNull(instance.rack) })),
  };
}

/** Reads one storm directory, distorted as asked. */
export async function readStorm(dir: string, name: string, distortion: Distortion = {}): Promise<Storm> {
  const { labels: relabel = (_fingerprint, labels) => labels, keep = () => true, delayMs = () => 0, pace = 1, rename = (text) => text } = distortion;
  const mapping = compileMapping(DEFAULT_MAPPING);
  const paced = (ms: number): number => RECORDING_START_MS + Math.round((ms - RECORDING_START_MS) * pace);
  const topology = renamed(await readTopology(join(dir, name, 'topology.json.gz')), rename);
  const whole = truthSchema.parse(JSON.parse(gunzipSync(await readFile(join(dir, name, 'truth.json.gz'))).toString('utf8')));
  const truth: Truth = {
    ...whole, alerts: Object.fromEntries(Object.entries(whole.alerts).filter(([key]) => keep(key.slice(0, key.indexOf('|'))))),
    incidents: whole.incidents.map((incident) => ({ ...incident, rootCauseService: rename(incident.rootCauseService), onset: new Date(paced(Date.parse(incident.onset))).toISOString() })),
  };
  const events: StormEvent[] = [];
  for (const change of await readChanges(join(dir, name, 'changes.ndjson.gz'))) {
    const at = new Date(paced(change.at.getTime()));
    events.push({ kind: 'change', atMs: at.getTime(), change: { ...change, at, service: change.service === null ? null : rename(change.service), clusters: change.clusters.map(rename), title: rename(change.title) } });
  }
  const state = new Map<string, 'firing' | 'resolved'>();
  const keys = new Map<string, string>();
  let position = 0;
  let delivery = 0;
  let endMs = 0;
  for await (const { at, payload } of readDeliveries(join(dir, name, 'deliveries.ndjson.gz'))) {
    const atMs = paced(RECORDING_START_MS + at) + delayMs(delivery);
    delivery += 1;
    endMs = Math.max(endMs, atMs);
    const parsed = parsePayload(payload, 'recording');
    if (!parsed.ok) continue;
    for (const [index, alert] of parsed.payload.alerts.entries()) {
      if (!keep(alert.fingerprint)) continue;
      const raw = z.looseObject({ startsAt: z.string(), fingerprint: z.string() }).safeParse(payload.alerts[index]);
      const labels = relabel(alert.fingerprint, Object.fromEntries(Object.entries(alert.labels).map(([label, value]) => [label, rename(value)])));
      const fields = mapping.normalise(labels);
      const startsAt = new Date(paced(alert.startsAtMs));
      const key = `${alert.fingerprint}/${startsAt.getTime()}`;
      if (raw.success) keys.set(key, `${raw.data.fingerprint}|${raw.data.startsAt}`);
      const before = state.get(key);
      const kinds: AlertChange['kind'][] = before === undefined
        ? [alert.status === 'firing' ? 'opened' : 'resolved']
        : before === 'firing' && alert.status === 'resolved' ? ['resolved'] : [];
      state.set(key, before === 'resolved' ? 'resolved' : alert.status);
      for (const kind of kinds) {
        position += 1;
        events.push({
          kind: 'alert', atMs,
          change: {
            position: String(position), kind, recordedAt: new Date(atMs), alertKey: alert.fingerprint, startsAt,
            endsAt: alert.endsAtMs === null ? null : new Date(paced(alert.endsAtMs)), sourceId: 'recording', fingerprint: alert.fingerprint,
            name: ruleNameOf(labels), summary: rename(alert.annotations['summary'] ?? ''), description: rename(alert.annotations['description'] ?? ''),
            severity: severityOf(severityRank(fields.severity)), service: fields.service, team: fields.team, environment: fields.environment,
            cluster: fields.cluster, labels,
          },
        });
      }
    }
  }
  events.sort((a, b) => a.atMs - b.atMs);
  return { name, events, topology, keys, truth, endMs };
}
