/** What was changed before an incident, ordered by suspicion, and which alert rules rose with it. */
import { z } from 'zod';
import { change } from './changes.ts';
import { alertId, instant } from './primitives.ts';

export const suspectedChange = z.object({
  change,
  /** 0 to 1. */
  suspicion: z.number(),
  reasons: z.array(z.object({ kind: z.string(), text: z.string() })),
  /** How many steps of dependency the changed service is away from the incident's services; 0: it is one of them. Null: the change names no service. */
  hops: z.number().int().nullable(),
}).meta({ id: 'SuspectedChange' });
export type SuspectedChange = z.infer<typeof suspectedChange>;

export const risingRule = z.object({
  name: z.string(),
  services: z.array(z.string()),
  /** Alerts of it about the time when the trouble began. */
  alerts: z.number().int(),
  /** How many would be usual in such a time. */
  usual: z.number(),
  firstAt: instant,
  /** One of them. */
  alert: alertId,
}).meta({ id: 'RisingRule' });
export type RisingRule = z.infer<typeof risingRule>;

export const changesBefore = z.object({
  from: instant,
  to: instant,
  /** When trouble began. */
  onsetAt: instant,
  /** The most suspicious first. */
  changes: z.array(suspectedChange),
  /** So many more changes were looked at and are not shown. */
  leftOut: z.number().int(),
  /** What rose first comes first. */
  rising: z.array(risingRule),
  /** Services that were looked at: those of the incident, and what they need. */
  services: z.array(z.string()),
}).meta({ id: 'ChangesBefore' });
export type ChangesBefore = z.infer<typeof changesBefore>;
