/** Use cases of the catalogue. Each change and its event are one transaction, begun under the catalogue's lock. */
import type {
  Actor, BusinessService, BusinessServiceBody, EventType, FieldFault, ImportFault, ImportResult, Infrastructure, InfrastructureEdit, OrgId, Service, ServiceBody,
} from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { planBusinessImport } from './businessCsv.ts';
import { readServiceCsv } from './csvImport.ts';
import {
  deleteBusinessService, insertBusinessService, replaceInfrastructure, selectBusinessService, selectBusinessServices, selectInfrastructure, updateBusinessService,
} from './placeStore.ts';
import { planPlaceImport } from './placeCsv.ts';
import { editedPlaces, faultsOfPlaces, missingPlaces, overfullParts, PLACE_NOUNS, provisionedPlaces } from './placePlan.ts';
import type { EventSink } from './ports.ts';
import { changedFields, faultOfService, sharedName, withLearned } from './servicePlan.ts';
import {
  deleteService, insertService, lockCatalog, replaceDependencies, selectService, selectServices, updateService, type ServiceOrigin,
} from './serviceStore.ts';

export interface CatalogService {
  create(orgId: OrgId, actor: Actor, body: ServiceBody): Promise<Service>;
  put(orgId: OrgId, actor: Actor, version: number, body: ServiceBody): Promise<Service>;
  remove(orgId: OrgId, actor: Actor, version: number, name: string): Promise<void>;
  import(orgId: OrgId, actor: Actor, csv: string, dryRun: boolean): Promise<ImportResult>;
  createBusinessService(orgId: OrgId, actor: Actor, body: BusinessServiceBody): Promise<BusinessService>;
  putBusinessService(orgId: OrgId, actor: Actor, version: number, body: BusinessServiceBody): Promise<BusinessService>;
  removeBusinessService(orgId: OrgId, actor: Actor, version: number, name: string): Promise<void>;
  importBusinessServices(orgId: OrgId, actor: Actor, csv: string, dryRun: boolean): Promise<ImportResult>;
  putInfrastructure(orgId: OrgId, actor: Actor, version: number, document: Infrastructure): Promise<void>;
  editInfrastructure(orgId: OrgId, actor: Actor, version: number, edit: InfrastructureEdit): Promise<void>;
  importInfrastructure(orgId: OrgId, actor: Actor, csv: string, dryRun: boolean): Promise<ImportResult>;
}

export interface CatalogServiceOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordEvent: EventSink;
  /** Called after every change. */
  readonly onChanged: (orgId: OrgId) => void;
}

const MAX_SHOWN_FAULTS = 50;

