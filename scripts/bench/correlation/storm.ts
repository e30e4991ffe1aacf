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

/** Reads one storm directory. `dropLabels` takes labels away before the mapping, to measure how much hangs on them. */
export async function readStorm(dir: string, name: string, dropLabels: (fingerprint: string, label: string) => boolean = () => false): Promise<Storm> {
  const mapping = compileMapping(DEFAULT_MAPPING);
  const topology = await readTopology(join(dir, name, 'topology.json.gz'));
  const truth = truthSchema.parse(JSON.parse(gunzipSync(await readFile(join(dir, name, 'truth.json.gz'))).toString('utf8')));
  const events: StormEvent[] = [];
  for (const change of await readChanges(join(dir, name, 'changes.ndjson.gz'))) events.push({ kind: 'change', atMs: change.at.getTime(), change });
  const state = new Map<string, 'firing' | 'resolved'>();
  const keys = new Map<string, string>();
  let position = 0;
  let endMs = 0;
  for await (const { at, payload } of readDeliveries(join(dir, name, 'deliveries.ndjson.gz'))) {
    const atMs = RECORDING_START_MS + at;
    endMs = Math.max(endMs, atMs);
    const parsed = parsePayload(payload);
    if (!parsed.ok) continue;
    for (const [index, alert] of parsed.payload.alerts.entries()) {
      const raw = z.looseObject({ startsAt: z.string(), fingerprint: z.string() }).safeParse(payload.alerts[index]);
      const labels = Object.fromEntries(Object.entries(alert.labels).filter(([label]) => label === 'alertname' || !dropLabels(alert.fingerprint, label)));
      const fields = mapping.normalise(labels);
      const key = `${alert.fingerprint}/${alert.startsAtMs}`;
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
            position: String(position), kind, recordedAt: new Date(atMs), alertKey: alert.fingerprint, startsAt: new Date(alert.startsAtMs),
            endsAt: alert.endsAtMs === null ? null : new Date(alert.endsAtMs), sourceId: 'recording', fingerprint: alert.fingerprint,
            name: ruleNameOf(labels), summary: alert.annotations['summary'] ?? '', description: alert.annotations['description'] ?? '',
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
