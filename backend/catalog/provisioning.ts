/**
 * The catalogue from `services.yaml`. Applying a file twice changes nothing the second time. What a
 * file says belongs to it; what it says no more belongs to the page again, and so does everything when
 * there is no file. Removed is only what it names for that. What was learned stays (decision 0016).
 */
import type { Actor, BusinessService, BusinessServiceBody, Infrastructure, OrgId, Service } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import type { ProvisioningFile } from '../platform/provisioning/provisioningFile.ts';
import { readCatalogFile, type CatalogFile } from './catalogFile.ts';
import { writeService } from './catalogService.ts';
import {
  deleteBusinessService, insertBusinessService, releaseBusinessServices, replaceInfrastructure, selectBusinessServices, selectInfrastructure, updateBusinessService,
} from './placeStore.ts';
import type { EventSink } from './ports.ts';
import { changedFields, withLearned } from './servicePlan.ts';
import { deleteService, lockCatalog, releaseServices, replaceDependencies, selectServices } from './serviceStore.ts';
import { merged } from './snapshot.ts';

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

export interface CatalogProvisioningOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordEvent: EventSink;
  readonly onChanged: (orgId: OrgId) => void;
}

/** What a file changed, by name. */
interface Applied {
  readonly created: string[];
  readonly changed: string[];
  /** Not in the file any more: the page's again. */
  readonly released: string[];
  readonly removed: string[];
}

function countOf(applied: Applied): number {
  return applied.created.length + applied.changed.length + applied.released.length + applied.removed.length;
}

function isSame(stored: BusinessService, wanted: BusinessServiceBody): boolean {
  return stored.origin === 'provisioned' && stored.tier === wanted.tier && stored.slo === wanted.slo && stored.team === wanted.team && stored.description === wanted.description;
}

/** Text that is equal for equal documents, whatever order the database gives their keys. */
function canonical({ clusters, racks, hosts, instances }: Infrastructure): string {
  const sorted = (items: readonly object[]): string[] => items.map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
  return JSON.stringify([clusters, racks, hosts, instances].map(sorted));
}

/** Of an organisation without a file nothing is provisioned. */
const NO_FILE: ProvisioningFile = { path: 'services.yaml', text: 'apiVersion: 1' };

/** Gives the places of a file that is gone to the page, which keeps those that it has of the same name. */
async function releasePlaces(tx: Transaction, orgId: OrgId, released: Infrastructure): Promise<void> {
  const { document: manual } = await selectInfrastructure(tx, orgId, 'manual');
  await replaceInfrastructure(tx, orgId, 'manual', {
    clusters: merged(manual.clusters, released.clusters), racks: merged(manual.racks, released.racks),
    hosts: merged(manual.hosts, released.hosts), instances: merged(manual.instances, released.instances),
  });
}

/** Applies `services.yaml`; null when the organisation has none. Gives how many things it changed. */
export function createCatalogProvisioning({ db, clock, recordEvent, onChanged }: CatalogProvisioningOptions): (orgId: OrgId, file: ProvisioningFile | null) => Promise<number> {
  async function applyServices(tx: Transaction, orgId: OrgId, file: CatalogFile, services: readonly Service[]): Promise<Applied> {
    const current = new Map(services.map((service) => [service.name, service]));
    const applied: Applied = { created: [], changed: [], released: [], removed: [] };
    const written = [];
    for (const body of file.services) {
      const before = current.get(body.name);
      const wanted = withLearned(body, before);
      if (before !== undefined && before.origin === 'provisioned' && changedFields(before, wanted).length === 0) continue;
      await writeService(tx, orgId, wanted, 'provisioned', clock.now(), before === undefined);
      (before === undefined ? applied.created : applied.changed).push(body.name);
      written.push(wanted);
    }
    for (const body of written) await replaceDependencies(tx, orgId, body.name, body.dependencies, 'provisioned');
    for (const name of file.deleteServices) {
      if (await deleteService(tx, orgId, name)) applied.removed.push(name);
    }
    applied.released.push(...(await releaseServices(tx, orgId, file.services.map((service) => service.name))));
    return applied;
  }

  async function applyBusinessServices(tx: Transaction, orgId: OrgId, file: CatalogFile): Promise<Applied> {
    const wanted = file.businessServices;
    const stored = await selectBusinessServices(tx, orgId);
    const applied: Applied = { created: [], changed: [], released: [], removed: [] };
    for (const body of wanted) {
      const before = stored.find((one) => one.name === body.name);
      if (before === undefined) {
        await insertBusinessService(tx, orgId, body, 'provisioned');
        applied.created.push(body.name);
      } else if (!isSame(before, body)) {
        await updateBusinessService(tx, orgId, body, 'provisioned');
        applied.changed.push(body.name);
      }
    }
    for (const name of file.deleteBusinessServices) {
      if (await deleteBusinessService(tx, orgId, name)) applied.removed.push(name);
    }
    applied.released.push(...(await releaseBusinessServices(tx, orgId, wanted.map(({ name }) => name))));
    return applied;
  }

  /** Applies within a transaction that is rolled back when nothing was to be changed, so that the version stays. */
  async function apply(tx: Transaction, orgId: OrgId, source: ProvisioningFile | null): Promise<number> {
    await lockCatalog(tx, orgId);
    const services = await selectServices(tx, orgId);
    const file = readCatalogFile(source ?? NO_FILE, services);
    const applied = await applyServices(tx, orgId, file, services);
    const business = await applyBusinessServices(tx, orgId, file);
    const { clusters, racks, hosts, instances } = file;
    const places = { clusters, racks, hosts, instances };
    const stored = await selectInfrastructure(tx, orgId, 'provisioned');
    const placesChanged = canonical(stored.document) !== canonical(places);
    if (placesChanged && source === null) await releasePlaces(tx, orgId, stored.document);
    if (placesChanged) await replaceInfrastructure(tx, orgId, 'provisioned', places);
    const changes = countOf(applied) + countOf(business) + (placesChanged ? 1 : 0);
    if (changes === 0) throw new NothingToChange();
    await recordEvent(tx, orgId, {
      type: 'catalog.provisioned', actor: PROVISIONING_ACTOR, incident: null, data: { services: applied, businessServices: business, infrastructure: placesChanged },
    });
    return changes;
  }

  return async (orgId, file) => {
    try {
      const changes = await db.transaction((tx) => apply(tx, orgId, file));
      onChanged(orgId);
      return changes;
    } catch (error) {
      if (error instanceof NothingToChange) return 0;
      throw error;
    }
  };
}

/** Leaves the transaction as if it had never been. */
class NothingToChange extends Error {}
