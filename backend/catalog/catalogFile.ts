/**
 * `services.yaml`: the catalogue as a file. The schemas are those of the API; an export can be
 * provisioned again. Reading and writing only; applying is in `provisioning.ts`.
 */
import { Document } from 'yaml';
import { z } from 'zod';
import {
  catalogName, createBusinessServiceBody, createServiceBody, dependencyBody, infrastructure, type BusinessService, type Infrastructure, type Service, type ServiceBody,
} from '#contract';
import { readProvisioningFile, type ProvisioningFile, type ReadFile } from '../platform/provisioning/provisioningFile.ts';
import { faultOfService, sharedName } from './servicePlan.ts';

/** `- payments-db` is short for a service that is called. */
const dependency = z.union([dependencyBody.shape.to.transform((to) => ({ to, type: 'calls' as const })), z.strictObject(dependencyBody.shape)]);
const service = z.strictObject({ ...createServiceBody.shape, dependencies: z.array(dependency).max(500).default([]) });
const catalogFile = z.strictObject({
  apiVersion: z.literal(1),
  services: z.array(service).default([]),
  businessServices: z.array(z.strictObject(createBusinessServiceBody.shape)).default([]),
  /** Removed if they are there, whoever made them. */
  deleteServices: z.array(catalogName).default([]),
  deleteBusinessServices: z.array(catalogName).default([]),
  ...infrastructure.shape,
});
export type CatalogFile = z.output<typeof catalogFile>;

/** Reads and checks a file against itself and the services that exist beside it. */
export function readCatalogFile(file: ProvisioningFile, beside: readonly Service[]): CatalogFile {
  const read: ReadFile<CatalogFile> = readProvisioningFile(file, catalogFile);
  const { services, businessServices, instances } = read.value;
  const names = new Set(services.map((one) => one.name));
  const deleted = new Set(read.value.deleteServices);
  for (const [index, name] of read.value.deleteServices.entries()) {
    if (names.has(name)) throw read.faultAt(['deleteServices', index], `"${name}" is listed under services as well`);
  }
  const others = beside.filter((one) => !names.has(one.name) && !deleted.has(one.name));
  const known = new Set([...names, ...others.map((one) => one.name)]);
  rejectDoubles(read, 'services', services);
  rejectDoubles(read, 'businessServices', businessServices);
  for (const part of ['clusters', 'racks', 'hosts', 'instances'] as const) rejectDoubles(read, part, read.value[part]);
  for (const [index, one] of services.entries()) {
    const fault = faultOfService(one, known);
    if (fault !== null) throw read.faultAt(['services', index, ...fault.field], fault.message);
  }
  const shared = sharedName([...others, ...services]);
  if (shared !== null) {
    const index = services.findIndex((one) => one.aliases.includes(shared.name));
    throw read.faultAt(index === -1 ? ['services'] : ['services', index, 'aliases'], `"${shared.name}" would mean both ${shared.services.join(' and ')}`);
  }
  for (const [index, instance] of instances.entries()) {
    if (!known.has(instance.service)) throw read.faultAt(['instances', index, 'service'], `there is no service "${instance.service}"`);
  }
  return read.value;
}

function rejectDoubles(read: ReadFile<CatalogFile>, part: string, items: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const [index, { name }] of items.entries()) {
    if (seen.has(name)) throw read.faultAt([part, index, 'name'], `"${name}" is listed twice`);
    seen.add(name);
  }
}

/** Without what says nothing: nulls, empty lists and texts. */
function spoken(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    if (part === null || part === '' || (Array.isArray(part) && part.length === 0)) return [];
    if (typeof part === 'object' && !Array.isArray(part)) {
      const inner = spoken({ ...part });
      return Object.keys(inner).length === 0 ? [] : [[key, inner]];
    }
    return [[key, part]];
  }));
}

function serviceForFile(body: ServiceBody): Record<string, unknown> {
  return spoken({ ...body, dependencies: body.dependencies.map(({ to, type }) => (type === 'calls' ? to : { to, type })) });
}

export interface ExportedCatalog {
  readonly services: readonly ServiceBody[];
  readonly businessServices: readonly BusinessService[];
  readonly infrastructure: Infrastructure;
}

/** The catalogue as the text of a `services.yaml`. */
export function writeCatalogFile(catalog: ExportedCatalog): string {
  const { services, businessServices, infrastructure: places } = catalog;
  const document = new Document(spoken({
    apiVersion: 1,
    services: services.map(serviceForFile),
    businessServices: businessServices.map(({ name, tier, slo, team, description }) => spoken({ name, tier, slo, team, description })),
    ...Object.fromEntries(Object.entries(places).map(([part, items]) => [part, items.map((item) => spoken(item))])),
  }));
  document.commentBefore = ' Exported from Muster. Put it below provisioning/muster to keep the catalogue in this file.';
  return document.toString({ lineWidth: 0 });
}
