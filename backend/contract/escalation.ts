/** Escalation: who is paged in which order until somebody answers, and what came of it in an incident. */
import { z } from 'zod';
import { contactChannel, teamId } from './oncall/people.ts';
import { incidentNumber, instant, page, pageQuery, severity, userKey, userRef } from './primitives.ts';
import { incidentRole } from './roles.ts';

export const policyId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes').brand<'PolicyId'>();
export type PolicyId = z.infer<typeof policyId>;
const serial = (what: string) => z.string().regex(/^[1-9]\d{0,17}$/, `is not the id of ${what}`);
export const escalationId = serial('an escalation').brand<'EscalationId'>();
export type EscalationId = z.infer<typeof escalationId>;
export const pageId = serial('a page').brand<'PageId'>();
export type PageId = z.infer<typeof pageId>;

/** Of several people: everybody, the next in turn, or who was paged least. The last two leave out who rests after a night page while another one is there. */
export const PICKS = ['all', 'round_robin', 'least_loaded'] as const;
export const pick = z.enum(PICKS);
export type PickRule = z.infer<typeof pick>;

const waitSeconds = z.int().min(0).max(86_400).default(300);
const picked = { pick: pick.default('all'), waitSeconds };
const expression = z.string().trim().min(1).max(2000);
const webAddress = z.string().trim().max(2000).regex(/^https?:\/\/\S+$/i, 'must begin with http:// or https://');

/** `waitSeconds`: how long an answer is waited for before the next step. */
export const escalationStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), user: userKey, waitSeconds }),
  /** Whoever is on call. */
  z.strictObject({ kind: z.literal('schedule'), schedule: z.string().trim().min(1).max(64), ...picked }),
  z.strictObject({ kind: z.literal('team'), team: teamId, ...picked }),
  /** The team that owns the root or else the affected service. */
  z.strictObject({ kind: z.literal('owner'), ...picked }),
  z.strictObject({ kind: z.literal('channel'), channel: contactChannel, waitSeconds: z.int().min(0).max(86_400).default(0) }),
  /** An address that is called through a channel of the kind webhook, signed by it. */
  z.strictObject({ kind: z.literal('webhook'), channel: contactChannel, url: webAddress, waitSeconds: z.int().min(0).max(86_400).default(0) }),
  z.strictObject({ kind: z.literal('wait'), seconds: z.int().min(1).max(86_400) }),
  /** Where the expression does not hold, the next step is left out, or the escalation ends. */
  z.strictObject({ kind: z.literal('condition'), when: expression, otherwise: z.enum(['skip', 'stop']).default('skip') }),
]).meta({ id: 'EscalationStep' });
export type EscalationStep = z.infer<typeof escalationStep>;

/** After so long without a deed somebody is reminded, and after so much longer the next ones are called. */
export const silenceLimits = z.strictObject({ nudgeMinutes: z.int().min(1).max(1440), escalateMinutes: z.int().min(1).max(1440) });

/** The most that all steps are gone through again. */
export const MAX_REPEATS = 50;

const policyFields = {
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(2000).default(''),
  /** The role that whoever accepts takes, if nobody has it. */
  role: incidentRole.nullable().default(null),
  steps: z.array(escalationStep).min(1).max(50),
  /** How often the steps are gone through again while nobody answers. */
  repeat: z.int().min(0).max(MAX_REPEATS).default(3),
  /** After a page at night people rest so long, while another one is there. */
  restHours: z.int().min(0).max(24).default(8),
  /** Whoever answered and then says nothing is nudged, and after a while the next step follows. Null: silence is fine. */
  silence: silenceLimits.nullable().default({ nudgeMinutes: 20, escalateMinutes: 10 }),
  /** When it starts by itself: declared as, or raised to, one of these. Null: people start it. */
  starts: z.strictObject({
    severities: z.array(severity).min(1).max(5),
    /** Only when this team owns the root or an affected service; null: whoever owns it. */
    ownedBy: teamId.nullable().default(null),
    condition: expression.nullable().default(null),
  }).nullable().default(null),
} as const;
export const createPolicyBody = z.strictObject({ id: policyId, ...policyFields });
export const putPolicyBody = z.strictObject(policyFields);
export type PolicyBody = z.output<typeof putPolicyBody>;
export const escalationPolicy = z.object({ id: policyId, ...policyFields, provisioned: z.boolean(), updatedAt: instant, updatedBy: z.string(), version: z.int() }).meta({ id: 'EscalationPolicy' });
export type EscalationPolicy = z.infer<typeof escalationPolicy>;
export const policyQuery = pageQuery;
export const policyPage = page(escalationPolicy).meta({ id: 'EscalationPolicyPage' });

