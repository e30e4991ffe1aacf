/** Edits of the infrastructure, and what is wrong with one that no schema sees. Pure. */
import { infrastructure, PLACE_PARTS, type FieldFault, type Infrastructure, type InfrastructureEdit, type PlacePart } from '#contract';

interface Named {
  readonly name: string;
}

/** What a place of the part is called in a sentence. */
export const PLACE_NOUNS: Readonly<Record<PlacePart, string>> = { clusters: 'cluster', racks: 'rack', hosts: 'host', instances: 'instance' };

function replaced<T extends Named>(items: readonly T[], put: readonly T[], removed: readonly string[]): T[] {
  const byName = new Map(items.map((item) => [item.name, item]));
  for (const name of removed) byName.delete(name);
  for (const item of put) byName.set(item.name, item);
  return [...byName.values()];
}

/** The document after an edit: what is removed goes first, then what is put replaces what has its name or comes to the end. */
export function editedPlaces(document: Infrastructure, { put, remove }: InfrastructureEdit): Infrastructure {
  return {
    clusters: replaced(document.clusters, put.clusters, remove.clusters), racks: replaced(document.racks, put.racks, remove.racks),
    hosts: replaced(document.hosts, put.hosts, remove.hosts), instances: replaced(document.instances, put.instances, remove.instances),
  };
}

/** Parts that an edit would make longer than a catalogue may be: what cannot be read again must not be written. */
export function overfullParts(edited: Infrastructure): FieldFault[] {
  const parsed = infrastructure.safeParse(edited);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => ({ field: `body.put.${path.join('.')}`, message: `with what is there already: ${message}` }));
}

/** Names that stand twice in a part, and instances of services that nobody knows. `at` is the path before the part, as `body` or `body.put`. */
export function faultsOfPlaces(document: Infrastructure, services: ReadonlySet<string>, at: string): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const part of PLACE_PARTS) {
    const seen = new Set<string>();
    for (const [index, { name }] of document[part].entries()) {
      if (seen.has(name)) faults.push({ field: `${at}.${part}[${index}].name`, message: `"${name}" is listed twice` });
      seen.add(name);
    }
  }
  for (const [index, { service }] of document.instances.entries()) {
    if (!services.has(service)) faults.push({ field: `${at}.instances[${index}].service`, message: `there is no service "${service}": add it first, or write its name as the catalogue has it` });
  }
  return faults;
}

/** Places of an edit that the provisioning file names: they are changed there. */
export function provisionedPlaces(provisioned: Infrastructure, { put, remove }: InfrastructureEdit): { readonly part: PlacePart; readonly name: string }[] {
  return PLACE_PARTS.flatMap((part) => {
    const kept = new Set(provisioned[part].map(({ name }) => name));
    return [...put[part].map(({ name }) => name), ...remove[part]].filter((name) => kept.has(name)).map((name) => ({ part, name }));
  });
}

/** Places that an edit would remove and that are not there. */
export function missingPlaces(document: Infrastructure, { remove }: InfrastructureEdit): FieldFault[] {
  return PLACE_PARTS.flatMap((part) => {
    const known = new Set(document[part].map(({ name }) => name));
    return remove[part].flatMap((name, index) => (known.has(name) ? [] : [{ field: `body.remove.${part}[${index}]`, message: `there is no ${PLACE_NOUNS[part]} "${name}"` }]));
  });
}
