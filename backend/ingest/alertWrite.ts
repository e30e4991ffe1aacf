/** One alert as it is written, and how two deliveries of one episode in a batch become one. */
import type { AlertStatus, Labels } from '#contract';
import { storableText } from '../platform/storableText.ts';
import type { DeliveredTexts } from './parse.ts';

export interface AlertWrite {
  /** Signed bigint in decimal, see identity.ts. */
  readonly alertKey: string;
  readonly startsAtMs: number;
  readonly sourceId: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly summary: string;
  /** Not written by itself: the annotations have it. Correlation reads it. */
  readonly description: string;
  readonly status: AlertStatus;
  readonly endsAtMs: number | null;
  /** 1 to 5. */
  readonly severity: number;
  readonly service: string | null;
  readonly team: string | null;
  readonly environment: string | null;
  readonly cluster: string | null;
  /** With those that were derived; `texts` has them as they were sent. */
  readonly labels: Labels;
  /** Labels, annotations, details and measured values as JSON. */
  readonly texts: DeliveredTexts;
  readonly notificationKey: string | null;
  readonly contentHash: number;
}

/**
 * Joins two deliveries of one episode, `later` having come after `earlier`: a resolve beats a
 * firing message whichever came first, of two resolves the later end counts, of two firing
 * messages the newer content. The database applies the same rule between batches.
 */
export function mergeDeliveries(earlier: AlertWrite, later: AlertWrite): AlertWrite {
  if (earlier.status === 'resolved' && later.status === 'resolved') {
    return (later.endsAtMs ?? 0) > (earlier.endsAtMs ?? 0) ? later : earlier;
  }
  return earlier.status === 'resolved' ? earlier : later;
}

/** Deliveries of many requests as one write per episode, in the order in which rows are locked. */
export function toBatch(writes: Iterable<AlertWrite>): AlertWrite[] {
  const byEpisode = new Map<string, AlertWrite>();
  for (const write of writes) {
    const key = `${write.alertKey}/${write.startsAtMs}`;
    const earlier = byEpisode.get(key);
    byEpisode.set(key, earlier === undefined ? write : mergeDeliveries(earlier, write));
  }
  return [...byEpisode.values()].sort(
    (a, b) => (a.startsAtMs === b.startsAtMs ? (a.alertKey < b.alertKey ? -1 : 1) : a.startsAtMs - b.startsAtMs),
  );
}

/** A NUL or half of a surrogate pair, as JSON writes it. Also finds the mention of one, which does no harm. */
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** True when a JSON text may hold what PostgreSQL cannot read out of it later. */
export function mayBeUnstorable(json: string | null): boolean {
  return json?.includes('\\u') === true && UNSTORABLE_ESCAPE.test(json);
}

function storableJson(json: string): string {
  const value: unknown = JSON.parse(json);
  return JSON.stringify(storableText(value));
}

/** A write that can be stored, whatever its sender put into it. */
export function withStorableText(write: AlertWrite): AlertWrite {
  const { labels, annotations, details, values } = write.texts;
  return {
    ...storableText(write),
    texts: { labels: storableJson(labels), annotations: storableJson(annotations), details: storableJson(details), values: values === null ? null : storableJson(values) },
  };
}
