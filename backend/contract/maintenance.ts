/** Planned work: periods in which matching alerts are stored and shown, and nobody is called. */
import { z } from 'zod';
import { alertScope } from './noise.ts';
import { actor, instant, page, pageQuery } from './primitives.ts';

/** A date and time on the clock of a zone, without offset: `2026-03-29T02:30`. */
export const localDateTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'must be like 2026-03-29T02:30');

export const maintenanceSchedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once'), startsAt: instant, endsAt: instant }),
  /**
   * Repeats on the clock of its zone: both begin and end are times that people read there, also in the
   * nights in which the clocks change.
   */
  z.object({
    kind: z.literal('recurring'),
    timeZone: z.string().min(1).max(100),
    /** Begin of the first occurrence. */
    startsAt: localDateTime,
    /** Length on the clock of the zone. */
    minutes: z.number().int().min(1).max(7 * 24 * 60),
    /** RFC 5545, without DTSTART: `FREQ=WEEKLY;BYDAY=SU`. Daily, weekly, monthly or yearly. */
    rule: z.string().trim().min(1).max(500),
  }),
]).meta({ id: 'MaintenanceSchedule' });
export type MaintenanceSchedule = z.infer<typeof maintenanceSchedule>;

export const maintenanceBody = z.object({
  name: z.string().trim().min(1).max(200),
  reason: z.string().trim().max(1000).default(''),
  scope: alertScope,
  schedule: maintenanceSchedule,
  /** Change event or ticket that it belongs to (`CHG-42`); it ends with it. */
  change: z.string().trim().min(1).max(200).nullable().default(null),
}).meta({ id: 'MaintenanceBody' });
export type MaintenanceBody = z.infer<typeof maintenanceBody>;

export const occurrence = z.object({ startsAt: instant, endsAt: instant });
export type Occurrence = z.infer<typeof occurrence>;

export const maintenanceWindow = maintenanceBody.extend({
  id: z.string(),
  phase: z.enum(['upcoming', 'active', 'past']),
  /** The present occurrence, else the next one, else the last one. */
  occurrence: occurrence.nullable(),
  /** Set when somebody, or the end of its change, ended it early; by whom, and why when that is known. */
  endedAt: instant.nullable(),
  endedBy: actor.nullable(),
  endReason: z.string().nullable(),
  /** Alerts that it has held back so far. */
  heldBack: z.number().int(),
  createdBy: actor,
  version: z.number().int(),
}).meta({ id: 'MaintenanceWindow' });
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>;
export const maintenanceQuery = pageQuery.extend({ phase: z.enum(['upcoming', 'active', 'past', 'all']).default('all') });
export const maintenancePage = page(maintenanceWindow);

export const maintenancePreviewBody = z.object({ schedule: maintenanceSchedule });
export const maintenancePreview = z.object({
  /** The next ten. `shifted` says what the clocks do in that night, where they change. */
  occurrences: z.array(occurrence.extend({ minutes: z.number().int(), shifted: z.string().nullable() })),
});
export const closeChangeBody = z.object({ change: z.string().trim().min(1).max(200) });
export const closeChangeResult = z.object({ ended: z.number().int() });
