/** An update as its audience reads it, from template and incident. Pure. */
import { incidentKey, type Audience, type ComponentStatus, type Severity, type UpdatePhase } from '#contract';
import { parseTemplate, pathText, TemplateError, type Hole } from '../../platform/templates/template.ts';
import { phaseWord, stateWord, timeText } from './words.ts';

/** The incident, as templates may tell of it. */
export interface ToldIncident {
  readonly number: number;
  readonly title: string;
  readonly severity: Severity;
  readonly state: string;
  readonly services: readonly string[];
  readonly businessServices: readonly string[];
  readonly regions: readonly string[];
  readonly commander: string | null;
  readonly url: string;
  readonly startedAtMs: number | null;
  readonly declaredAtMs: number | null;
  readonly resolvedAtMs: number | null;
}

/** What the author of an update says. */
export interface ToldUpdate {
  readonly phase: UpdatePhase;
  readonly fields: Readonly<Record<string, string>>;
  readonly ownSubject: string | null;
  readonly ownText: string | null;
  readonly components: readonly ComponentStatus[];
  readonly nextUpdateAtMs: number | null;
  readonly atMs: number;
}

export interface RenderedUpdate {
  readonly subject: string;
  readonly text: string;
}

/** Names of `incident` and `update` that templates may use; docs/communication.md lists them. */
export const INCIDENT_NAMES = [
  'key', 'title', 'severity', 'state', 'services', 'businessServices', 'regions', 'commander', 'url', 'startedAt', 'declaredAt', 'resolvedAt',
] as const;
export const UPDATE_NAMES = ['phase', 'components', 'at', 'nextUpdate'] as const;

/** Longest subject; titles may be longer. */
const MAX_SUBJECT = 300;
const MARKS = /[\\`*_[\]<>]/g;

/** Names from alerts and catalogues are text, whatever they hold. */
function plain(value: string): string {
  return value.replace(MARKS, String.raw`\$&`);
}

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

function valuesOf(audience: Audience, incident: ToldIncident, update: ToldUpdate, asText: (value: string) => string): Values {
  const time = (ms: number | null): string => (ms === null ? '' : timeText(ms, audience.language, audience.timeZone));
  const list = (names: readonly string[]): string => names.map(asText).join(', ');
  return {
    incident: {
      key: incidentKey(incident.number), title: asText(incident.title), severity: incident.severity.toUpperCase(), state: incident.state, services: list(incident.services),
      businessServices: list(incident.businessServices), regions: list(incident.regions), commander: asText(incident.commander ?? ''), url: incident.url,
      startedAt: time(incident.startedAtMs), declaredAt: time(incident.declaredAtMs), resolvedAt: time(incident.resolvedAtMs),
    },
    update: {
      phase: phaseWord(update.phase, audience.language), at: time(update.atMs), nextUpdate: time(update.nextUpdateAtMs),
      components: update.components.map(({ name, state }) => `${asText(name)}: ${stateWord(state, audience.language)}`).join(', '),
    },
    audience: { name: asText(audience.name) },
    fields: update.fields,
  };
}

function valueOf(values: Values, { path }: Hole): string {
  const [root, name] = path;
  return typeof root === 'string' && typeof name === 'string' ? (values[root]?.[name] ?? '').trim() : '';
}

/** One line; null when all its holes are empty: what nobody said is left out with its label. */
function fillLine(line: string, values: Values): string | null {
  const parts = parseTemplate(line);
  const filled = parts.map((part) => (typeof part === 'string' ? part : valueOf(values, part)));
  const isEmpty = parts.some((part) => typeof part !== 'string') && parts.every((part) => typeof part === 'string' || valueOf(values, part) === '');
  return isEmpty ? null : filled.join('').trimEnd();
}

function fill(text: string, values: Values): string {
  return text.split('\n').map((line) => fillLine(line, values)).filter((line) => line !== null).join('\n').replaceAll(/\n{3,}/g, '\n\n').trim();
}

/** The update as it reads. Templates that `templateFaults` passes always fill in. */
export function renderUpdate(audience: Audience, incident: ToldIncident, update: ToldUpdate): RenderedUpdate {
  // A subject is no CommonMark.
  const subject = update.ownSubject ?? fill(audience.subject, valuesOf(audience, incident, update, (value) => value));
  return {
    subject: (subject === '' ? `${incidentKey(incident.number)} ${incident.title}` : subject).replaceAll(/\s+/g, ' ').slice(0, MAX_SUBJECT),
    text: update.ownText ?? fill(audience.text, valuesOf(audience, incident, update, plain)),
  };
}

/** Fields that have to be filled in first. */
export function missingFields(audience: Pick<Audience, 'fields'>, severity: Severity, fields: Readonly<Record<string, string>>): Audience['fields'] {
  return audience.fields.filter(({ key, requiredFor }) => requiredFor.includes(severity) && (fields[key] ?? '').trim() === '');
}

/** Why a name may not stand in a template; null when it may. */
function nameFault(audience: Pick<Audience, 'fields'>, { path, escape }: Hole): string | null {
  const known: Readonly<Record<string, readonly string[]>> = { incident: INCIDENT_NAMES, update: UPDATE_NAMES, audience: ['name'], fields: audience.fields.map(({ key }) => key) };
  const [root, name] = path;
  if (escape !== null) return `"| ${escape}" has no use here`;
  const names = typeof root === 'string' ? known[root] : undefined;
  if (names === undefined) return `${pathText(path)} is not known; names begin with ${Object.keys(known).join(', ')}`;
  return path.length === 2 && typeof name === 'string' && names.includes(name) ? null : `${pathText(path)} is not known; ${String(root)} has ${names.length === 0 ? 'none' : names.join(', ')}`;
}

/** Faults of the templates of an audience, by the part in which they stand. */
export function templateFaults(audience: Audience): { readonly part: 'subject' | 'text'; readonly message: string }[] {
  return (['subject', 'text'] as const).flatMap((part) => {
    try {
      const holes = audience[part].split('\n').flatMap((line) => parseTemplate(line)).filter((piece) => typeof piece !== 'string');
      return holes.flatMap((hole) => {
        const message = nameFault(audience, hole);
        return message === null ? [] : [{ part, message }];
      });
    } catch (error) {
      if (error instanceof TemplateError) return [{ part, message: error.message }];
      throw error;
    }
  });
}
