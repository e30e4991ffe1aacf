/** Clocks of an incident: how long until somebody answers, the next update is told, it is resolved. */
import { z } from 'zod';
import { incidentState } from './incidentStates.ts';
import { silenceLimits } from './escalation.ts';
import { incidentNumber, instant } from './primitives.ts';

export const CLOCK_KINDS = ['response', 'update', 'resolution'] as const;
/** `response`: until somebody acknowledges. `update`: until the next update, again and again. `resolution`: until it is resolved. */
export const clockKind = z.enum(CLOCK_KINDS);
export type ClockKind = z.infer<typeof clockKind>;

const minutes = z.int().min(1).max(60 * 24 * 90).nullable();
/** Null: there is no such clock. */
export const clockLimits = z.strictObject({ response: minutes, update: minutes, resolution: minutes }).meta({ id: 'ClockLimits' });
export type ClockLimits = z.infer<typeof clockLimits>;

const clockRulesFields = {
  /** In minutes. */
  limits: z.strictObject({ sev1: clockLimits, sev2: clockLimits, sev3: clockLimits, sev4: clockLimits, sev5: clockLimits }),
  /** So much of the time gone, a clock is at risk. */
  atRiskPercent: z.int().min(1).max(99),
  /** States in which a clock stands still. */
  pausedIn: z.strictObject({ update: z.array(incidentState).max(20), resolution: z.array(incidentState).max(20) }),
  /** A commander who does nothing in the incident for so long is reminded, and then others are called. Null: not, unless a policy says so. */
  commander: silenceLimits.nullable().default({ nudgeMinutes: 20, escalateMinutes: 10 }),
} as const;
export const putClockRulesBody = z.strictObject(clockRulesFields);
export type ClockRulesBody = z.infer<typeof putClockRulesBody>;
export const clockRules = z.object({ ...clockRulesFields, version: z.int() }).meta({ id: 'ClockRules' });
export type ClockRules = z.infer<typeof clockRules>;

export const incidentClock = z.object({
  kind: clockKind,
  state: z.enum(['running', 'paused', 'met']),
  limitSeconds: z.int(),
  startedAt: instant,
  /** Null while it is paused or met. */
  atRiskAt: instant.nullable(),
  dueAt: instant.nullable(),
  /** When it was told; null: it was not. */
  atRiskToldAt: instant.nullable(),
  breachedAt: instant.nullable(),
  metAt: instant.nullable(),
}).meta({ id: 'IncidentClock' });
export type IncidentClock = z.infer<typeof incidentClock>;
export const incidentClocks = z.object({ incident: incidentNumber, clocks: z.array(incidentClock) }).meta({ id: 'IncidentClocks' });
export type IncidentClocks = z.infer<typeof incidentClocks>;
