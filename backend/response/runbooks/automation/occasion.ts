/** Occasions on which triggers act: what is known of them, and how they are told. Pure. */
import type { TriggerEvent, WarningKind } from '#contract';

/** An occasion: what triggers wait for, and what their conditions know of it as `event`. */
export interface Occasion {
  readonly on: TriggerEvent;
  readonly event: Readonly<Record<string, unknown>>;
  /** Left out for what concerns an incident. */
  readonly of?: OccasionSubject;
}

/** What an occasion without an incident is about. */
export interface OccasionSubject {
  /** The warning that it is, beside which runbooks are shown. */
  readonly warning: { readonly kind: WarningKind; readonly id: string } | null;
  /** The same for what is warned of, or found, again: a service, a detector, a series. Null: not known. */
  readonly subject: string | null;
  /** Epoch milliseconds from which it is no news any more; null: not known. */
  readonly untilMs: number | null;
}

type Data = Readonly<Record<string, unknown>>;

function textOf(data: Data, field: string): string | null {
  const value = data[field];
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
}

/** Names and values of labels, in the order of the names: the same series gives the same text. */
function seriesText(labels: unknown): string {
  if (typeof labels !== 'object' || labels === null) return '';
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${String(value)}`).join(',');
}

/** What the event of a finding or a warning is about, by what is written in it. */
export function subjectOf(on: 'anomaly' | WarningKind, data: Data): OccasionSubject {
  const id = textOf(data, 'id');
  const warning = on === 'anomaly' || id === null || !/^\d{1,18}$/.test(id) ? null : { kind: on, id };
  const until = Date.parse(textOf(data, on === 'forecast' ? 'latest' : 'until') ?? '');
  const untilMs = Number.isNaN(until) ? null : until;
  if (on === 'prediction') return { warning, subject: textOf(data, 'service'), untilMs };
  const detector = textOf(data, 'detector');
  return { warning, subject: detector === null ? null : `${detector} ${seriesText(data['labels'])}`.trim(), untilMs: on === 'anomaly' ? null : untilMs };
}

const WORDS: Readonly<Record<TriggerEvent, string>> = {
  candidate: 'a candidate was opened', declared: 'the incident was declared', severity_raised: 'the severity was raised', severity_lowered: 'the severity was lowered',
  state_changed: 'the state changed', role_changed: 'a role changed hands', timer: 'its time had come', anomaly: 'an anomaly was found', prediction: 'something was predicted',
  forecast: 'a limit is forecast to be crossed',
};

/** `3 h 10 min`, `12 min`. */
function minutesText(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

/** What happened, in a few words: why a run was started. */
export function occasionWords({ on, event }: Pick<Occasion, 'on' | 'event'>): string {
  const data: Data = Object.fromEntries(Object.entries(event['data'] ?? {}));
  const { probability, limit, minutes } = data;
  const [name, service, side] = [textOf(data, 'name'), textOf(data, 'service'), textOf(data, 'side')];
  if (on === 'prediction' && service !== null && typeof probability === 'number') return `${service} may break soon: ${Math.round(probability * 100)} % likely`;
  if (on === 'forecast' && name !== null && side !== null && typeof limit === 'number' && typeof minutes === 'number') return `“${name}” is forecast to be ${side} ${limit} in about ${minutesText(minutes)}`;
  return WORDS[on];
}
