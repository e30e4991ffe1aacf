/**
 * The storms with less or other knowledge: what the engine is judged by, so that nothing is fitted to
 * the files as they are. Chance is drawn from names, so it is the same in every run.
 */
import { createHash } from 'node:crypto';
import { EMPTY_TOPOLOGY, type Topology } from '../../../backend/catalog/index.ts';
import { readStorm, type Distortion, type Storm } from './storm.ts';

export interface Variant {
  readonly title: string;
  read(dir: string, name: string): Promise<Storm>;
}

/** The same number from 0 to 1 for the same text. */
function chanceOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

function distorted(title: string, distortion: Distortion): Variant {
  return { title, read: (dir, name) => readStorm(dir, name, distortion) };
}

function withTopology(title: string, change: (topology: Topology, name: string) => Topology): Variant {
  return {
    title,
    async read(dir, name) {
      const storm = await readStorm(dir, name);
      return { ...storm, topology: change(storm.topology, name) };
    },
  };
}

function edgesMissing(share: number): Variant {
  return withTopology(`${share * 100} % of the edges missing`, (topology, name) => ({ ...topology, edges: topology.edges.filter(({ from, to }) => chanceOf(`${name} ${from} ${to}`) >= share) }));
}

function labelsDropped(share: number): Variant {
  return distorted(`${share * 100} % of the labels dropped`, {
    labels: (fingerprint, labels) => Object.fromEntries(Object.entries(labels).filter(([label]) => label === 'alertname' || chanceOf(`${fingerprint} ${label}`) >= share)),
  });
}

/** Some alerts carry the service, or the cluster, of another alert seen before. */
function labelsWrong(share: number): Variant {
  const seen = new Map<string, string[]>();
  return distorted(`${share * 100} % of the services and clusters wrong`, {
    labels: (fingerprint, labels) => Object.fromEntries(Object.entries(labels).map(([label, value]) => {
      if (label !== 'service' && label !== 'job' && label !== 'cluster') return [label, value];
      const values = seen.get(label) ?? [];
      seen.set(label, values);
      values.push(value);
      const chance = chanceOf(`${fingerprint} ${label} wrong`);
      return [label, chance < share ? (values[Math.floor((chance / share) * values.length)] ?? value) : value];
    })),
  });
}

/** Other names for rules, as if nothing could be read from them. */
function ruleNames(): Variant {
  return distorted('rules with meaningless names', {
    labels: (_fingerprint, labels) => ({ ...labels, ...(labels['alertname'] === undefined ? {} : { alertname: `r${Math.floor(chanceOf(labels['alertname']) * 1e9)}` }) }),
  });
}

/** Other names for services, in labels, texts and topology. */
function serviceNames(): Variant {
  return {
    title: 'services with other names',
    async read(dir, name) {
      const { topology } = await readStorm(dir, name);
      const names = topology.services.map((service) => service.name).sort((a, b) => b.length - a.length);
      const pattern = new RegExp(`(?<![a-z0-9-])(?:${names.join('|')})(?![a-z])`, 'g');
      return readStorm(dir, name, { rename: (text) => text.replace(pattern, (word) => `x${Math.floor(chanceOf(word) * 1e6)}`) });
    },
  };
}

/** Two installations that are watched as one: another storm beside this one, under other names. */
function overlaid(): Variant {
  return {
    title: 'two storms at once',
    async read(dir, name) {
      const storm = await readStorm(dir, name);
      const number = Number(name.slice(1));
      const other = await readStorm(dir, `s${(number % 4) + 1}`);
      const words = other.topology.services.map((service) => service.name).concat(other.topology.clusters.map((cluster) => cluster.name), other.topology.hosts.map((host) => host.name), other.topology.racks.flatMap((rack) => [rack.name, rack.switch ?? rack.name]))
        .sort((a, b) => b.length - a.length);
      const pattern = new RegExp(`(?<![a-z0-9-])(?:${words.join('|')})(?![a-z])`, 'g');
      const second = await readStorm(dir, other.name, { rename: (text) => text.replace(pattern, (word) => `z-${word}`) });
      const merged = <Item>(a: readonly Item[], b: readonly Item[]): Item[] => [...a, ...b];
      return {
        name, endMs: Math.max(storm.endMs, second.endMs), keys: new Map([...storm.keys, ...second.keys]),
        events: merged(storm.events, second.events).sort((a, b) => a.atMs - b.atMs),
        topology: {
          services: merged(storm.topology.services, second.topology.services), edges: merged(storm.topology.edges, second.topology.edges),
          clusters: merged(storm.topology.clusters, second.topology.clusters), racks: merged(storm.topology.racks, second.topology.racks),
          hosts: merged(storm.topology.hosts, second.topology.hosts), instances: merged(storm.topology.instances, second.topology.instances),
        },
        truth: {
          ...storm.truth,
          alerts: { ...storm.truth.alerts, ...Object.fromEntries(Object.entries(second.truth.alerts).map(([key, id]) => [key, id === null ? null : `z-${id}`])) },
          incidents: merged(storm.truth.incidents, second.truth.incidents.map((incident) => ({ ...incident, id: `z-${incident.id}` }))),
        },
      };
    },
  };
}

/** The first is the storm as it is. */
export const VARIANTS: readonly Variant[] = [
  distorted('as delivered', {}),
  edgesMissing(0.15),
  edgesMissing(0.3),
  edgesMissing(0.5),
  withTopology('topology withheld', () => EMPTY_TOPOLOGY),
  labelsDropped(0.1),
  labelsDropped(0.2),
  labelsDropped(0.4),
  labelsWrong(0.1),
  ruleNames(),
  serviceNames(),
  distorted('deliveries up to 30 s later', { delayMs: (delivery) => chanceOf(`late ${delivery}`) * 30_000 }),
  distorted('70 % of the alerts', { keep: (fingerprint) => chanceOf(`kept ${fingerprint}`) < 0.7 }),
  distorted('1.5 times as fast', { pace: 1 / 1.5 }),
  distorted('1.5 times as slow', { pace: 1.5 }),
  overlaid(),
];
