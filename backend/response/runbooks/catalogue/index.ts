/** The catalogue of runbooks: drafts, immutable versions, and those that follow files or come with Muster. */
import type { OrgId, RunbookId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Queryable } from '../../../platform/db/database.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import type { ProvisioningFile } from '../../../platform/provisioning/provisioningFile.ts';
import { builtInRunbooks } from './builtIn.ts';
import { createFollowing } from './follow.ts';
import type { CataloguePorts } from './ports.ts';
import { createCatalogueHandlers, type CatalogueOperation } from './routes.ts';
import { createCatalogueService } from './service.ts';
import { findLive, findVersion, listLive, type LiveRunbook, type PublishedRunbook } from './versionStore.ts';

export { createFetchText } from './fetchText.ts';
export { NO_FIGURES, type CataloguePorts, type RunbookFigures } from './ports.ts';
export type { CatalogueOperation } from './routes.ts';
export type { LiveRunbook, PublishedRunbook } from './versionStore.ts';

export interface CatalogueDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: CataloguePorts;
}

export interface Catalogue {
  readonly handlers: Handlers<CatalogueOperation>;
  /** Makes the runbooks of files those of the files. Gives how many changed; a file with a fault throws a `ProvisioningError`. */
  provision(orgId: OrgId, files: readonly ProvisioningFile[]): Promise<number>;
  /** Adds those that come with Muster, and brings those up to date that nobody edited. */
  loadBuiltIn(orgId: OrgId): Promise<number>;
  /** The version that a new run uses; null when the runbook is not in use. */
  findLive(q: Queryable, orgId: OrgId, id: RunbookId): Promise<PublishedRunbook | null>;
  /** One published version, also of a runbook that is out of use. */
  findVersion(q: Queryable, orgId: OrgId, id: RunbookId, version: number): Promise<PublishedRunbook | null>;
  /** Every runbook in use. */
  listLive(q: Queryable, orgId: OrgId): Promise<LiveRunbook[]>;
}

/** Makes the module. */
export function createCatalogue({ db, clock, ports }: CatalogueDeps): Catalogue {
  const service = createCatalogueService({ db, clock });
  const following = createFollowing({ db, clock });
  return {
    handlers: createCatalogueHandlers({ db, clock, service, ports }),
    provision: (orgId, files) => following.provision(orgId, files),
    loadBuiltIn: (orgId) => following.loadBuiltIn(orgId, builtInRunbooks()),
    findLive, findVersion, listLive,
  };
}
