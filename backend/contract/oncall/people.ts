/** People as Muster reaches them: contact points, what is tried in which order, quiet hours; and teams. */
import { z } from 'zod';
import { instant, page, pageQuery, userKey, userRef } from '../primitives.ts';

const URGENCIES = ['critical', 'high', 'normal', 'low'] as const;
/** How soon somebody has to hear of something. `critical` is SEV1. */
export const contactUrgency = z.enum(URGENCIES);
export type ContactUrgency = z.infer<typeof contactUrgency>;

/** Short name of a channel over which people are told things. */
export const contactChannel = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes');

export const contactPointId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of a contact point').brand<'ContactPointId'>();
export type ContactPointId = z.infer<typeof contactPointId>;

/** An IANA time zone, like `Europe/Berlin`. */
export const timeZone = z.string().min(1).max(64).refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'is not a time zone like Europe/Berlin');

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like 22:00');

/** From a time of day to another on the days that are named (0 is Monday); past midnight when `to` is not after `from`. */
export const quietHours = z.strictObject({ days: z.array(z.int().min(0).max(6)).min(1).max(7), from: timeOfDay, to: timeOfDay }).meta({ id: 'QuietHours' });
export type QuietHours = z.infer<typeof quietHours>;

/** One way that is tried, and how long its answer is waited for before the next one is tried as well. */
export const contactHop = z.strictObject({ point: contactPointId, waitSeconds: z.int().min(0).max(3600) });
export type ContactHop = z.infer<typeof contactHop>;

const hops = z.array(contactHop).max(20);
/** Null: the usual order. Empty: not told of anything of that urgency. */
export const contactRules = z.strictObject({ critical: hops.nullable(), high: hops.nullable(), normal: hops.nullable(), low: hops.nullable() }).meta({ id: 'ContactRules' });
export type ContactRules = z.infer<typeof contactRules>;

export const contactPoint = z.object({
  id: contactPointId,
  channel: contactChannel,
  channelName: z.string(),
  address: z.string(),
  /** Only a verified one is used. */
  verified: z.boolean(),
  verifiedAt: instant.nullable(),
  /** When the person agreed to be told things there. */
  consentAt: instant,
  /** When the last code was sent; null before the first. */
  codeSentAt: instant.nullable(),
}).meta({ id: 'ContactPoint' });
export type ContactPoint = z.infer<typeof contactPoint>;

/** What would be done now, for one urgency. */
export const contactPlanHop = z.object({ channel: contactChannel, channelName: z.string(), address: z.string(), waitSeconds: z.int() });

export const myContacts = z.object({
  user: userRef,
  points: z.array(contactPoint),
  rules: contactRules,
  quietHours: z.array(quietHours),
  zone: z.string(),
  /** Whether it is quiet time now. SEV1 comes through all the same. */
  quietNow: z.boolean(),
  plan: z.object({ critical: z.array(contactPlanHop), high: z.array(contactPlanHop), normal: z.array(contactPlanHop), low: z.array(contactPlanHop) }),
  /** Channels on which a person may have an address. */
  channels: z.array(z.object({ id: contactChannel, name: z.string(), addressLabel: z.string() })),
  version: z.int(),
}).meta({ id: 'MyContacts' });
export type MyContacts = z.infer<typeof myContacts>;

/** `consent` is the person's agreement to be told things at that address; without it there is no contact point. */
export const addContactPointBody = z.strictObject({
  channel: contactChannel, address: z.string().trim().min(1).max(500), consent: z.literal(true, 'say that you agree to be told things there'),
});
export const verifyContactPointBody = z.strictObject({ code: z.string().trim().regex(/^\d{6}$/, 'is the six digits of the message') });
export const putContactRulesBody = z.strictObject({ rules: contactRules, quietHours: z.array(quietHours).max(20), zone: timeZone });

export const teamId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes').brand<'TeamId'>();
export type TeamId = z.infer<typeof teamId>;

const grafanaTeamId = z.int().min(1).max(2_147_483_647);
const teamFields = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(2000).default(''),
  /** Other names under which the catalogue or alerts know it. */
  aliases: z.array(z.string().trim().min(1).max(100)).max(20).default([]),
  /** In the order in which they take turns. */
  members: z.array(userKey).max(200).default([]),
  /** A team of Grafana whose members belong to this one as well. */
  grafanaTeam: grafanaTeamId.nullable().default(null),
} as const;
export const createTeamBody = z.strictObject({ id: teamId, ...teamFields });
export const putTeamBody = z.strictObject(teamFields);
export type TeamBody = z.output<typeof putTeamBody>;

export const team = z.object({
  id: teamId, name: z.string(), description: z.string(), aliases: z.array(z.string()),
  /** Whom it was given here. */
  members: z.array(userRef),
  /** Null when it is not linked. `unknown`: members of Grafana's team who have never opened Muster. */
  grafana: z.object({ id: grafanaTeamId, name: z.string(), members: z.array(userRef), unknown: z.array(z.string()), syncedAt: instant.nullable(), fault: z.string().nullable() }).nullable(),
  provisioned: z.boolean(),
  version: z.int(),
}).meta({ id: 'Team' });
export type Team = z.infer<typeof team>;
export const teamQuery = pageQuery;
export const teamPage = page(team).meta({ id: 'TeamPage' });
export const grafanaTeamQuery = z.object({ q: z.string().trim().max(100).default('') });
/** `found` is empty and `fault` says why when Grafana cannot be asked. */
export const grafanaTeamSearch = z.object({ found: z.array(z.object({ id: grafanaTeamId, name: z.string(), members: z.int() })), fault: z.string().nullable() });
