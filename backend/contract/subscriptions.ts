/** Who wants to be told of which incidents. */
import { z } from 'zod';
import { audienceId } from './comms.ts';
import { instant, page, pageQuery, severity, userRef } from './primitives.ts';

const names = z.array(z.string().trim().min(1).max(200)).max(100);
const filter = {
  /** Services or business services; empty: all. */
  services: names.default([]),
  /** Empty: all. */
  severities: z.array(severity).max(5).default([]),
  regions: names.default([]),
};

export const putMySubscriptionBody = z.object({
  /** Audiences whose updates are wanted; empty: none. */
  audiences: z.array(audienceId).max(30).default([]),
  ...filter,
});
export type MySubscriptionBody = z.output<typeof putMySubscriptionBody>;
export const mySubscription = z.object({
  audiences: z.array(z.string()), services: z.array(z.string()), severities: z.array(severity), regions: z.array(z.string()), version: z.number().int(),
}).meta({ id: 'MySubscription' });
export type MySubscription = z.infer<typeof mySubscription>;

/** A subscriber as managers see them: of people outside a part of the address. */
export const subscriber = z.object({
  id: z.string(), kind: z.enum(['person', 'outside']), user: userRef.nullable(), address: z.string().nullable(), state: z.enum(['pending', 'active']),
  audiences: z.array(z.string()), services: z.array(z.string()), severities: z.array(severity), regions: z.array(z.string()), since: instant,
}).meta({ id: 'Subscriber' });
export type Subscriber = z.infer<typeof subscriber>;
export const subscriberPage = page(subscriber);
export const subscriberQuery = pageQuery.extend({ kind: z.enum(['all', 'person', 'outside']).default('all') });
export const bySubscriber = z.object({ id: z.string().regex(/^[1-9]\d{0,17}$/) });
