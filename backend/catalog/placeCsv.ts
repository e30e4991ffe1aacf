/** Infrastructure from and to CSV, one file for all its parts: the column `kind` says which one a row is of. Pure. */
import { PLACE_PARTS, placeSchemas, type ImportFault, type Infrastructure, type PlacePart } from '#contract';
import { MAX_CSV_FAULTS, readCsvTable, writeCsvTable } from './csvTable.ts';
import { editedPlaces, overfullParts, PLACE_NOUNS } from './placePlan.ts';
import { merged } from './snapshot.ts';

const COLUMNS = ['kind', 'name', 'region', 'cluster', 'rack', 'switch', 'host', 'service'] as const;
type PlaceColumn = (typeof COLUMNS)[number];
type PlaceField = Exclude<PlaceColumn, 'kind' | 'name'>;

/** What can be said of a place of each part. */
const FIELDS: Readonly<Record<PlacePart, readonly PlaceField[]>> = {
  clusters: ['region'], racks: ['cluster', 'switch'], hosts: ['cluster', 'rack'], instances: ['service', 'cluster', 'rack', 'host'],
};

/** Any place, by its fields. */
type Place = { readonly name: string } & Partial<Readonly<Record<PlaceField, string | null>>>;

interface PlaceRow {
  readonly row: number;
  readonly part: PlacePart;
  readonly place: Place;
  /** What it would change; null for a place that is new. */
  readonly fields: readonly string[] | null;
}

function isField(column: PlaceColumn): column is PlaceField {
  return column !== 'kind' && column !== 'name';
}

/** `host node-1`. */
function placeText({ part, place }: Pick<PlaceRow, 'part' | 'place'>): string {
  return `${PLACE_NOUNS[part]} ${place.name}`;
}

/**
 * Reads places from CSV. A column that the file does not have leaves the field of a place that exists as it is; an
 * empty cell clears it. Services are checked by whoever knows them.
 */
function readPlaceCsv(text: string, current: Infrastructure): { rows: PlaceRow[]; faults: ImportFault[] } {
  const table = readCsvTable(text, COLUMNS, ['kind', 'name']);
  const faults: ImportFault[] = [...table.faults];
  const known = new Map<string, Place>(PLACE_PARTS.flatMap((part) => current[part].map((place): [string, Place] => [`${part}/${place.name}`, place])));
  const rows: PlaceRow[] = [];
  const rowOf = new Map<string, number>();
  for (const { row, cells } of table.records) {
    if (faults.length >= MAX_CSV_FAULTS) break;
    const kind = (cells.get('kind') ?? '').toLowerCase();
    const part = PLACE_PARTS.find((one) => PLACE_NOUNS[one] === kind || one === kind);
    if (part === undefined) {
      faults.push({ row, column: 'kind', message: `"${kind}" is none of cluster, rack, host and instance` });
      continue;
    }
    const written = [...cells].flatMap(([column, cell]): [PlaceField, string][] => (isField(column) ? [[column, cell]] : []));
    const beside = written.find(([column, cell]) => cell !== '' && !FIELDS[part].includes(column));
    if (beside !== undefined) {
      faults.push({ row, column: beside[0], message: `a ${PLACE_NOUNS[part]} has none: leave the cell empty` });
      continue;
    }
    const name = cells.get('name') ?? '';
    const before = known.get(`${part}/${name.toLowerCase()}`);
    const said = Object.fromEntries(written.filter(([column]) => FIELDS[part].includes(column)).map(([column, cell]) => [column, cell === '' ? null : cell]));
    const checked = placeSchemas[part].safeParse({ ...before, ...said, name });
    if (!checked.success) {
      for (const issue of checked.error.issues) faults.push({ row, column: String(issue.path[0] ?? 'name'), message: cells.get('service') === '' && issue.path[0] === 'service' ? 'is missing' : issue.message });
      continue;
    }
    const place: Place = checked.data;
    const key = `${part}/${place.name}`;
    const twice = rowOf.get(key);
    if (twice !== undefined) {
      faults.push({ row, column: 'name', message: `${placeText({ part, place })} stands in row ${twice} already` });
      continue;
    }
    rowOf.set(key, row);
    rows.push({ row, part, place, fields: before === undefined ? null : FIELDS[part].filter((field) => (place[field] ?? null) !== (before[field] ?? null)) });
  }
  return { rows, faults };
}

/** Rows as the parts of an edit. */
function placesOf(rows: readonly PlaceRow[]): Infrastructure {
  const of = (part: PlacePart): Place[] => rows.filter((row) => row.part === part).map(({ place }) => place);
  return {
    clusters: of('clusters').map((place) => placeSchemas.clusters.parse(place)), racks: of('racks').map((place) => placeSchemas.racks.parse(place)),
    hosts: of('hosts').map((place) => placeSchemas.hosts.parse(place)), instances: of('instances').map((place) => placeSchemas.instances.parse(place)),
  };
}

export interface PlaceImport {
  readonly created: readonly string[];
  readonly changed: readonly { readonly name: string; readonly fields: string[] }[];
  readonly unchanged: number;
  readonly faults: readonly ImportFault[];
  /** The part that is not provisioned, with all of it. */
  readonly manual: Infrastructure;
}

/** What an import would do. With faults nothing of it is to be done. */
export function planPlaceImport(
  csv: string, { provisioned, manual }: { readonly provisioned: Infrastructure; readonly manual: Infrastructure }, services: ReadonlySet<string>,
): PlaceImport {
  const both: Infrastructure = {
    clusters: merged(provisioned.clusters, manual.clusters), racks: merged(provisioned.racks, manual.racks), hosts: merged(provisioned.hosts, manual.hosts),
    instances: merged(provisioned.instances, manual.instances),
  };
  const { rows, faults } = readPlaceCsv(csv, both);
  const fixed = new Set(PLACE_PARTS.flatMap((part) => provisioned[part].map(({ name }) => `${part}/${name}`)));
  const found = [...faults];
  for (const { row, part, place, fields } of rows) {
    if (fields !== null && fields.length > 0 && fixed.has(`${part}/${place.name}`)) {
      found.push({ row, column: 'name', message: `${placeText({ part, place })} is kept in services.yaml: change it there, or leave the row out` });
    }
    const { service } = place;
    if (part === 'instances' && typeof service === 'string' && !services.has(service)) {
      found.push({ row, column: 'service', message: `there is no service "${service}": add it first, or write its name as the catalogue has it` });
    }
  }
  const created = rows.filter(({ fields }) => fields === null);
  const changed = rows.filter(({ fields }) => fields !== null && fields.length > 0);
  const edited = editedPlaces(manual, { put: placesOf([...created, ...changed]), remove: { clusters: [], racks: [], hosts: [], instances: [] } });
  for (const { message } of overfullParts(edited)) found.push({ row: 1, column: null, message });
  return {
    created: created.map(placeText), changed: changed.map((row) => ({ name: placeText(row), fields: [...(row.fields ?? [])] })),
    unchanged: rows.length - created.length - changed.length, faults: found.sort((a, b) => a.row - b.row), manual: edited,
  };
}

/** All places with every column. */
export function writePlaceCsv(places: Infrastructure): string {
  const rows = PLACE_PARTS.flatMap((part) => places[part].map((place: Place) =>
    COLUMNS.map((column) => (column === 'kind' ? PLACE_NOUNS[part] : place[column] ?? ''))));
  return writeCsvTable(COLUMNS, rows);
}
