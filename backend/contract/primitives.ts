/**
 * Building blocks of every shape that crosses the wire: ids, instants, severities, labels, pages.
 * This folder imports nothing but zod, so that both the service and the plugin can use it.
 */
import { z } from 'zod';

/** Organisation id as Grafana numbers it (`org:<n>` in the audience of the ID token). */
export const orgId = z.number().int().positive().brand<'OrgId'>();
export type OrgId = z.infer<typeof orgId>;

/** Largest number that PostgreSQL's integer holds. */
export const MAX_INTEGER = 2_147_483_647;

/** Running number of an incident within its organisation; shown as `INC-<n>`. Never reused. */
export const incidentNumber = z.coerce.number().int().positive().max(MAX_INTEGER).brand<'IncidentNumber'>();
export type IncidentNumber = z.infer<typeof incidentNumber>;

/** `INC-142`: how people name incident 142. */
export function incidentKey(number: number): string {
  return `INC-${number}`;
}

/** Short name of an alert source, part of its webhook address. */
export const sourceId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes')
  .brand<'SourceId'>();
export type SourceId = z.infer<typeof sourceId>;

/** `<16 hex digits of the alert key>-<startsAt in epoch milliseconds>`: one alert episode. */
export const alertId = z
  .string()
  .regex(/^[0-9a-f]{16}-\d{1,15}$/, 'is not an alert id')
  .brand<'AlertId'>();
export type AlertId = z.infer<typeof alertId>;

/** A user of Grafana: the `sub` claim of the signed ID token, for example `user:ceq3abc`. */
export const userKey = z.string().min(1).max(200).brand<'UserKey'>();
export type UserKey = z.infer<typeof userKey>;

/** An instant as RFC 3339 text in UTC, with milliseconds. */
export const instant = z.iso.datetime({ offset: true }).meta({ id: 'Instant' });

/** Place of an event in its organisation's log. Grows with the order of commits; decimal text that fits PostgreSQL's bigint. */
export const logPosition = z.string().regex(/^\d{1,18}$/);

export const SEVERITIES = ['sev1', 'sev2', 'sev3', 'sev4', 'sev5'] as const;
/** `sev1` is the worst. */
export const severity = z.enum(SEVERITIES).meta({ id: 'Severity' });
export type Severity = z.infer<typeof severity>;
/** True when `a` is graver than `b`; false for the same. */
export function isGraver(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}
/** The graver one of both. */
export function graverOf(a: Severity, b: Severity): Severity {
  return isGraver(b, a) ? b : a;
}

export const labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof labels>;

/** A request parameter: how many rows at most, and where to go on. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
});

/** One page of a list: rows, and the cursor of the next page (null on the last one). */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const ROLES = ['viewer', 'responder', 'commander', 'manager', 'admin', 'auditor'] as const;
export const role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof role>;

/** A person, as shown beside what they did. */
export const userRef = z.object({ key: userKey, login: z.string(), name: z.string() }).meta({ id: 'UserRef' });
export type UserRef = z.infer<typeof userRef>;

/** Who caused an event. */
export const actor = z.object({
  kind: z.enum(['user', 'token', 'source', 'system']),
  key: z.string(),
  name: z.string(),
}).meta({ id: 'Actor' });
export type Actor = z.infer<typeof actor>;

export const okBody = z.object({ ok: z.literal(true) }).meta({ id: 'Ok' });
