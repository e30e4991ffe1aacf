/** The files of a recording: read, unpacked, checked line by line. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  CHANGE_KINDS, DEPENDENCY_TYPES, SERVICE_TIERS, type ChangeEvent, type ChangeKind, type Topology, type TopologyEdge,
} from '../catalog/index.ts';
import { RecordingError } from './recordingError.ts';
import { readJson, readLines, readWhole } from './recordingFile.ts';

/** The recording's zero: `at` counts milliseconds from here. */
export const RECORDING_START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

const delivery = z.looseObject({ at: z.number().nonnegative(), payload: z.looseObject({ alerts: z.array(z.unknown()) }) });
export type Delivery = z.infer<typeof delivery>;
const names = z.array(z.string()).nullish().transform((list) => list ?? []);
const nullable = z.string().nullish().transform((value) => value ?? null);
const change = z.looseObject({
  at: z.number(), id: nullable, kind: z.string().nullish().transform((kind) => kind ?? 'other'), service: nullable, clusters: names,
  title: nullable, author: nullable, link: nullable,
});
const topology = z.looseObject({
  services: z.array(z.looseObject({
    name: z.string(), aliases: names, tier: nullable, kind: nullable, namespace: nullable, team: nullable,
    clusters: names, dependsOn: names,
  })),
  edges: z.array(z.looseObject({ from: z.string(), to: z.string(), type: z.string().nullish().transform((type) => type ?? 'calls') })).nullish().transform((list) => list ?? []),
  instances: z.array(z.looseObject({ name: z.string(), service: z.string(), cluster: nullable, host: nullable, rack: nullable })).nullish().transform((list) => list ?? []),
  hosts: z.array(z.looseObject({ name: z.string(), rack: nullable, cluster: nullable })).nullish().transform((list) => list ?? []),
  racks: z.array(z.looseObject({ name: z.string(), cluster: nullable, switch: nullable })).nullish().transform((list) => list ?? []),
  clusters: z.array(z.looseObject({ name: z.string(), region: nullable })).nullish().transform((list) => list ?? []),
});

/** Deliveries in the order of the file, which is that of arrival, one at a time. */
export async function* readDeliveries(path: string): AsyncGenerator<Delivery> {
  let before = 0;
  for await (const { where, item } of readLines(path, delivery)) {
    if (item.at < before) throw new RecordingError(`${where}: arrived before the line above; deliveries stand in order of arrival`);
    before = item.at;
    yield item;
  }
}

/** First word of a change's kind that says what it is; senders name kinds as they like. */
function toChangeKind(kind: string): ChangeKind {
  const words = kind.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => word === 'release' || word === 'rollback')) return 'deploy';
  if (words.includes('flag')) return 'flag';
  if (words.includes('migration')) return 'schema';
  return CHANGE_KINDS.find((known) => words.includes(known)) ?? 'other';
}

/** Changes of the recording, in the order of time. */
export async function readChanges(path: string): Promise<ChangeEvent[]> {
  const changes: ChangeEvent[] = [];
  for await (const { item } of readLines(path, change)) {
    changes.push({
      id: item.id ?? `change-${changes.length + 1}`, kind: toChangeKind(item.kind), service: item.service, clusters: item.clusters,
      at: new Date(RECORDING_START_MS + item.at), title: item.title ?? `${item.kind} of ${item.service ?? 'something'}`, author: item.author, link: item.link,
    });
  }
  return changes.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** The inventory of the recording. Dependencies may stand as edges, with the services, or both. */
export async function readTopology(path: string): Promise<Topology> {
  const read = readJson(path, await readWhole(path), topology);
  const edges = new Map<string, TopologyEdge>();
  const note = (from: string, to: string, type: string): void => {
    edges.set(JSON.stringify([from, to]), { from, to, type: DEPENDENCY_TYPES.find((known) => known === type) ?? 'calls' });
  };
  for (const service of read.services) for (const to of service.dependsOn) note(service.name, to, 'calls');
  for (const edge of read.edges) note(edge.from, edge.to, edge.type);
  return {
    services: read.services.map((service) => ({
      name: service.name, aliases: service.aliases, tier: SERVICE_TIERS.find((known) => known === service.tier) ?? null, kind: service.kind,
      namespace: service.namespace, team: service.team, clusters: service.clusters,
    })),
    edges: [...edges.values()], instances: read.instances, hosts: read.hosts, racks: read.racks, clusters: read.clusters,
  };
}

/** Writes one result file. */
export async function writeResult(dir: string, name: string, value: unknown): Promise<void> {
  await writeFile(join(dir, name), `${JSON.stringify(value, null, 1)}\n`);
}
