/** Private incidents: seen by their members alone. */
import { z } from 'zod';
import { actor, incidentNumber, instant, page, userKey, userRef } from './primitives.ts';

/** Most people who may see one. */
export const MAX_MEMBERS = 200;

const reason = z.string().trim().min(3, 'say why in at least 3 characters').max(2000);
const members = z.array(userKey).max(MAX_MEMBERS);

/** Who sees a private incident, and why it is one. */
export const privacy = z.object({ since: instant, by: actor, reason: z.string(), members: z.array(userRef) }).meta({ id: 'Privacy' });
export type Privacy = z.infer<typeof privacy>;

/** Whoever makes it private, and who leads it, are members without being named. */
export const makePrivateBody = z.object({ reason, members: members.default([]) });
export type MakePrivateBody = z.infer<typeof makePrivateBody>;
export const makeOpenBody = z.object({ reason });
/** All members there are to be; at least one. */
export const setMembersBody = z.object({ members: members.min(1, 'leave somebody who sees it'), reason: z.string().trim().max(2000).optional() });
export type SetMembersBody = z.infer<typeof setMembersBody>;
export const enterPrivateBody = z.object({ reason: z.string().trim().min(10, 'say why in at least 10 characters').max(2000) });

/** A private incident to those who keep order: that there is one, not what it is about. */
export const privateIncident = z.object({
  number: incidentNumber,
  since: instant,
  by: actor,
  members: z.number().int(),
  /** True when the asker is one of them. */
  mine: z.boolean(),
  /** Who let themselves in, newest first. */
  entered: z.array(z.object({ at: instant, actor, reason: z.string() })),
}).meta({ id: 'PrivateIncident' });
export type PrivateIncident = z.infer<typeof privateIncident>;
export const privateIncidentPage = page(privateIncident);
