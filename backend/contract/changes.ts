/** Change events: deploys, configuration, flags, scaling. A possible cause of what breaks soon after. */
import { z } from 'zod';
import { actor, instant, logPosition, page, pageQuery } from './primitives.ts';

export const CHANGE_KINDS = ['deploy', 'config', 'schema', 'scaling', 'flag', 'infrastructure', 'other'] as const;
export const changeKind = z.enum(CHANGE_KINDS).meta({ id: 'ChangeKind' });
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** `closed`: the work is over, well or badly. Whoever tells of a change once, when it is made, leaves it open. */
export const CHANGE_STATES = ['open', 'closed'] as const;
export const changeState = z.enum(CHANGE_STATES).meta({ id: 'ChangeState' });

const serviceName = z.string().trim().toLowerCase().min(1).max(200);

/** A change in Muster's own shape. */
export const changeBody = z.object({
  /** The sender's own id: sent again, nothing happens, unless it is closed by it. */
  id: z.string().trim().min(1).max(200),
  /** Told as `closed`, maintenance windows that name its id end. */
  state: changeState.default('open'),
  kind: changeKind.default('deploy'),
  service: serviceName.nullable().default(null),
  clusters: z.array(serviceName).max(100).default([]),
  /** Left out: when it arrives. */
  at: instant.optional(),
  title: z.string().trim().min(1).max(500),
  author: z.string().trim().min(1).max(200).nullable().default(null),
  link: z.string().trim().max(2000).regex(/^https?:\/\/\S+$/i, 'must begin with http:// or https://').nullable().default(null),
});
export type ChangeBody = z.output<typeof changeBody>;

export const change = z.object({
  position: logPosition,
  /** The source that told of it; null for one told through the API. */
  source: z.string().nullable(),
  id: z.string(),
  kind: changeKind,
  service: z.string().nullable(),
  clusters: z.array(z.string()),
  at: instant,
  recordedAt: instant,
  /** When Muster was told that it is over; null: it was not. */
  closedAt: instant.nullable(),
  title: z.string(),
  author: z.string().nullable(),
  link: z.string().nullable(),
  recordedBy: actor,
}).meta({ id: 'Change' });
export type Change = z.infer<typeof change>;

export const changeListQuery = pageQuery.extend({
  service: z.string().max(200).optional(),
  kind: changeKind.optional(),
  /** Only changes made at or after it, and before it. */
  from: instant.optional(),
  to: instant.optional(),
});
export type ChangeListQuery = z.infer<typeof changeListQuery>;
export const changePage = page(change).meta({ id: 'ChangePage' });
/** `recorded` is false when the same id was told before; it may have been closed by it. */
export const recordedChange = z.object({ recorded: z.boolean(), position: logPosition });
