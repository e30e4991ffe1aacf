/** What was changed before an incident, ordered by suspicion, and which alert rules rose with it. */
import { z } from 'zod';
import { change } from './changes.ts';
import { detectorId, logPattern } from './detectors.ts';
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

/** What a detector found about that time: a pattern of log lines, or load that rose or fell. */
export const noticedChange = z.object({
  kind: z.enum(['pattern', 'traffic']),
  service: z.string(),
  at: instant,
  endsAt: instant.nullable(),
  /** 0 to 1, on the same scale as changes. */
  suspicion: z.number(),
  reasons: z.array(z.object({ kind: z.string(), text: z.string() })),
  hops: z.number().int().nullable(),
  detector: detectorId,
  name: z.string(),
  /** What the detector was then: in shadow it alerted nobody. */
  mode: z.enum(['shadow', 'active']),
  /** Of lines; null where it is load. */
  pattern: logPattern.nullable(),
  /** Of load: the value that began it and what was usual; null where it is lines. */
  load: z.object({ direction: z.enum(['up', 'down']), value: z.number(), low: z.number(), high: z.number() }).nullable(),
  /** The query about that time: a path of Grafana, or an address of the Prometheus. */
  query: z.object({ kind: z.enum(['explore', 'prometheus']), url: z.string() }).nullable(),
}).meta({ id: 'NoticedChange' });
export type NoticedChange = z.infer<typeof noticedChange>;

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
  /** What detectors found, in shadow too, the most suspicious first. */
  noticed: z.array(noticedChange),
  /** So many more changes and findings were looked at and are not shown. */
  leftOut: z.number().int(),
  /** What rose first comes first. */
  rising: z.array(risingRule),
  /** Services that were looked at: those of the incident, and what they need. */
  services: z.array(z.string()),
}).meta({ id: 'ChangesBefore' });
export type ChangesBefore = z.infer<typeof changesBefore>;
