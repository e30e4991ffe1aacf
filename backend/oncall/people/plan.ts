/** How a person is reached: which address first, and how long until the next one. Pure. */
import type { ContactRules, ContactUrgency, QuietHours } from '#contract';
import { isQuiet } from './quiet.ts';

export interface KnownPoint {
  readonly id: string;
  readonly channel: string;
  readonly address: string;
  readonly isVerified: boolean;
}

export interface PersonContacts {
  /** In the order in which they were added. */
  readonly points: readonly KnownPoint[];
  readonly rules: ContactRules;
  readonly quietHours: readonly QuietHours[];
  readonly zone: string;
  /** The address that Grafana knows, and the channel that leads there; for who has set nothing. */
  readonly fallback: { readonly channel: string; readonly address: string } | null;
}

export interface PlannedHop {
  readonly channel: string;
  readonly address: string;
  readonly waitSeconds: number;
}

/** Rules of somebody who has set none. */
export const NO_RULES: ContactRules = { critical: null, high: null, normal: null, low: null };

/** How long an address is given before the next is tried as well, by default. */
const USUAL_WAIT: Readonly<Record<ContactUrgency, number>> = { critical: 60, high: 120, normal: 0, low: 0 };

function usualOrder({ points, fallback }: PersonContacts, urgency: ContactUrgency): PlannedHop[] {
  const verified = points.filter((point) => point.isVerified);
  const waitSeconds = USUAL_WAIT[urgency];
  if (verified.length === 0) return fallback === null ? [] : [{ ...fallback, waitSeconds }];
  const used = urgency === 'critical' || urgency === 'high' ? verified : verified.slice(0, 1);
  return used.map(({ channel, address }) => ({ channel, address, waitSeconds }));
}

/**
 * What is tried, in order; empty: the person is not to be told of this now. What is critical comes through quiet hours, and
 * through rules that lead nowhere: then the usual order holds.
 */
export function planContacts(person: PersonContacts, urgency: ContactUrgency, atMs: number): PlannedHop[] {
  if (urgency !== 'critical' && isQuiet(person.quietHours, person.zone, atMs)) return [];
  const chosen = person.rules[urgency];
  if (chosen === null) return usualOrder(person, urgency);
  const known = new Map(person.points.filter((point) => point.isVerified).map((point) => [point.id, point]));
  const hops = chosen.flatMap(({ point, waitSeconds }) => {
    const found = known.get(point);
    return found === undefined ? [] : [{ channel: found.channel, address: found.address, waitSeconds }];
  });
  return hops.length === 0 && (urgency === 'critical' || chosen.length > 0) ? usualOrder(person, urgency) : hops;
}