/** `dependencies[2].to`. */
function fieldText(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

function provisionedError(what: string): Error {
  return conflictError(`${what} is kept in services.yaml: change it there`);
}

/** Refuses a change of what somebody else changed since it was read. */
function checkVersion(what: string, current: { readonly version: number }, version: number): void {
  if (current.version === version) return;
  throw versionMismatchError(`${what} was changed in the meantime: read it again and repeat your change`, { extra: { currentVersion: current.version } });
}

function throwFaults(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw inputError(faults.slice(0, MAX_SHOWN_FAULTS).map((one) => `${one.field}: ${one.message}`).join('; '), faults.slice(0, MAX_SHOWN_FAULTS));
}

/** Writes a service and its dependencies; `isNew` says which way. */
export async function writeService(tx: Transaction, orgId: OrgId, body: ServiceBody, origin: ServiceOrigin, at: Date, isNew: boolean): Promise<void> {
  if (isNew) await insertService(tx, orgId, body, origin, at);
  else await updateService(tx, orgId, body, origin, at);
}

function checkService(wanted: ServiceBody, services: readonly Service[]): void {
  const others = services.filter((service) => service.name !== wanted.name);
  const faults: FieldFault[] = [];
  const fault = faultOfService(wanted, new Set(services.map((service) => service.name)));
  if (fault !== null) faults.push({ field: `body.${fieldText(fault.field)}`, message: fault.message });
  const shared = sharedName([...others, wanted]);
  if (shared !== null) faults.push({ field: 'body.aliases', message: `"${shared.name}" means ${shared.services[0]} already` });
  throwFaults(faults);
}

/** Use cases over a database. */
export function createCatalogService({ db, clock, recordEvent, onChanged }: CatalogServiceOptions): CatalogService {
  async function change<T>(orgId: OrgId, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await db.transaction(async (tx) => {
      await lockCatalog(tx, orgId);
      return work(tx);
    });
    onChanged(orgId);
    return result;
  }

  function record(tx: Transaction, orgId: OrgId, actor: Actor, type: EventType, data: Record<string, unknown>): Promise<void> {
    return recordEvent(tx, orgId, { type, actor, incident: null, data });
  }

  async function reread(tx: Transaction, orgId: OrgId, name: string): Promise<Service> {
    const service = await selectService(tx, orgId, name);
    if (service === null) throw notFoundError(`there is no service "${name}"`);
    return service;
  }

  async function rereadBusiness(tx: Transaction, orgId: OrgId, name: string): Promise<BusinessService> {
    const found = await selectBusinessService(tx, orgId, name);
    if (found === null) throw notFoundError(`there is no business service "${name}"`);
    return found;
  }

  async function serviceNames(tx: Transaction, orgId: OrgId): Promise<ReadonlySet<string>> {
    return new Set((await selectServices(tx, orgId)).map(({ name }) => name));
  }

  /** Replaces what is not provisioned of the places, on the version that was seen. */
  function changePlaces(
    orgId: OrgId, actor: Actor, version: number, next: (tx: Transaction, current: Infrastructure) => Promise<Infrastructure>,
  ): Promise<void> {
    return change(orgId, async (tx) => {
      const current = await selectInfrastructure(tx, orgId, 'manual');
      checkVersion('the infrastructure', current, version);
      await replaceInfrastructure(tx, orgId, 'manual', await next(tx, current.document));
      await record(tx, orgId, actor, 'infrastructure.edited', { version: version + 1 });
    });
  }

  async function planImport(tx: Transaction, orgId: OrgId, csv: string) {
    const services = await selectServices(tx, orgId);
    const current = new Map(services.map((service) => [service.name, service]));
    const { rows, faults: read } = readServiceCsv(csv, current);
    const faults: ImportFault[] = [...read];
    const known = new Set([...current.keys(), ...rows.map(({ body }) => body.name)]);
    const wanted = rows.map(({ row, body }) => ({ row, body: withLearned(body, current.get(body.name)) }));
    const plan = wanted.map(({ row, body }) => {
      const before = current.get(body.name);
      const fields = before === undefined ? [] : changedFields(before, body);
      if (before?.origin === 'provisioned' && fields.length > 0) {
        faults.push({ row, column: 'name', message: `"${body.name}" is kept in services.yaml: change it there, or leave the row out` });
      }
      const fault = faultOfService(body, known);
      if (fault !== null) faults.push({ row, column: 'depends_on', message: fault.message });
      return { row, body, before, fields };
    });
    const shared = sharedName([...services.filter((service) => !wanted.some(({ body }) => body.name === service.name)), ...wanted.map(({ body }) => body)]);
    if (shared !== null) {
      const row = wanted.find(({ body }) => body.aliases.includes(shared.name))?.row ?? 1;
      faults.push({ row, column: 'aliases', message: `"${shared.name}" would mean both ${shared.services.join(' and ')}` });
    }
    return { plan, faults: faults.sort((a, b) => a.row - b.row) };
  }

  return {
    create: (orgId, actor, body) => change(orgId, async (tx) => {
      const services = await selectServices(tx, orgId);
      if (services.some((service) => service.name === body.name)) throw conflictError(`there is a service "${body.name}" already`);
      checkService(body, [...services, { ...body, dependencies: [], origin: 'manual', editable: true, updatedAt: '', version: 1 }]);
      await insertService(tx, orgId, body, 'manual', clock.now());
      await replaceDependencies(tx, orgId, body.name, body.dependencies, 'manual');
      const created = await reread(tx, orgId, body.name);
      await record(tx, orgId, actor, 'service.created', { service: body.name });
      return created;
    }),

    put: (orgId, actor, version, body) => change(orgId, async (tx) => {
      const services = await selectServices(tx, orgId);
      const current = services.find((service) => service.name === body.name);
      if (current === undefined) throw notFoundError(`there is no service "${body.name}"`);
      if (!current.editable) throw provisionedError(`"${body.name}"`);
      checkVersion(`"${body.name}"`, current, version);
      const fields = changedFields(current, body);
      if (fields.length === 0) return current;
      checkService(body, services);
      await updateService(tx, orgId, body, 'manual', clock.now());
      await replaceDependencies(tx, orgId, body.name, body.dependencies, 'manual');
      const edited = await reread(tx, orgId, body.name);
      await record(tx, orgId, actor, 'service.edited', { service: body.name, fields });
      return edited;
    }),

    remove: (orgId, actor, version, name) => change(orgId, async (tx) => {
      const current = await reread(tx, orgId, name);
      if (!current.editable) throw provisionedError(`"${name}"`);
      checkVersion(`"${name}"`, current, version);
      await deleteService(tx, orgId, name);
      await record(tx, orgId, actor, 'service.deleted', { service: name });
    }),

    async import(orgId, actor, csv, dryRun) {
      const run = async (tx: Transaction): Promise<ImportResult> => {
        const { plan, faults } = await planImport(tx, orgId, csv);
        const created = plan.filter(({ before }) => before === undefined);
        const changed = plan.filter(({ before, fields }) => before !== undefined && fields.length > 0);
        const result: ImportResult = {
          applied: !dryRun && faults.length === 0,
          created: created.map(({ body }) => body.name),
          changed: changed.map(({ body, fields }) => ({ name: body.name, fields })),
          unchanged: plan.length - created.length - changed.length,
          faults,
        };
        if (!result.applied) return result;
        // All services first: their dependencies may name one that stands further down.
        for (const { body, before } of [...created, ...changed]) await writeService(tx, orgId, body, 'imported', clock.now(), before === undefined);
        for (const { body } of [...created, ...changed]) await replaceDependencies(tx, orgId, body.name, body.dependencies, 'imported');
        if (created.length + changed.length > 0) {
          await record(tx, orgId, actor, 'catalog.imported', { created: result.created, changed: result.changed.map(({ name }) => name) });
        }
        return result;
      };
      return dryRun ? db.transaction(run) : change(orgId, run);
    },

    createBusinessService: (orgId, actor, body) => change(orgId, async (tx) => {
      if (!(await insertBusinessService(tx, orgId, body, 'manual'))) throw conflictError(`there is a business service "${body.name}" already`);
      const created = await rereadBusiness(tx, orgId, body.name);
      await record(tx, orgId, actor, 'business_service.edited', { businessService: body.name, action: 'created' });
      return created;
    }),

    putBusinessService: (orgId, actor, version, body) => change(orgId, async (tx) => {
      const current = await rereadBusiness(tx, orgId, body.name);
      if (!current.editable) throw provisionedError(`"${body.name}"`);
      checkVersion(`"${body.name}"`, current, version);
      await updateBusinessService(tx, orgId, body, 'manual');
      const edited = await rereadBusiness(tx, orgId, body.name);
      await record(tx, orgId, actor, 'business_service.edited', { businessService: body.name, action: 'edited' });
      return edited;
    }),

    removeBusinessService: (orgId, actor, version, name) => change(orgId, async (tx) => {
      const current = await rereadBusiness(tx, orgId, name);
      if (!current.editable) throw provisionedError(`"${name}"`);
      checkVersion(`"${name}"`, current, version);
      await deleteBusinessService(tx, orgId, name);
      await record(tx, orgId, actor, 'business_service.edited', { businessService: name, action: 'deleted' });
    }),

    async importBusinessServices(orgId, actor, csv, dryRun) {
      const run = async (tx: Transaction): Promise<ImportResult> => {
        const { created, changed, unchanged, faults } = planBusinessImport(csv, await selectBusinessServices(tx, orgId));
        const result: ImportResult = {
          applied: !dryRun && faults.length === 0, created: created.map(({ name }) => name), changed: changed.map(({ body, fields }) => ({ name: body.name, fields })), unchanged, faults: [...faults],
        };
        if (!result.applied || created.length + changed.length === 0) return result;
        for (const body of created) await insertBusinessService(tx, orgId, body, 'manual');
        for (const { body } of changed) await updateBusinessService(tx, orgId, body, 'manual');
        await record(tx, orgId, actor, 'business_service.edited', { action: 'imported', created: created.length, changed: changed.length });
        return result;
      };
      return dryRun ? db.transaction(run) : change(orgId, run);
    },

    putInfrastructure: (orgId, actor, version, document) => changePlaces(orgId, actor, version, async (tx) => {
      throwFaults(faultsOfPlaces(document, await serviceNames(tx, orgId), 'body'));
      return document;
    }),

    editInfrastructure: (orgId, actor, version, edit) => changePlaces(orgId, actor, version, async (tx, current) => {
      const [kept] = provisionedPlaces((await selectInfrastructure(tx, orgId, 'provisioned')).document, edit);
      if (kept !== undefined) throw provisionedError(`${PLACE_NOUNS[kept.part]} "${kept.name}"`);
      throwFaults([...faultsOfPlaces(edit.put, await serviceNames(tx, orgId), 'body.put'), ...missingPlaces(current, edit)]);
      const edited = editedPlaces(current, edit);
      throwFaults(overfullParts(edited));
      return edited;
    }),

    async importInfrastructure(orgId, actor, csv, dryRun) {
      const run = async (tx: Transaction): Promise<ImportResult> => {
        const current = await selectInfrastructure(tx, orgId, 'manual');
        const provisioned = (await selectInfrastructure(tx, orgId, 'provisioned')).document;
        const { created, changed, unchanged, faults, manual } = planPlaceImport(csv, { provisioned, manual: current.document }, await serviceNames(tx, orgId));
        const result: ImportResult = { applied: !dryRun && faults.length === 0, created: [...created], changed: [...changed], unchanged, faults: [...faults] };
        if (result.applied && created.length + changed.length > 0) {
          await replaceInfrastructure(tx, orgId, 'manual', manual);
          await record(tx, orgId, actor, 'infrastructure.edited', { version: current.version + 1, created: created.length, changed: changed.length });
        }
        return result;
      };
      return dryRun ? db.transaction(run) : change(orgId, run);
    },
  };
}
