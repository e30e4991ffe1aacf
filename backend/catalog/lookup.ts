/** The catalogue's snapshot, kept until its version moves. Asking costs nothing for a few seconds, then one small query. */
import type { OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { selectBusinessServices, selectInfrastructure } from './placeStore.ts';
import { selectCatalogVersion, selectServices } from './serviceStore.ts';
import { snapshotOf, type CatalogSnapshot } from './snapshot.ts';
import type { Topology } from './topology.ts';

/** How long an edit made at another replica may go unnoticed here. */
export const CATALOG_MAX_AGE_MS = 2_000;

export interface CatalogLookup {
  /** The catalogue now, with its version. */
  snapshotOf(orgId: OrgId): Promise<CatalogSnapshot>;
  /** The topology now; the same object until the catalogue is edited. */
  topologyOf(orgId: OrgId): Promise<Topology>;
  /** Looks at the version again with the next question, after an edit made here. */
  invalidate(orgId: OrgId): void;
}

interface Entry {
  readonly checkedAtMs: number;
  readonly snapshot: CatalogSnapshot;
}

/** A lookup that starts empty. */
export function createCatalogLookup({ db, clock }: { readonly db: Queryable; readonly clock: Clock }): CatalogLookup {
  const entries = new Map<OrgId, Entry>();
  const loading = new Map<OrgId, Promise<CatalogSnapshot>>();
  /** Outlives an invalidation, so that an unchanged catalogue is not built again. */
  const newest = new Map<OrgId, CatalogSnapshot>();

  async function read(orgId: OrgId): Promise<CatalogSnapshot> {
    // Read first: what an edit in between adds is then seen early rather than never.
    const version = await selectCatalogVersion(db, orgId);
    const known = newest.get(orgId);
    if (known?.version === version) return known;
    const [services, businessServices, provisioned, manual] = await Promise.all([
      selectServices(db, orgId), selectBusinessServices(db, orgId),
      selectInfrastructure(db, orgId, 'provisioned'), selectInfrastructure(db, orgId, 'manual'),
    ]);
    const snapshot = snapshotOf({ version, services, businessServices, provisioned: provisioned.document, manual: manual.document });
    newest.set(orgId, snapshot);
    return snapshot;
  }

  function load(orgId: OrgId): Promise<CatalogSnapshot> {
    const checkedAtMs = clock.nowMs();
    const reading: Promise<CatalogSnapshot> = read(orgId)
      .then((snapshot) => {
        // An edit in between has taken this read off the list; it may be old and is not kept.
        if (loading.get(orgId) === reading) entries.set(orgId, { checkedAtMs, snapshot });
        return snapshot;
      })
      .finally(() => {
        if (loading.get(orgId) === reading) loading.delete(orgId);
      });
    loading.set(orgId, reading);
    return reading;
  }

  async function snapshot(orgId: OrgId): Promise<CatalogSnapshot> {
    const entry = entries.get(orgId);
    if (entry !== undefined && clock.nowMs() - entry.checkedAtMs < CATALOG_MAX_AGE_MS) return entry.snapshot;
    return loading.get(orgId) ?? load(orgId);
  }

  return {
    snapshotOf: snapshot,
    topologyOf: async (orgId) => (await snapshot(orgId)).topology,
    invalidate(orgId) {
      entries.delete(orgId);
      loading.delete(orgId);
    },
  };
}
