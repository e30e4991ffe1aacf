/** From the body of a webhook to alerts: each one checked by itself, so that a bad one spoils no other. */
import { hash } from 'node:crypto';
import { DRILL_LABEL, DRILL_SOURCE, FOREIGN_DRILL_LABEL, type AlertStatus, type FieldFault, type Labels } from '#contract';
import { fingerprintOfLabels } from './identity.ts';
import { faultOf, isIncomingAlert, isIncomingEnvelope, type IncomingAlert, type IncomingEnvelope } from './payload.ts';

/** An alert as it was delivered, with its parts sorted out. Severity and service come later, by the mapping. */
export interface DeliveredAlert {
  readonly fingerprint: string;
  readonly status: AlertStatus;
  /** As it was written, also where it cannot be true. */
  readonly startsAtMs: number;
  /** Null while it fires. */
  readonly endsAtMs: number | null;
  /** The end as it was written; null where none was. */
  readonly saidEndMs: number | null;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly texts: DeliveredTexts;
  /** 48 bits over status, end, labels, annotations and details: the same as before means a repeat. */
  readonly contentHash: number;
}

/** Parts of a delivered alert as JSON: written once, both to be hashed and to be stored. */
export interface DeliveredTexts {
  readonly labels: string;
  readonly annotations: string;
  /** All other members as they came: values, URLs, and what newer senders add. */
  readonly details: string;
  /** The measured values among the details; null when there are none. */
  readonly values: string | null;
}

export interface ParsedPayload {
  /** All members beside the alerts. */
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly alerts: readonly DeliveredAlert[];
  /** Alerts that could not be read, with where and why. */
  readonly faults: readonly { readonly fault: FieldFault; readonly alert: unknown }[];
}

export type ParseResult =
  | { readonly ok: true; readonly payload: ParsedPayload }
  | { readonly ok: false; readonly fault: FieldFault };

/** Alertmanager and Grafana write year 1 for "has not ended". */
const EARLIEST_END_MS = Date.UTC(1971, 0, 1);

function textOf(map: Record<string, string | number | boolean | null> | null | undefined): Labels {
  const result: Labels = {};
  if (map === null || map === undefined) return result;
  for (const name in map) {
    const value = map[name];
    result[name] = value === null || value === undefined ? '' : String(value);
  }
  return result;
}

function parseInstant(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

function contentHashOf(status: AlertStatus, endsAtMs: number | null, texts: DeliveredTexts): number {
  const text = `${status} ${endsAtMs ?? ''}\n${texts.labels}\n${texts.annotations}\n${texts.details}`;
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16);
}

/** Names in one order, whatever the sender's: that in which PostgreSQL gives them back. */
function inStoredOrder(labels: Labels): Labels {
  const names = Object.keys(labels);
  const sorted: Labels = {};
  for (const name of names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const value = labels[name];
    if (value !== undefined) sorted[name] = value;
  }
  return sorted;
}

/** Whoever could call an alert a drill could hide it: the mark of others is kept under another name. */
function withoutForeignMark(labels: Labels, sourceId: string): Labels {
  if (sourceId === DRILL_SOURCE) return labels;
  const mark = labels[DRILL_LABEL];
  if (mark === undefined) return labels;
  const { [DRILL_LABEL]: _mark, ...others } = labels;
  return { [FOREIGN_DRILL_LABEL]: mark, ...others };
}

function parseAlert(alert: IncomingAlert, place: string, sourceId: string): DeliveredAlert | FieldFault {
  const { status, labels: rawLabels, annotations, startsAt, endsAt, fingerprint, ...details } = alert;
  const startsAtMs = parseInstant(startsAt);
  if (startsAtMs === null) return { field: `${place}.startsAt`, message: `is not an instant: ${JSON.stringify(startsAt).slice(0, 60)}` };
  const labels = inStoredOrder(withoutForeignMark(textOf(rawLabels), sourceId));
  const end = endsAt === null || endsAt === undefined ? null : parseInstant(endsAt);
  const saidEndMs = end === null || end < EARLIEST_END_MS ? null : end;
  // A resolve without an end, or with one before its start, still says that it is over.
  const endsAtMs = status === 'resolved' ? Math.max(saidEndMs ?? startsAtMs, startsAtMs) : null;
  const delivered = textOf(annotations);
  const texts: DeliveredTexts = {
    labels: JSON.stringify(labels), annotations: JSON.stringify(delivered), details: JSON.stringify(details),
    values: alert.values === null || alert.values === undefined ? null : JSON.stringify(alert.values),
  };
  return {
    fingerprint: fingerprint === null || fingerprint === undefined || fingerprint === '' ? fingerprintOfLabels(labels) : fingerprint,
    status, startsAtMs, endsAtMs, saidEndMs, labels, annotations: delivered, texts,
    contentHash: contentHashOf(status, endsAtMs, texts),
  };
}

function isFault(result: DeliveredAlert | FieldFault): result is FieldFault {
  return 'field' in result;
}

function envelopeOf(body: IncomingEnvelope): Record<string, unknown> {
  const { alerts: _alerts, ...envelope } = body;
  return envelope;
}

/** Reads a parsed JSON body that a source delivered. Only a body without a list of alerts is refused as a whole. */
export function parsePayload(body: unknown, sourceId: string): ParseResult {
  if (!isIncomingEnvelope(body)) return { ok: false, fault: faultOf(isIncomingEnvelope.errors, '') };
  const alerts: DeliveredAlert[] = [];
  const faults: { fault: FieldFault; alert: unknown }[] = [];
  for (const [index, alert] of body.alerts.entries()) {
    const place = `alerts[${index}]`;
    if (!isIncomingAlert(alert)) {
      faults.push({ fault: faultOf(isIncomingAlert.errors, place), alert });
      continue;
    }
    const parsed = parseAlert(alert, place, sourceId);
    if (isFault(parsed)) faults.push({ fault: parsed, alert });
    else alerts.push(parsed);
  }
  const truncated = body.truncatedAlerts ?? 0;
  return {
    ok: true,
    payload: {
      envelope: envelopeOf(body),
      groupKey: body.groupKey ?? '',
      truncatedAlerts: Number.isFinite(truncated) && truncated > 0 ? Math.floor(truncated) : 0,
      alerts,
      faults,
    },
  };
}
