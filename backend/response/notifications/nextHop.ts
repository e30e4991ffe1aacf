/**
 * What becomes of a delivery after something happened to it: the way is kept, the next one taken, a receipt waited
 * for, or it ends. Pure. Times are in milliseconds.
 */
import type { MessageClass, Urgency } from '#contract';

/** One way to a recipient. */
export interface Hop {
  readonly channel: string;
  /** Null: the channel itself is the target. */
  readonly address: string | null;
  /** Of pages: how long an answer is waited for before the next way is taken as well; 0: it is not waited for. */
  readonly waitSeconds: number;
}

export interface Situation {
  readonly hops: readonly Hop[];
  /** Place of the present way. */
  readonly hop: number;
  /** How often all ways were gone through in vain. */
  readonly round: number;
  /** Places of ways that will never work for this message. */
  readonly refused: ReadonlySet<number>;
  /** Tries of the present way whose end nobody knows. */
  readonly lost: number;
  readonly messageClass: MessageClass;
  readonly urgency: Urgency;
  readonly ageMs: number;
  /** It was taken or arrived over an earlier way. */
  readonly arrived: 'sent' | 'delivered' | null;
  readonly cancelled: boolean;
  /** Channels that rest now. */
  readonly resting: ReadonlySet<string>;
}

/** What happened. */
export type Happening =
  | { readonly kind: 'accepted'; readonly receipts: boolean }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  | { readonly kind: 'retry'; readonly reason: string }
  /** `ofChannel`: whoever the recipient is. */
  | { readonly kind: 'refused'; readonly reason: string; readonly ofChannel?: true }
  /** The replica that sent it died, or lost its lease. */
  | { readonly kind: 'lost' }
  /** The provider took it, and no receipt came in time. */
  | { readonly kind: 'unconfirmed' }
  /** Nobody answered in time. */
  | { readonly kind: 'unanswered' }
  /** The channel of the present way rests, or is not there. */
  | { readonly kind: 'resting'; readonly forMs: number }
  | { readonly kind: 'gone'; readonly reason: string };

export type Decision =
  /** Over `hop`, after a delay; `refuse`: the present way is not taken again. */
  | { readonly kind: 'try'; readonly hop: number; readonly round: number; readonly delayMs: number; readonly refuse: boolean }
  /** It arrived as far as can be told; `waitMs` until `for` comes, or null when nothing is waited for. */
  | { readonly kind: 'arrived'; readonly state: 'sent' | 'delivered'; readonly waits: { readonly for: 'receipt' | 'answer'; readonly ms: number } | null }
  | { readonly kind: 'failed'; readonly refuse: boolean }
  | { readonly kind: 'cancelled' };

/** How long one try may take. A critical page must have failed over within 15 s, so a stalled try and a missing receipt together stay below. */
export function sendLimitMs(urgency: Urgency): number {
  return urgency === 'critical' ? 5_000 : 10_000;
}

/** How long a receipt is waited for. */
export function receiptLimitMs(urgency: Urgency): number {
  return urgency === 'critical' ? 8_000 : urgency === 'high' ? 30_000 : 120_000;
}

/** From this wait on a critical message goes elsewhere instead. */
const LONG_THROTTLE_MS = 2_000;
const MOST_LOST = 3;
const CRITICAL_PAUSES_MS = [2_000, 4_000, 8_000, 15_000];
const PAUSES_MS = [5_000, 15_000, 60_000, 300_000, 900_000];
const HOUR_MS = 3_600_000;

function mostAgeMs(messageClass: MessageClass): number {
  return messageClass === 'test' ? 60_000 : messageClass === 'page' ? HOUR_MS : 24 * HOUR_MS;
}

function pauseMs(urgency: Urgency, round: number): number {
  const pauses = urgency === 'critical' ? CRITICAL_PAUSES_MS : PAUSES_MS;
  return pauses[Math.min(round, pauses.length - 1)] ?? 0;
}

/** Decides. */
export function decideNext(now: Situation, happened: Happening): Decision {
  const present = now.hops[now.hop];
  const waitsForAnswer = now.messageClass === 'page' && (present?.waitSeconds ?? 0) > 0 && !now.cancelled
    ? { for: 'answer' as const, ms: (present?.waitSeconds ?? 0) * 1_000 } : null;
  // A provider that took it and never confirmed is not asked again: the person may have it, or will get it late.
  const refuse = happened.kind === 'refused' || happened.kind === 'gone' || happened.kind === 'unconfirmed';
  const refusedNow = refuse ? new Set([...now.refused, now.hop]) : now.refused;
  const usable = (place: number): boolean => !refusedNow.has(place) && !now.resting.has(now.hops[place]?.channel ?? '');
  const after = now.hops.findIndex((_hop, place) => place > now.hop && usable(place));
  const to = (hop: number, round: number, delayMs: number): Decision => ({ kind: 'try', hop, round, delayMs, refuse });

  function elsewhere(): Decision {
    if (now.cancelled && now.arrived === null) return { kind: 'cancelled' };
    if (after !== -1 && !now.cancelled) return to(after, now.round, 0);
    // It was told already, over an earlier way: what came after was more than had to be.
    if (now.arrived !== null) return { kind: 'arrived', state: now.arrived, waits: null };
    const first = now.hops.findIndex((_hop, place) => usable(place));
    const resting = first === -1 ? now.hops.findIndex((_hop, place) => !refusedNow.has(place)) : first;
    if (resting === -1 || now.ageMs >= mostAgeMs(now.messageClass)) return { kind: 'failed', refuse };
    return to(resting, now.round + 1, pauseMs(now.urgency, now.round));
  }

  switch (happened.kind) {
    case 'delivered':
      return { kind: 'arrived', state: 'delivered', waits: after === -1 ? null : waitsForAnswer };
    case 'accepted':
      if (happened.receipts && after !== -1 && !now.cancelled) return { kind: 'arrived', state: 'sent', waits: { for: 'receipt', ms: receiptLimitMs(now.urgency) } };
      return { kind: 'arrived', state: now.arrived ?? 'sent', waits: after === -1 ? null : waitsForAnswer };
    case 'throttled':
      if (now.cancelled) return elsewhere();
      if (now.urgency === 'critical' && happened.retryAfterMs > LONG_THROTTLE_MS && after !== -1) return to(after, now.round, 0);
      if (now.ageMs + happened.retryAfterMs >= mostAgeMs(now.messageClass)) return elsewhere();
      return to(now.hop, now.round, happened.retryAfterMs);
    case 'lost':
      // Whether it arrived is not known: the same way again, under the same key, so that a provider that knows keys tells it once.
      return now.lost + 1 >= MOST_LOST ? elsewhere() : now.cancelled ? { kind: 'cancelled' } : to(now.hop, now.round, 0);
    case 'resting': {
      if (now.cancelled && now.arrived === null) return { kind: 'cancelled' };
      if (after !== -1) return to(after, now.round, 0);
      const earlier = now.hops.findIndex((_hop, place) => usable(place));
      if (now.arrived === null && earlier !== -1) return to(earlier, now.round, 0);
      if (now.arrived !== null) return { kind: 'arrived', state: now.arrived, waits: null };
      return now.ageMs >= mostAgeMs(now.messageClass) ? { kind: 'failed', refuse } : to(now.hop, now.round, happened.forMs);
    }
    case 'unconfirmed':
      return now.hops.every((_hop, place) => refusedNow.has(place)) || now.cancelled ? { kind: 'arrived', state: now.arrived ?? 'sent', waits: null } : elsewhere();
    case 'unanswered':
    case 'retry':
    case 'refused':
    case 'gone':
      return elsewhere();
  }
}
