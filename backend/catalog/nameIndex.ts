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

export interface NameIndex {
  /** The thing of exactly this name, or the service of a pod, replica or job that is named after it. */
  find(word: string): NamedThing | undefined;
  service(name: string): TopologyService | undefined;
  host(name: string): TopologyHost | undefined;
  /** Switch of a rack. */
  switchOf(rack: string | null): string | null;
}

/** What is added to a service's name for one of its parts: hashes and numbers of pods, or one of a few words. */
const PART_SUFFIX = /^(?:\d{1,4}|[a-z0-9]{4,12}(?:-[a-z0-9]{4,10})?|cron|job|jobs|worker|primary|replica|master|main|exporter|svc|service|headless|canary)$/;
const HAS_DIGIT = /\d/;
const WORD_SUFFIX = /^(?:cron|job|jobs|worker|primary|replica|master|main|exporter|svc|service|headless|canary)$/;
const MAX_DASHES = 12;

/** True for what stands behind a service's name in the name of one of its pods, replicas or jobs. */
function isPartSuffix(suffix: string): boolean {
  return PART_SUFFIX.test(suffix) && (WORD_SUFFIX.test(suffix) || HAS_DIGIT.test(suffix));
}

/**
 * The service that a pod, replica or job is named after, tried from the longest name to the shortest:
 * `checkout-7d9f8c6b5d-x2x9k`, `payments-db-0`, `invoices-cron`.
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
