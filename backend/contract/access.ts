/** Who is asking, and what they may do. */
import { z } from 'zod';
import { instant, orgId, page, role, userKey, userRef } from './primitives.ts';

export const me = z.object({
  user: userRef,
  orgId,
  role,
  /** Role that follows from the Grafana organisation role, before an override. */
  derivedRole: role,
  /** Names of the operations this user may call. */
  operations: z.array(z.string()),
});
export type Me = z.infer<typeof me>;

export const knownUser = userRef.extend({
  role,
  derivedRole: role,
  email: z.string(),
  lastSeenAt: instant,
  /** Version of the role that Muster gives; the ETag. Being seen does not change it. */
  version: z.number().int(),
}).meta({ id: 'KnownUser' });
export type KnownUser = z.infer<typeof knownUser>;
export const userPage = page(knownUser).meta({ id: 'UserPage' });

/** Whom one may name in work: neither what they may do nor how they are reached. */
export const personPage = page(userRef).meta({ id: 'PersonPage' });

export const setRoleBody = z.object({
  /** Null goes back to the role that Grafana's organisation role gives. */
  role: role.nullable(),
});

export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  role,
  /** Sees private incidents without being a member. */
  seesPrivate: z.boolean(),
  hint: z.string(),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  createdBy: userKey,
}).meta({ id: 'ApiToken' });
export type ApiToken = z.infer<typeof apiToken>;
export const apiTokenPage = page(apiToken);
export const createApiTokenBody = z.object({
  name: z.string().trim().min(1).max(100),
  role: role.exclude(['admin']),
  /** Private incidents stay hidden from the token unless this is set. */
  seesPrivate: z.boolean().default(false),
  expiresInDays: z.number().int().min(1).max(365).default(90),
});
/** Answer to making a token: the only time it is shown. */
export const issuedApiToken = z.object({ token: z.string(), apiToken });
