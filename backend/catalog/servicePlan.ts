/** What a set of wanted services would change in the catalogue. Pure; edits, imports and the provisioning file all come through here. */
import type { Service, ServiceBody, ServiceDependency } from '#contract';

/** Every field of a service that people write, but its name. */
const FIELDS = [
  'aliases', 'tier', 'kind', 'namespace', 'team', 'businessService', 'clusters', 'regions', 'description', 'links', 'userCount', 'costPerMinute', 'dependencies',
] as const satisfies readonly (keyof ServiceBody)[];

/** The field as text that is equal for equal values; lists of names are sets. */
function canonical(service: ServiceBody, field: (typeof FIELDS)[number]): string {
  switch (field) {
    case 'aliases':
    case 'clusters':
    case 'regions':
      return JSON.stringify([...service[field]].sort());
    case 'dependencies':
      return JSON.stringify(service.dependencies.map(({ to, type }) => `${to} ${type}`).sort());
    default:
      return JSON.stringify(service[field]);
  }
}

/** A stored service as somebody would have to write it to get it. */
export function bodyOf(service: Service): ServiceBody {
  const { name, aliases, tier, kind, namespace, team, businessService, clusters, regions, description, links, userCount, costPerMinute } = service;
  return {
    name, aliases, tier, kind, namespace, team, businessService, clusters, regions, description, links, userCount, costPerMinute,
    dependencies: service.dependencies.map(({ to, type }) => ({ to, type })),
  };
}

/** Fields in which the wanted service differs from the one there is. */
export function changedFields(current: Service, wanted: ServiceBody): string[] {
  const before = bodyOf(current);
  return FIELDS.filter((field) => canonical(before, field) !== canonical(wanted, field));
}

/** The wanted service with the dependencies that were learned for it, which no file and no import takes away. */
export function withLearned(wanted: ServiceBody, current: Service | undefined): ServiceBody {
  const learned = (current?.dependencies ?? []).filter((one: ServiceDependency) => one.origin === 'learned' && !wanted.dependencies.some((other) => other.to === one.to && other.type === one.type));
  return learned.length === 0 ? wanted : { ...wanted, dependencies: [...wanted.dependencies, ...learned.map(({ to, type }) => ({ to, type }))] };
}

/** What is wrong with a service that no schema sees, by field; null when nothing is. */
export function faultOfService(wanted: ServiceBody, known: ReadonlySet<string>): { field: (string | number)[]; message: string } | null {
  const seen = new Set<string>();
  for (const [index, { to, type }] of wanted.dependencies.entries()) {
    if (to === wanted.name) return { field: ['dependencies', index, 'to'], message: 'a service cannot need itself' };
    if (!known.has(to)) return { field: ['dependencies', index, 'to'], message: `there is no service "${to}": add it first, or write its name as the catalogue has it` };
    if (seen.has(`${to} ${type}`)) return { field: ['dependencies', index, 'to'], message: `"${to}" is listed twice` };
    seen.add(`${to} ${type}`);
  }
  return null;
}

/** Names (and aliases) that more than one of the services claims, with both. The first one found, or null. */
export function sharedName(services: readonly { readonly name: string; readonly aliases: readonly string[] }[]): { name: string; services: [string, string] } | null {
  const owners = new Map<string, string>(services.map((service) => [service.name, service.name]));
  for (const service of services) {
    for (const alias of service.aliases) {
      const owner = owners.get(alias);
      if (owner !== undefined && owner !== service.name) return { name: alias, services: [owner, service.name] };
      owners.set(alias, service.name);
    }
  }
  return null;
}
