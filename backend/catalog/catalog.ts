/** The module put together from its parts. */
import type { OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { ProvisioningFile } from '../platform/provisioning/provisioningFile.ts';
import { createCatalogService } from './catalogService.ts';
import { createChangeIntake, type ChangeIntake } from './changeIntake.ts';
import { createCatalogLookup, type CatalogLookup } from './lookup.ts';
import type { ChangeClosed, EventSink } from './ports.ts';
import { createProposalService, type ProposalService } from './proposalService.ts';
import { createCatalogProvisioning } from './provisioning.ts';
import { createCatalogRoutes, type CatalogOperation } from './routes.ts';

export interface CatalogOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordEvent: EventSink;
  readonly onChangeClosed: ChangeClosed;
}

export interface Catalog extends CatalogLookup {
  readonly handlers: Handlers<CatalogOperation>;
  readonly changes: ChangeIntake;
  readonly proposals: ProposalService;
  /** Applies `services.yaml`; null when the organisation has none. Gives how many things it changed. */
  provisionCatalog(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

/** The catalogue over one database. */
export function createCatalog(options: CatalogOptions): Catalog {
  const lookup = createCatalogLookup(options);
  const parts = { ...options, onChanged: (orgId: OrgId) => lookup.invalidate(orgId) };
  const catalog = createCatalogService(parts);
  const proposals = createProposalService(parts);
  const changes = createChangeIntake({ ...options, onClosed: options.onChangeClosed });
  return {
    ...lookup, changes, proposals,
    handlers: createCatalogRoutes({ db: options.db, catalog, proposals, changes }),
    provisionCatalog: createCatalogProvisioning(parts),
  };
}
