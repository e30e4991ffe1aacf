/** Every name the topology knows, so that a word can be looked up: services, instances, hosts, switches, racks, clusters. */
import type { Topology, TopologyHost, TopologyInstance, TopologyService } from './topology.ts';

/** What a word turned out to mean. */
export type NamedThing =
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'instance'; readonly name: string; readonly instance: TopologyInstance }
  | { readonly kind: 'host'; readonly name: string; readonly host: TopologyHost }
  | { readonly kind: 'switch'; readonly name: string; readonly cluster: string | null }
  | { readonly kind: 'rack'; readonly name: string; readonly cluster: string | null }
  | { readonly kind: 'cluster'; readonly name: string };

/** The service that a thing is, or is an instance of; null for places. */
export function serviceOf(thing: NamedThing): string | null {
  return thing.kind === 'service' ? thing.name : thing.kind === 'instance' ? thing.instance.service : null;
}

export interface NameIndex {
  /** The thing of exactly this name, or the service of a pod, replica or job that is named after it. */
  find(word: string): NamedThing | undefined;
  service(name: string): TopologyService | undefined;
  host(name: string): TopologyHost | undefined;
  /** Switch of a rack. */
  switchOf(rack: string | null): string | null;
}

const WORD = '(?:cron|job|jobs|worker|primary|replica|secondary|master|main|exporter|svc|service|headless|canary|blue|green)';
/** Letters and digits of the names that Kubernetes makes up: no vowels, and no digits that look like one. */
const MADE_UP = '[bcdfghjklmnpqrstvwxz2456789]';
/** A replica set's hash and a pod's own name, one of them, or the number of a member, of a run, of an index. */
const OF_KUBERNETES = `(?:(?:${MADE_UP}{5,10}|\\d{1,10})-)?${MADE_UP}{5}|\\d{1,4}`;
const PART_SUFFIX = new RegExp(`^(?:${WORD}|(?:${WORD}-)?(?:${OF_KUBERNETES}))$`);
/** Other makers of names: of letters and digits, with a digit at least. */
const OTHER_SUFFIX = /^[a-z0-9]{4,12}(?:-[a-z0-9]{4,10})?$/;
const HAS_DIGIT = /\d/;
const MAX_DASHES = 12;

/** True for what stands behind a service's name in the name of one of its pods, replicas or jobs. */
function isPartSuffix(suffix: string): boolean {
  return PART_SUFFIX.test(suffix) || (HAS_DIGIT.test(suffix) && OTHER_SUFFIX.test(suffix));
}

/**
 * The service that a pod, replica or job is named after, tried from the longest name to the shortest:
 * `checkout-7d9f8c6b5d-x2x9k`, `payments-db-0`, `log-agent-bxkzq`, `invoices-28394756-k7q2z`, `invoices-cron`.
 */
export function ownerOfPart(word: string, isService: (name: string) => boolean): string | null {
  let end = word.lastIndexOf('-');
  for (let tries = 0; end > 0 && tries < MAX_DASHES; tries += 1) {
    const name = word.slice(0, end);
    if (isService(name) && isPartSuffix(word.slice(end + 1))) return name;
    end = word.lastIndexOf('-', end - 1);
  }
  return null;
}

/** Indexes a topology. Names are compared without regard to case. */
export function createNameIndex(topology: Topology): NameIndex {
  const things = new Map<string, NamedThing>();
  const services = new Map<string, TopologyService>();
  const hosts = new Map<string, TopologyHost>();
  const switches = new Map<string, string>();
  // What is entered later wins, so the services come last.
  for (const cluster of topology.clusters) things.set(cluster.name.toLowerCase(), { kind: 'cluster', name: cluster.name });
  for (const rack of topology.racks) {
    things.set(rack.name.toLowerCase(), { kind: 'rack', name: rack.name, cluster: rack.cluster });
    if (rack.switch === null) continue;
    switches.set(rack.name, rack.switch);
    things.set(rack.switch.toLowerCase(), { kind: 'switch', name: rack.switch, cluster: rack.cluster });
  }
  for (const host of topology.hosts) {
    hosts.set(host.name, host);
    things.set(host.name.toLowerCase(), { kind: 'host', name: host.name, host });
  }
  for (const instance of topology.instances) things.set(instance.name.toLowerCase(), { kind: 'instance', name: instance.name, instance });
  for (const service of topology.services) {
    services.set(service.name, service);
    for (const name of [...service.aliases, service.name]) things.set(name.toLowerCase(), { kind: 'service', name: service.name });
  }

  return {
    find(word) {
      const lower = word.toLowerCase();
      const exact = things.get(lower);
      if (exact !== undefined) return exact;
      const owner = ownerOfPart(lower, (name) => things.get(name)?.kind === 'service');
      return owner === null ? undefined : things.get(owner);
    },
    service: (name) => services.get(name),
    host: (name) => hosts.get(name),
    switchOf: (rack) => (rack === null ? null : (switches.get(rack) ?? null)),
  };
}