export const ESCALATION_STATES = ['active', 'answered', 'stopped', 'exhausted'] as const;
/** `answered`: somebody took it, and is watched for silence. `exhausted`: all steps are through, and nobody did. */
export const escalationState = z.enum(ESCALATION_STATES);
export type EscalationState = z.infer<typeof escalationState>;

export const PAGE_STATES = ['open', 'accepted', 'declined', 'help', 'superseded', 'failed'] as const;
/** `help`: takes it, and needs others. `superseded`: another one was quicker. `failed`: no way led there. */
export const pageState = z.enum(PAGE_STATES);
export type PageState = z.infer<typeof pageState>;
export const DELIVERIES = ['queued', 'sent', 'delivered', 'failed', 'answered'] as const;

export const escalationPage = z.object({
  id: pageId,
  kind: z.enum(['page', 'nudge', 'channel']),
  /** Null for a channel. */
  user: userRef.nullable(),
  /** The person's or the channel's. */
  name: z.string(),
  step: z.int(),
  round: z.int(),
  state: pageState,
  delivery: z.enum(DELIVERIES),
  /** Channel over which it went last. */
  over: z.string().nullable(),
  sentAt: instant,
  answeredAt: instant.nullable(),
  /** How the answer came: `link`, `api`, or a channel. */
  answeredOver: z.string().nullable(),
  note: z.string(),
}).meta({ id: 'EscalationPage' });
export type EscalationPage = z.infer<typeof escalationPage>;

export const escalation = z.object({
  id: escalationId,
  /** Null when somebody was paged by hand. */
  policy: z.object({ id: policyId, name: z.string() }).nullable(),
  name: z.string(),
  role: incidentRole.nullable(),
  state: escalationState,
  /** Why it began. */
  cause: z.string(),
  /** Its steps in words, as they were when it began. */
  steps: z.array(z.string()),
  /** The step that is next or waits for answers, from 0. */
  step: z.int(),
  round: z.int(),
  rounds: z.int(),
  nextAt: instant.nullable(),
  /** The policy was changed or deleted since; this goes on as it was. */
  policyChangedSince: z.boolean(),
  answeredBy: userRef.nullable(),
  answeredAt: instant.nullable(),
  startedAt: instant,
  startedBy: z.string(),
  endedAt: instant.nullable(),
  endReason: z.string().nullable(),
  pages: z.array(escalationPage),
}).meta({ id: 'Escalation' });
export type Escalation = z.infer<typeof escalation>;

export const mobilisation = z.object({ incident: incidentNumber, escalations: z.array(escalation) }).meta({ id: 'Mobilisation' });
export type Mobilisation = z.infer<typeof mobilisation>;

const reason = z.string().trim().max(500).default('');
export const startEscalationBody = z.strictObject({ policy: policyId, reason });
/** One person, everybody of a team, or whoever is on call by a schedule. */
export const pagePersonBody = z.strictObject({ user: userKey.optional(), team: teamId.optional(), schedule: z.string().trim().min(1).max(64).optional(), reason })
  .refine(({ user, team, schedule }) => [user, team, schedule].filter((one) => one !== undefined).length === 1, { path: ['user'], message: 'give one of user, team and schedule' });
export type PagePersonBody = z.output<typeof pagePersonBody>;
export const stopEscalationBody = z.strictObject({ reason });

export const PAGE_ANSWERS = ['accept', 'decline', 'help'] as const;
export const pageAnswer = z.enum(PAGE_ANSWERS);
export type PageAnswer = z.infer<typeof pageAnswer>;
export const answerPageBody = z.strictObject({ answer: pageAnswer, note: reason });

/** A page that waits for my answer. */
/** What somebody is called for. Called again by the same escalation it is still one; `id` is the newest page, `sentAt` its time. */
export const myPage = z.object({
  id: pageId, incident: incidentNumber, title: z.string(), severity, role: incidentRole.nullable(), sentAt: instant,
  /** How often they were called without answering. */
  times: z.int().positive(),
}).meta({ id: 'MyPage' });
export type MyPage = z.infer<typeof myPage>;
export const myPages = z.object({ pages: z.array(myPage) });
