/**
 * Who calls whom and what runs where: the topology, and dependencies learned from alerts that accuse
 * each other. Gives the spread of any cause.
 */
import type { Topology } from '../../catalog/index.ts';
import { MAX_REACH, MODES, spreadOfCluster, spreadOfHost, spreadOfService, spreadOfSwitch, type Mode, type Spread, type Surroundings } from './spread.ts';

export type NodeKind = 'service' | 'host' | 'switch' | 'cluster';

export interface ServiceGraph {
  kindOf(node: string): NodeKind | null;
  dependencies(node: string): ReadonlySet<string>;
  /** Infrastructure that a service, host or switch hangs on. */
  supports(node: string): ReadonlySet<string>;
  /** Both are pieces of infrastructure of one cluster, or the cluster itself. */
  areKin(a: string, b: string): boolean;
  spread(root: string, mode: Mode): Spread;
  /** Notes that `from` complained about `to`: who complains of somebody depends on them. */
  learn(from: string, to: string): void;
  /** Notes a place that the topology lacks. */
  meet(node: string, cluster: string | null): void;
  /** Rises with every new place and dependency: what was computed from spreads and `size` holds while it stays. */
  readonly version: number;
  /** Places and clusters there are: among how many an alert could be. */
  readonly size: number;
  readonly clusterCount: number;
}

const NONE: ReadonlySet<string> = new Set();
const MAX_LEARNED = 20_000;
/** A cascade loses nothing on its way to the users: tiers further out may even have more to say, as they have more instances. */
const CASCADE_DECAY = 1;
const MAX_SPREADS = 4_000;
/** Even the smallest installation has so many places. */
const FEWEST_PLACES = 20;
const FEWEST_CLUSTERS = 2;

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

/** Indexes a topology. */
export function createServiceGraph(topology: Topology, hopDecay: number): ServiceGraph {
  const kinds = new Map<string, NodeKind>();
  const down = new Map<string, Set<string>>();
  const up = new Map<string, Set<string>>();
  const supports = new Map<string, Set<string>>();
  const homes = new Map<string, string>();
  const clusters = new Set<string>();
  const switchOfRack = new Map<string, string>();
  const racksOf = new Map<string, Set<string>>();
  const hostsOf = new Map<string, Set<string>>();
  const switchesOf = new Map<string, Set<string>>();
  const servicesOf = new Map<string, Set<string>>();
  const spreads: Record<Mode, Map<string, Spread>> = { failure: new Map(), cascade: new Map(), load: new Map() };
  let learned = 0;
  let version = 0;

  for (const cluster of topology.clusters) {
    kinds.set(cluster.name, 'cluster');
    clusters.add(cluster.name);
  }
  for (const rack of topology.racks) {
    if (rack.switch === null) continue;
    kinds.set(rack.switch, 'switch');
    switchOfRack.set(rack.name, rack.switch);
    addTo(racksOf, rack.switch, rack.name);
    if (rack.cluster === null) continue;
    homes.set(rack.switch, rack.cluster);
    addTo(supports, rack.switch, rack.cluster);
    addTo(switchesOf, rack.cluster, rack.switch);
  }
  for (const host of topology.hosts) {
    kinds.set(host.name, 'host');
    if (host.cluster !== null) homes.set(host.name, host.cluster);
    const device = host.rack === null ? undefined : switchOfRack.get(host.rack);
    if (device === undefined) continue;
    addTo(supports, host.name, device);
    addTo(hostsOf, device, host.name);
  }
  for (const service of topology.services) {
    kinds.set(service.name, 'service');
    for (const cluster of service.clusters) addTo(servicesOf, cluster, service.name);
  }
  for (const instance of topology.instances) {
    if (instance.cluster !== null) addTo(servicesOf, instance.cluster, instance.service);
    if (instance.host !== null) addTo(servicesOf, instance.host, instance.service);
    const device = instance.rack === null ? undefined : switchOfRack.get(instance.rack);
    if (device === undefined) continue;
    addTo(servicesOf, device, instance.service);
    addTo(supports, instance.service, device);
  }
  for (const { from, to } of topology.edges) {
    addTo(down, from, to);
    addTo(up, to, from);
  }

  const around: Surroundings = {
    callers: (node) => up.get(node) ?? NONE,
    dependencies: (node) => down.get(node) ?? NONE,
    onSwitch: (node) => ({
      racks: racksOf.get(node) ?? NONE, hosts: [...(hostsOf.get(node) ?? NONE)], services: [...(servicesOf.get(node) ?? NONE)], cluster: homes.get(node) ?? null,
    }),
    inCluster: (node) => ({ switches: [...(switchesOf.get(node) ?? NONE)], services: [...(servicesOf.get(node) ?? NONE)] }),
    onHost: (node) => [...(servicesOf.get(node) ?? NONE)],
  };

  function makeSpread(root: string, mode: Mode): Spread {
    switch (kinds.get(root)) {
      case 'switch':
        return spreadOfSwitch(root, around, hopDecay);
      case 'cluster':
        return spreadOfCluster(root, around, hopDecay);
      case 'host':
        return spreadOfHost(root, around);
      case 'service':
      case undefined:
        return spreadOfService(root, mode, around, mode === 'cascade' ? CASCADE_DECAY : hopDecay);
    }
  }

  return {
    kindOf: (node) => kinds.get(node) ?? null,
    dependencies: around.dependencies,
    supports: (node) => supports.get(node) ?? NONE,
    areKin(a, b) {
      const home = (node: string): string | undefined => (kinds.get(node) === 'cluster' ? node : homes.get(node));
      return home(a) !== undefined && home(a) === home(b);
    },
    spread(root, mode) {
      const cache = spreads[mode];
      const known = cache.get(root);
      if (known !== undefined) return known;
      if (cache.size >= MAX_SPREADS) cache.clear();
      const made = makeSpread(root, mode);
      cache.set(root, made);
      return made;
    },
    learn(from, to) {
      if (from === to || down.get(from)?.has(to) === true || kinds.get(to) === 'switch') return;
      learned += 1;
      if (learned > MAX_LEARNED) return;
      addTo(down, from, to);
      addTo(up, to, from);
      // Only spreads that touch either end can change; one that is full may have passed them by.
      for (const mode of MODES) for (const [root, { at }] of spreads[mode]) if (at.has(from) || at.has(to) || at.size >= MAX_REACH) spreads[mode].delete(root);
      version += 1;
    },
    meet(node, cluster) {
      if (!kinds.has(node) && kinds.size < MAX_LEARNED) {
        kinds.set(node, 'service');
        version += 1;
      }
      if (cluster !== null && clusters.size < MAX_LEARNED) clusters.add(cluster);
    },
    get version() {
      return version;
    },
    get size() {
      return Math.max(FEWEST_PLACES, kinds.size);
    },
    get clusterCount() {
      return Math.max(FEWEST_CLUSTERS, clusters.size);
    },
  };
}
