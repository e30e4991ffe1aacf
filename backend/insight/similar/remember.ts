/** What is remembered of an incident: a document to compare by, and what ended it. Pure. */
import type { Remedy } from '#contract';
import type { IncidentDocument } from '../../memory/index.ts';

/** Something that was said in the course of an incident. */
export interface Saying {
  readonly kind: 'note' | 'update' | 'reason';
  /** The event that it stands in, in the log. */
  readonly position: string;
  readonly type: string;
  readonly at: Date;
  readonly text: string;
  /** Of a revised note: the position of the note. */
  readonly revises: string | null;
}

/** An incident as memory takes it in. */
export interface IncidentFacts {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly services: readonly string[];
  readonly mitigatedAt: Date | null;
  readonly resolvedAt: Date | null;
  /** How many alerts of which rule. */
  readonly alerts: Readonly<Record<string, number>>;
  /** `key=value` of labels that most of its alerts have. */
  readonly labels: readonly string[];
  /** In the order of the log. */
  readonly sayings: readonly Saying[];
  readonly runs: readonly { readonly id: string; readonly title: string; readonly endedAt: Date }[];
  readonly confirmedCauses: readonly { readonly text: string; readonly at: Date }[];
}

export interface IncidentMemory {
  readonly document: Omit<IncidentDocument, 'id'>;
  readonly remedies: readonly Remedy[];
}

/** Labels that name one alert, say nothing of the kind of trouble, or stand in the document already. */
export const TELLING_NOTHING = [
  'alertname', 'severity', 'priority', 'level', 'service', 'instance', 'pod', 'container_id', 'host', 'grafana_folder', 'rule_uid', 'ref_id', 'datasource_uid', '__alert_rule_uid__', 'endpoint', 'job', 'uid',
];
/** Commands whose reason tells what was done about it. */
const ENDING = new Set(['incident.mitigated', 'incident.resolved', 'incident.mitigation_started', 'incident.identified', 'incident.closed']);
/** Notes and updates this long before the end, and after it, may tell what ended it. */
const BEFORE_MS = 30 * 60_000;
const AFTER_MS = 20 * 60_000;
const MOST_NOTES = 2;
const MOST_REMEDIES = 5;
const MOST_TEXT = 20_000;
const MOST_REMEDY_TEXT = 500;

/** Notes as they are worded last. */
function latestWordings(sayings: readonly Saying[]): Saying[] {
  const wording = new Map<string, string>();
  for (const { revises, text } of sayings) if (revises !== null) wording.set(revises, text);
  return sayings.filter(({ revises }) => revises === null).map((saying) => ({ ...saying, text: wording.get(saying.position) ?? saying.text }));
}

function shortened(text: string): string {
  return text.length <= MOST_REMEDY_TEXT ? text : `${text.slice(0, MOST_REMEDY_TEXT - 1)}…`;
}

function remediesOf(facts: IncidentFacts, sayings: readonly Saying[]): Remedy[] {
  const end = facts.mitigatedAt ?? facts.resolvedAt;
  const nearEnd = (at: Date): boolean => end !== null && at.getTime() >= end.getTime() - BEFORE_MS && at.getTime() <= end.getTime() + AFTER_MS;
  const said = (kind: Saying['kind']): Remedy[] => sayings.filter((saying) => saying.kind === kind && nearEnd(saying.at)).slice(-MOST_NOTES)
    .map(({ text, at }) => ({ kind, text: shortened(text), at: at.toISOString(), run: null }));
  const reasons = sayings.filter((saying) => saying.kind === 'reason' && ENDING.has(saying.type))
    .map(({ text, at }): Remedy => ({ kind: 'reason', text: shortened(text), at: at.toISOString(), run: null }));
  return [
    ...facts.runs.map(({ id, title, endedAt }): Remedy => ({ kind: 'runbook', text: title, at: endedAt.toISOString(), run: id })),
    ...facts.confirmedCauses.map(({ text, at }): Remedy => ({ kind: 'cause', text: shortened(text), at: at.toISOString(), run: null })),
    ...reasons, ...said('update'), ...said('note'),
  ].slice(0, MOST_REMEDIES);
}

/** Makes it. The same facts give the same memory. */
export function memoryOf(facts: IncidentFacts): IncidentMemory {
  const sayings = latestWordings(facts.sayings);
  const text = [facts.description, ...facts.confirmedCauses.map((cause) => cause.text), ...facts.runs.map(({ title }) => title), ...sayings.map((saying) => saying.text)].filter((part) => part !== '').join('\n\n');
  return {
    document: { title: facts.title, text: text.slice(0, MOST_TEXT), services: facts.services, symptoms: facts.labels, alerts: facts.alerts },
    remedies: remediesOf(facts, sayings),
  };
}
