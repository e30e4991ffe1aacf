/** API operations of the catalogue and of changes. What needs alerts beside it is in the module `services`. */
import type { Infrastructure, OrgId, ServiceBody } from '#contract';
import type { Database } from '../platform/db/database.ts';
import { notFoundError } from '../platform/errors.ts';
import { decodeCursor, isInstant, toPage } from '../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../platform/http/route.ts';
import { writeCatalogFile } from './catalogFile.ts';
import { writeBusinessCsv } from './businessCsv.ts';
import { writeServiceCsv } from './csvExport.ts';
import type { CatalogService } from './catalogService.ts';
import type { ChangeIntake } from './changeIntake.ts';
import { changeCursor } from './changeCursor.ts';
import { selectChanges, toApiChange } from './changeStore.ts';
import { writePlaceCsv } from './placeCsv.ts';
import { selectBusinessServicePage, selectBusinessServices, selectInfrastructure } from './placeStore.ts';
import { selectProposals } from './proposalStore.ts';
import type { ProposalService } from './proposalService.ts';
import { bodyOf } from './servicePlan.ts';
import { merged } from './snapshot.ts';
import { selectService, selectServicePage, selectServices } from './serviceStore.ts';

export type CatalogOperation =
  | 'listServices' | 'createService' | 'getService' | 'putService' | 'deleteService' | 'importServices' | 'exportCatalog'
  | 'listBusinessServices' | 'createBusinessService' | 'putBusinessService' | 'deleteBusinessService' | 'importBusinessServices' | 'getInfrastructure' | 'putInfrastructure' | 'editInfrastructure' | 'importInfrastructure'
  | 'listProposals' | 'acceptProposal' | 'rejectProposal' | 'listChanges' | 'recordChange';

export interface CatalogRoutesOptions {
  readonly db: Database;
  readonly catalog: CatalogService;
  readonly proposals: ProposalService;
  readonly changes: ChangeIntake;
}

/** All places as one file may list them: each name once, and no instance of a service that is gone. */
function bothOf({ provisioned, manual }: { readonly provisioned: Infrastructure; readonly manual: Infrastructure }, services: readonly ServiceBody[]): Infrastructure {
  const known = new Set(services.map(({ name }) => name));
  return {
    clusters: merged(provisioned.clusters, manual.clusters), racks: merged(provisioned.racks, manual.racks), hosts: merged(provisioned.hosts, manual.hosts),
    instances: merged(provisioned.instances, manual.instances).filter(({ service }) => known.has(service)),
  };
}

/** Handlers over the use cases. */
export function createCatalogRoutes({ db, catalog, proposals, changes }: CatalogRoutesOptions): Handlers<CatalogOperation> {
  async function infrastructureDocument(orgId: OrgId) {
    const [provisioned, manual] = await Promise.all([selectInfrastructure(db, orgId, 'provisioned'), selectInfrastructure(db, orgId, 'manual')]);
    return { provisioned: provisioned.document, manual: manual.document, version: manual.version };
  }

  return {
    async listServices({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 1);
      const { items, total } = await selectServicePage(db, caller.orgId, query, after?.[0] ?? null);
      return { ...toPage(items, query.limit, (service) => [service.name]), total };
    },
    createService: ({ body }, { caller }) => catalog.create(caller.orgId, caller.actor, body),
    async getService({ params }, { caller }) {
      const service = await selectService(db, caller.orgId, params.service);
      if (service === null) throw notFoundError(`there is no service "${params.service}"`);
      return service;
    },
    putService: async ({ params, body }, context) =>
      catalog.put(context.caller.orgId, context.caller.actor, requiredVersion(context), { name: params.service, ...body }),
    async deleteService({ params }, context) {
      await catalog.remove(context.caller.orgId, context.caller.actor, requiredVersion(context), params.service);
      return { ok: true };
    },
    importServices: ({ body }, { caller }) => catalog.import(caller.orgId, caller.actor, body.csv, body.dryRun),
    async exportCatalog({ query }, { caller }) {
      const services = (await selectServices(db, caller.orgId)).map(bodyOf);
      if (query.format === 'business-csv') return { fileName: 'business-services.csv', text: writeBusinessCsv(await selectBusinessServices(db, caller.orgId)) };
      if (query.format === 'csv') return { fileName: 'services.csv', text: writeServiceCsv(services) };
      const infrastructure = bothOf(await infrastructureDocument(caller.orgId), services);
      if (query.format === 'infrastructure-csv') return { fileName: 'infrastructure.csv', text: writePlaceCsv(infrastructure) };
      return { fileName: 'services.yaml', text: writeCatalogFile({ services, businessServices: await selectBusinessServices(db, caller.orgId), infrastructure }) };
    },
    async listBusinessServices({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 1);
      return toPage(await selectBusinessServicePage(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, ({ name }) => [name]);
    },
    createBusinessService: ({ body }, { caller }) => catalog.createBusinessService(caller.orgId, caller.actor, body),
    putBusinessService: async ({ params, body }, context) =>
      catalog.putBusinessService(context.caller.orgId, context.caller.actor, requiredVersion(context), { name: params.businessService, ...body }),
    async deleteBusinessService({ params }, context) {
      await catalog.removeBusinessService(context.caller.orgId, context.caller.actor, requiredVersion(context), params.businessService);
      return { ok: true };
    },
    importBusinessServices: ({ body }, { caller }) => catalog.importBusinessServices(caller.orgId, caller.actor, body.csv, body.dryRun),
    getInfrastructure: (_, { caller }) => infrastructureDocument(caller.orgId),
    async putInfrastructure({ body }, context) {
      await catalog.putInfrastructure(context.caller.orgId, context.caller.actor, requiredVersion(context), body);
      return infrastructureDocument(context.caller.orgId);
    },
    async editInfrastructure({ body }, context) {
      await catalog.editInfrastructure(context.caller.orgId, context.caller.actor, requiredVersion(context), body);
      return infrastructureDocument(context.caller.orgId);
    },
    importInfrastructure: ({ body }, { caller }) => catalog.importInfrastructure(caller.orgId, caller.actor, body.csv, body.dryRun),

    async listProposals({ query }, { caller }) {
      const before = decodeCursor(query.cursor, (values) => values.length === 2 && isInstant(values[0]));
      const rows = await selectProposals(db, caller.orgId, query.state, query.limit, before === null ? null : { at: before[0] ?? '', id: before[1] ?? '' });
      return toPage(rows, query.limit, (proposal) => [proposal.proposedAt, proposal.id]);
    },
    acceptProposal: ({ params, body }, { caller }) => proposals.accept(caller.orgId, caller.actor, params.id, body.type),
    rejectProposal: ({ params }, { caller }) => proposals.reject(caller.orgId, caller.actor, params.id),

    async listChanges({ query }, { caller }) {
      const rows = await selectChanges(db, caller.orgId, query, changeCursor(query.cursor));
      return toPage(rows.map(toApiChange), query.limit, (change) => [change.at, change.position]);
    },
    async recordChange({ body }, { caller }) {
      const { recorded, position } = await changes.record({ orgId: caller.orgId, source: '', actor: caller.actor }, body);
      return { recorded, position };
    },
  };
}
