/** The catalogue in the shape from which the impact of an incident is computed. */
import type { Catalog, CatalogSnapshot } from './catalog/index.ts';
import type { CatalogLookup, ImpactCatalog } from './incidents/index.ts';

function toImpactCatalog({ topology, facts, businessServices }: CatalogSnapshot): ImpactCatalog {
  return {
    topology,
    services: new Map([...facts].map(([name, { businessService, userCount, costPerMinute, regions }]) => [name, { businessService, users: userCount, costPerMinute, regions }])),
    businessServices: new Map([...businessServices].map(([name, { tier }]) => [name, tier])),
  };
}

/** A lookup over the catalogue; an unchanged catalogue is the same object. */
export function createImpactCatalog(catalog: Pick<Catalog, 'snapshotOf'>): CatalogLookup {
  const made = new WeakMap<CatalogSnapshot, ImpactCatalog>();
  return {
    async catalogOf(orgId) {
      const snapshot = await catalog.snapshotOf(orgId);
      const known = made.get(snapshot);
      if (known !== undefined) return known;
      const fresh = toImpactCatalog(snapshot);
      made.set(snapshot, fresh);
      return fresh;
    },
  };
}
