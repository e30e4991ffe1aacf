/**
 * Who may see which incident: the one place that knows. A private incident is seen by its members alone; to
 * everybody else it does not exist. Stores put `seenBy` into their statements, so that what is listed, counted
 * and searched never holds more; what is read in bulk for many (the live stream), or is free text, goes through
 * `maySee` and `maskText`.
 */
import type { Caller } from '../platform/http/route.ts';

/** Whose eyes a statement reads with: the key of a person, or one of the two below. */
export type Viewer = string;

/** Muster itself, and API tokens that were made for it. */
export const ALL_SEEING: Viewer = '*';
/** Nobody in particular: sees what everybody may. Whatever is made for all is made of what this one sees. */
export const ANYBODY: Viewer = '';

/** The eyes of a caller. An API token is no member of anything. */
export function viewerOf(caller: Pick<Caller, 'userKey' | 'seesPrivate'>): Viewer {
  return caller.seesPrivate ? ALL_SEEING : (caller.userKey ?? ANYBODY);
}

/** SQL: whether a row of `private_incidents`, called `hidden`, is hidden from the viewer. Both are parameters of the statement. */
function isHidden(orgId: string, viewer: string): string {
  return `hidden.org_id = ${orgId} and ${viewer}::text <> '*' and ${viewer}::text <> all(hidden.members)`;
}

/** SQL: true when the viewer may see the incident of that number, or there is none (null). */
export function seenBy(viewer: string, number: string, orgId = '$1::integer'): string {
  return `not exists (select 1 from private_incidents as hidden where ${isHidden(orgId, viewer)} and hidden.incident_number = ${number})`;
}

/** Members of an incident's event by which it may name another one. */
const REFERENCES = ['into', 'from', 'other', 'recurrenceOf'] as const;

/** SQL: true when the viewer may see the event: its own incident, and every other that it names. */
export function eventSeenBy(viewer: string, event: string): string {
  const named = REFERENCES.map((name) => `${event}.data->'${name}'`).join(', ');
  return `not exists (select 1 from private_incidents as hidden where ${isHidden(`${event}.org_id`, viewer)}
    and (hidden.incident_number = ${event}.incident_number or (${event}.incident_number is not null and to_jsonb(hidden.incident_number) in (${named}))))`;
}

/** Private incidents by number, with their members. */
export type PrivateIncidents = ReadonlyMap<number, readonly string[]>;

/** Whether a viewer may see an incident. */
export function maySee(known: PrivateIncidents, viewer: Viewer, number: number): boolean {
  return viewer === ALL_SEEING || (known.get(number)?.includes(viewer) ?? true);
}

/** An event as far as it tells which incidents it is about. */
interface Referring {
  readonly incident: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Incidents that an event is about or names. */
export function incidentsOf(event: Referring): number[] {
  if (event.incident === null) return [];
  return [event.incident, ...REFERENCES.map((name) => event.data[name]).filter((value) => typeof value === 'number')];
}

const KEYS = /\bINC-(\d{1,9})\b/gi;

/** Numbers of incidents that a text names. */
export function incidentsNamedIn(text: string): number[] {
  return [...new Set([...text.matchAll(KEYS)].map((match) => Number(match[1])))];
}

/** The text with incidents that the viewer may not see named no more. */
export function maskText(text: string, known: PrivateIncidents, viewer: Viewer): string {
  if (known.size === 0) return text;
  return text.replaceAll(KEYS, (key, number: string) => (maySee(known, viewer, Number(number)) ? key : 'another incident'));
}
