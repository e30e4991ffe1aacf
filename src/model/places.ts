/** Clusters, racks, hosts and instances as the page lists and edits them. */
import { PLACE_PARTS, type Infrastructure, type PlacePart } from '#contract';

export const PLACE_LABELS: Readonly<Record<PlacePart, string>> = { clusters: 'Clusters', racks: 'Racks', hosts: 'Hosts', instances: 'Instances' };
export const PLACE_NOUNS: Readonly<Record<PlacePart, string>> = { clusters: 'cluster', racks: 'rack', hosts: 'host', instances: 'instance' };
export const PLACE_MEANINGS: Readonly<Record<PlacePart, string>> = {
  clusters: 'Where services run together, and in which region.',
  racks: 'Hosts of one rack hang on one switch: when it fails, they all do.',
  hosts: 'Machines, with the rack and cluster in which they stand.',
  instances: 'Running parts of services and the host that carries them: alerts that name one are alerts of its service.',
};

export interface PlaceField {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  /** What may be chosen; null: anything. */
  readonly of: PlacePart | 'services' | null;
  readonly required: boolean;
}

const CLUSTER: PlaceField = { key: 'cluster', label: 'Cluster', hint: '', of: 'clusters', required: false };
const RACK: PlaceField = { key: 'rack', label: 'Rack', hint: '', of: 'racks', required: false };
export const PLACE_FIELDS: Readonly<Record<PlacePart, readonly PlaceField[]>> = {
  clusters: [{ key: 'region', label: 'Region', hint: '', of: null, required: false }],
  racks: [CLUSTER, { key: 'switch', label: 'Switch', hint: 'As alerts name it.', of: null, required: false }],
  hosts: [RACK, CLUSTER],
  instances: [
    { key: 'service', label: 'Service', hint: 'It has to be in the catalogue.', of: 'services', required: true },
    { key: 'host', label: 'Host', hint: '', of: 'hosts', required: false }, RACK, CLUSTER,
  ],
};

export interface ListedPlace {
  readonly part: PlacePart;
  readonly name: string;
  /** By the key of its field; what is not set is left out. */
  readonly fields: Readonly<Record<string, string>>;
  /** Kept in services.yaml. */
  readonly provisioned: boolean;
}

type Place = Infrastructure[PlacePart][number];

function listed(part: PlacePart, place: Place, provisioned: boolean): ListedPlace {
  const fields = Object.entries(place).filter((entry): entry is [string, string] => entry[0] !== 'name' && typeof entry[1] === 'string');
  return { part, name: place.name, fields: Object.fromEntries(fields), provisioned };
}

/** All places by name. Where the file and the page name the same, the file's is the one that counts. */
export function listedPlaces({ provisioned, manual }: { readonly provisioned: Infrastructure; readonly manual: Infrastructure }): Readonly<Record<PlacePart, readonly ListedPlace[]>> {
  const of = (part: PlacePart): ListedPlace[] => {
    const byName = new Map<string, ListedPlace>();
    for (const place of manual[part]) byName.set(place.name, listed(part, place, false));
    for (const place of provisioned[part]) byName.set(place.name, listed(part, place, true));
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return { clusters: of('clusters'), racks: of('racks'), hosts: of('hosts'), instances: of('instances') };
}

/** `rack r1, cluster eu-1` */
export function placeText({ part, fields }: ListedPlace): string {
  return PLACE_FIELDS[part].flatMap(({ key, label }) => (fields[key] === undefined ? [] : [`${label.toLowerCase()} ${fields[key]}`])).join(', ');
}

export function matchesPlace(place: ListedPlace, words: string): boolean {
  const text = `${place.name} ${Object.values(place.fields).join(' ')}`.toLowerCase();
  return words.trim().toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** What stands in, hangs on or runs on a place, by part. */
export function heldBy(place: ListedPlace, places: Readonly<Record<PlacePart, readonly ListedPlace[]>>): readonly ListedPlace[] {
  const key = PLACE_NOUNS[place.part];
  return PLACE_PARTS.flatMap((part) => places[part].filter(({ fields }) => fields[key] === place.name));
}

/** Equal in all that people write. */
export function isSamePlace(a: ListedPlace | undefined, b: ListedPlace | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.provisioned === b.provisioned && placeText(a) === placeText(b));
}
