/** Who stands around a service: how far trouble of it would reach, and who could be stirring with it. */
import type { Topology } from '../../catalog/index.ts';

export interface Reach {
  isNear(service: string, other: string): boolean;
  /** Services that it calls, and that call it. */
  neighbours(service: string): ReadonlySet<string>;
  /** Services that it calls. */
  dependencies(service: string): ReadonlySet<string>;
  /** Nothing is known to hang on it, neither services nor people. False where the catalogue does not know. */
  isLeaf(service: string): boolean;
  /** Clusters in which it runs, as the catalogue has it; 0 where it does not say. */
  clusters(service: string): number;
}

/** Tiers that people use directly: trouble there is serious with nothing above them. */
const FACING: ReadonlySet<string> = new Set(['edge', 'front']);
const NOBODY: ReadonlySet<string> = new Set();

/** Neighbours as the catalogue has them. */
export function createReach(topology: Topology): Reach {
  const around = new Map<string, Set<string>>();
  const down = new Map<string, Set<string>>();
  const needed = new Set<string>();
  function put(map: Map<string, Set<string>>, from: string, to: string): void {
    const known = map.get(from);
    if (known === undefined) map.set(from, new Set([to]));
    else known.add(to);
  }
  for (const { from, to } of topology.edges) {
    if (from === to) continue;
    put(around, from, to);
    put(around, to, from);
    put(down, from, to);
    needed.add(to);
  }
  const services = new Map(topology.services.map((service) => [service.name, service]));
  return {
    isNear: (service, other) => around.get(service)?.has(other) ?? false,
    neighbours: (service) => around.get(service) ?? NOBODY,
    dependencies: (service) => down.get(service) ?? NOBODY,
    isLeaf(service) {
      const known = services.get(service);
      return known !== undefined && needed.size > 0 && !needed.has(service) && !(known.tier !== null && FACING.has(known.tier));
    },
    clusters: (service) => services.get(service)?.clusters.length ?? 0,
  };
}
