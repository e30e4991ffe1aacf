/** From any JSON body to alerts, by the mapping of its source. Pure; what does not fit is named by field and path. */
import { parseJsonPath, type FieldMapping, type GenericMapping, type JsonPath, type Labels, type MappingFault } from '#contract';
import { describe, readAll, readPath } from './readPath.ts';

/** An alert as the mapping makes it. */
export interface MappedAlert {
  readonly status: 'firing' | 'resolved';
  /** Null: the payload does not say; the time of receipt counts, or the open episode's start. */
  readonly startsAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly link: string | null;
  /** Values that identify it, as labels. */
  readonly identity: Labels;
}

export interface MappedPayload {
  readonly alerts: readonly MappedAlert[];
  readonly faults: readonly MappingFault[];
}

const MAX_VALUE_CHARACTERS = 10_000;
/** Numbers below are seconds since 1970, above milliseconds. */
const FIRST_MILLISECONDS = 100_000_000_000;
const LATEST_INSTANT_MS = Date.UTC(9999, 0, 1);

type Reading = { readonly ok: true; readonly text: string | null } | { readonly ok: false; readonly message: string };

function pathOf(text: string): JsonPath {
  const parsed = parseJsonPath(text);
  if (!parsed.ok) throw new Error(`path "${text}" ${parsed.message}`);
  return parsed.path;
}

function textAt(path: string, body: unknown, item: unknown): Reading {
  const value = readPath(pathOf(path), body, item);
  if (value === undefined || value === null || value === '') return { ok: true, text: null };
  if (typeof value === 'string') return { ok: true, text: value.slice(0, MAX_VALUE_CHARACTERS) };
  if (typeof value === 'number' || typeof value === 'boolean') return { ok: true, text: String(value) };
  return { ok: false, message: `is ${describe(value)}, not a single value` };
}

function read(field: FieldMapping, body: unknown, item: unknown): Reading {
  if (field.const !== undefined) return { ok: true, text: field.const };
  const reading = textAt(field.path ?? '$', body, item);
  return reading.ok && reading.text === null ? { ok: true, text: field.default ?? null } : reading;
}

/** An instant as senders write them: RFC 3339, or seconds or milliseconds since 1970. */
function instantOf(text: string): number | null {
  const number = /^\d{1,16}(?:\.\d+)?$/.test(text) ? Number(text) : null;
  const ms = number === null ? Date.parse(text) : number < FIRST_MILLISECONDS ? number * 1000 : number;
  return Number.isNaN(ms) || ms < 0 || ms > LATEST_INSTANT_MS ? null : Math.trunc(ms);
}

function mapAlert(mapping: GenericMapping, body: unknown, item: unknown, index: number): { alert: MappedAlert | null; faults: MappingFault[] } {
  const faults: MappingFault[] = [];

  function fault(field: string, path: string | undefined, message: string): void {
    faults.push({ alert: index, field, path: path ?? null, message });
  }

  function valueOf(field: string, rule: FieldMapping | undefined): string | null {
    if (rule === undefined) return null;
    const reading = read(rule, body, item);
    if (reading.ok) return reading.text;
    fault(field, rule.path, reading.message);
    return null;
  }

  function instantAt(field: string, path: string | undefined): number | null {
    if (path === undefined) return null;
    const reading = textAt(path, body, item);
    if (!reading.ok) {
      fault(field, path, reading.message);
      return null;
    }
    if (reading.text === null) return null;
    const ms = instantOf(reading.text);
    if (ms === null) fault(field, path, `is not an instant: ${describe(reading.text)}`);
    return ms;
  }

  function statusOf(): MappedAlert['status'] {
    const { path, firing, resolved, otherwise } = mapping.status;
    const reading = path === undefined ? { ok: true, text: null } as const : textAt(path, body, item);
    if (!reading.ok) {
      fault('status', path, reading.message);
      return 'firing';
    }
    const word = reading.text?.trim().toLowerCase();
    if (word !== undefined && firing.some((known) => known.toLowerCase() === word)) return 'firing';
    if (word !== undefined && resolved.some((known) => known.toLowerCase() === word)) return 'resolved';
    if (otherwise !== 'fault') return otherwise;
    fault('status', path, word === undefined ? 'is not there' : `${describe(reading.text)} is neither among firing nor among resolved`);
    return 'firing';
  }

  const labels: Labels = {};
  for (const [name, rule] of Object.entries(mapping.labels)) {
    const value = valueOf(`labels.${name}`, rule);
    if (value !== null) labels[name] = value;
  }
  const name = valueOf('name', mapping.name);
  if (name === null) fault('name', mapping.name.path, 'is not there: every alert needs a name');
  else labels['alertname'] = name;

  const identity: Labels = {};
  for (const label of mapping.identity) {
    const value = labels[label];
    if (value !== undefined) identity[label] = value;
    else if (label !== 'alertname') fault(`labels.${label}`, mapping.labels[label]?.path, 'is not there, and identifies the alert');
  }

  const annotations: Labels = {};
  const summary = valueOf('summary', mapping.summary);
  const description = valueOf('description', mapping.description);
  if (summary !== null) annotations['summary'] = summary;
  if (description !== null) annotations['description'] = description;

  const alert = {
    status: statusOf(), startsAtMs: instantAt('startsAt', mapping.startsAt), endsAtMs: instantAt('endsAt', mapping.endsAt),
    labels, annotations, link: valueOf('link', mapping.link), identity,
  };
  return { alert: faults.length === 0 ? alert : null, faults };
}

/** Maps a parsed body. Each alert stands by itself: a bad one spoils no other. */
export function mapPayload(mapping: GenericMapping, body: unknown): MappedPayload {
  const found = readAll(pathOf(mapping.alerts), body);
  if (!found.ok) return { alerts: [], faults: [{ alert: null, field: 'alerts', path: mapping.alerts, message: found.message }] };
  const alerts: MappedAlert[] = [];
  const faults: MappingFault[] = [];
  for (const [index, item] of found.values.entries()) {
    const mapped = mapAlert(mapping, body, item, index);
    faults.push(...mapped.faults);
    if (mapped.alert !== null) alerts.push(mapped.alert);
  }
  return { alerts, faults };
}

/** A fault in one sentence: `alert 2: labels.host (@.host) is not there`. */
export function faultSentence({ alert, field, path, message }: MappingFault): string {
  return `${alert === null ? '' : `alert ${alert}: `}${field}${path === null ? '' : ` (${path})`} ${message}`;
}
