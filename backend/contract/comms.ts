/** What is told of incidents, to whom, and when the next telling is due. */
import { z } from 'zod';
import { channelId, delivery } from './notifications.ts';
import { teamId } from './oncall/people.ts';
import { actor, incidentNumber, instant, page, pageQuery, SEVERITIES, severity } from './primitives.ts';

/** Short name of an audience. */
export const audienceId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes').brand<'AudienceId'>();
export type AudienceId = z.infer<typeof audienceId>;

export const AUDIENCE_KINDS = ['internal', 'executive', 'customer', 'regulator', 'custom'] as const;
export const audienceKind = z.enum(AUDIENCE_KINDS);
export type AudienceKind = z.infer<typeof audienceKind>;

/** Kinds whose people stand outside: what they are told leaves the house. */
export const OUTSIDE_KINDS: readonly AudienceKind[] = ['customer', 'regulator'];

/** Languages in which phases and times are written; texts are what people write. */
export const UPDATE_LANGUAGES = ['en', 'de', 'fr', 'es'] as const;
export const updateLanguage = z.enum(UPDATE_LANGUAGES);
export type UpdateLanguage = z.infer<typeof updateLanguage>;

/** Who has to approve before it is published: nobody, anybody who may, or somebody other than who wrote it. */
export const APPROVALS = ['none', 'anybody', 'second_person'] as const;
export const approval = z.enum(APPROVALS);
export type Approval = z.infer<typeof approval>;

/** Something that is asked for when an update is written; `{{ fields.<key> }}` in the template. */
export const audienceField = z.object({
  key: z.string().regex(/^[a-z][a-zA-Z0-9_]{0,39}$/, 'use letters and digits, a small letter first'),
  label: z.string().trim().min(1).max(100),
  help: z.string().trim().max(300).default(''),
  multiline: z.boolean().default(true),
  /** Severities at which it must be filled in before an update is approved or published. */
  requiredFor: z.array(severity).max(SEVERITIES.length).default([]),
});
export type AudienceField = z.infer<typeof audienceField>;

const minutes = z.number().int().min(1).max(10_080);
/** Minutes from one update to the next; null: no clock. */
export const cadence = z.object({ sev1: minutes.nullable(), sev2: minutes.nullable(), sev3: minutes.nullable(), sev4: minutes.nullable(), sev5: minutes.nullable() });
export type Cadence = z.infer<typeof cadence>;

const timeZone = z.string().max(60).refine((value) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }).format(0) !== '';
  } catch {
    return false;
  }
}, 'must be a time zone like Europe/Berlin');

export const audience = z.object({
  id: audienceId,
  name: z.string().trim().min(1).max(100),
  kind: audienceKind,
  language: updateLanguage.default('en'),
  timeZone: timeZone.default('UTC'),
  subject: z.string().trim().min(1).max(300),
  text: z.string().trim().min(1).max(10_000),
  fields: z.array(audienceField).max(20).default([]),
  approval: approval.default('anybody'),
  /** A runbook may publish to it without anybody looking. */
  autoPublish: z.boolean().default(false),
  cadence: cadence.default({ sev1: null, sev2: null, sev3: null, sev4: null, sev5: null }),
  /** When its clock begins: with the declaration, or with the first update that was published to it. */
  clockFrom: z.enum(['declared', 'first_update']).default('declared'),
  /** Channels that are told of each update, by id. */
  channels: z.array(channelId).max(20).default([]),
  /** Updates are shown on the status page. */
  statusPage: z.boolean().default(false),
}).meta({ id: 'Audience' });
export type Audience = z.infer<typeof audience>;

/** Minutes before an update is due at which it is reminded of. */
const remindMinutes = z.number().int().min(0).max(120);
/** Who is reminded while nobody plays the role communications and nobody leads: a team, by id. */
const dueTeam = teamId.nullable();
export const putCommunicationBody = z.object({ audiences: z.array(audience).min(1).max(30), remindMinutes: remindMinutes.default(5), dueTeam: dueTeam.default(null) });
export type CommunicationBody = z.output<typeof putCommunicationBody>;
export const communication = z.object({ audiences: z.array(audience), remindMinutes, dueTeam, provisioned: z.boolean(), version: z.number().int() }).meta({ id: 'Communication' });
export type Communication = z.infer<typeof communication>;

/** How far it is, in the words of status pages. */
export const UPDATE_PHASES = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export const updatePhase = z.enum(UPDATE_PHASES);
export type UpdatePhase = z.infer<typeof updatePhase>;

/** From best to worst. */
export const COMPONENT_STATES = ['operational', 'under_maintenance', 'degraded_performance', 'partial_outage', 'major_outage'] as const;
export const componentState = z.enum(COMPONENT_STATES);
export type ComponentState = z.infer<typeof componentState>;

/** How a business service is, as the audience is told. */
export const componentStatus = z.object({ name: z.string().min(1).max(200), state: componentState });
export type ComponentStatus = z.infer<typeof componentStatus>;

export const updateId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of an update').brand<'UpdateId'>();
export type UpdateId = z.infer<typeof updateId>;

export const UPDATE_STATES = ['draft', 'approved', 'published', 'discarded'] as const;
export const updateState = z.enum(UPDATE_STATES);
export type UpdateState = z.infer<typeof updateState>;

/** Updates that only stand on the timeline, as runbooks put them there, have this audience. */
export const TIMELINE_AUDIENCE = 'timeline';

const by = z.object({ actor, at: instant });
export const statusUpdate = z.object({
  id: updateId,
  version: z.number().int(),
  incident: incidentNumber,
  /** Id of its audience as it was then; `timeline`: it only stood on the timeline. */
  audience: z.string(),
  audienceName: z.string(),
  state: updateState,
  phase: updatePhase,
  fields: z.record(z.string(), z.string()),
  /** Written by hand instead of what the template says. */
  ownText: z.string().nullable(),
  ownSubject: z.string().nullable(),
  /** As it is told; of a draft, as it would be now. */
  subject: z.string(),
  text: z.string(),
  /** Labels of the fields that have to be filled in first. */
  missing: z.array(z.string()),
  components: z.array(componentStatus),
  nextUpdateAt: instant.nullable(),
  /** The published update that it corrects. */
  corrects: updateId.nullable(),
  /** The published update that corrects it. */
  correctedBy: updateId.nullable(),
  created: by,
  edited: by.nullable(),
  approved: by.nullable(),
  published: by.nullable(),
  /** What the asker may do with it now. */
  may: z.object({ edit: z.boolean(), approve: z.boolean(), publish: z.boolean(), discard: z.boolean() }),
  /** Why it cannot be approved or published by the asker now. */
  whyNot: z.string().nullable(),
}).meta({ id: 'StatusUpdate' });
export type StatusUpdate = z.infer<typeof statusUpdate>;
export const statusUpdatePage = page(statusUpdate).meta({ id: 'StatusUpdatePage' });

const content = {
  phase: updatePhase,
  fields: z.record(z.string().max(40), z.string().trim().max(5000)),
  ownSubject: z.string().trim().min(1).max(300).nullable(),
  ownText: z.string().trim().min(1).max(10_000).nullable(),
  components: z.array(componentStatus).max(200),
  nextUpdateAt: instant.nullable(),
};
export const updateContent = z.object({
  audience: audienceId,
  /** Without it: what the state of the incident comes to. */
  phase: content.phase.optional(),
  fields: content.fields.default({}),
  ownSubject: content.ownSubject.default(null),
  ownText: content.ownText.default(null),
  components: content.components.default([]),
  nextUpdateAt: content.nextUpdateAt.default(null),
  corrects: updateId.nullable().default(null),
}).meta({ id: 'UpdateContent' });
export type UpdateContent = z.output<typeof updateContent>;
export const editUpdateBody = z.object(content).partial();
export type EditUpdateBody = z.output<typeof editUpdateBody>;

export const updatePreview = z.object({ subject: z.string(), text: z.string(), missing: z.array(z.string()), reaches: z.array(z.string()) }).meta({ id: 'UpdatePreview' });
export type UpdatePreview = z.infer<typeof updatePreview>;

/** `running`: not yet near; `soon`: within the reminder; `overdue`. */
export const DUE_STATES = ['running', 'soon', 'overdue'] as const;
export const updateDue = z.object({
  incident: incidentNumber, title: z.string(), severity, audience: audienceId, audienceName: z.string(), dueAt: instant, state: z.enum(DUE_STATES), lastAt: instant.nullable(),
  /** Its clock stands still until then: nothing is due before. */
  paused: z.object({ until: instant, reason: z.string(), by: z.string() }).nullable(),
}).meta({ id: 'UpdateDue' });
export type UpdateDue = z.infer<typeof updateDue>;
export const updateDuePage = page(updateDue);
export const updateDueQuery = pageQuery.extend({ incident: incidentNumber.optional() });

export const pauseUpdatesBody = z.strictObject({
  /** Null: all. */
  audiences: z.array(audienceId).min(1).max(30).nullable().default(null),
  /** Within 24 hours. */
  until: instant,
  reason: z.string().trim().min(3).max(500),
});

/** What the Comms tab opens with. */
export const incidentComms = z.object({
  due: z.array(updateDue),
  /** Updates that were due, and how many of them came in time. */
  kept: z.number().int(), total: z.number().int(),
  /** What an update would say by itself: the phase, and the business services that are hurt. */
  phase: updatePhase,
  components: z.array(componentStatus),
  /** Names to choose components from. */
  businessServices: z.array(z.string()),
}).meta({ id: 'IncidentComms' });
export type IncidentComms = z.infer<typeof incidentComms>;

/** How far it is with telling of a published update. `arrived`: the provider says so; `taken`: it says no more; `elsewhere`: of both, over another way than the first. */
export const updateDeliveries = z.object({
  recipients: z.int(), arrived: z.int(), taken: z.int(), waiting: z.int(), failed: z.int(), cancelled: z.int(), elsewhere: z.int(),
  /** Subscribers are still being told: there will be more recipients. */
  spreading: z.boolean(),
  /** What failed or is tried again, the failed first; twenty at most. */
  troubled: z.array(delivery),
}).meta({ id: 'UpdateDeliveries' });
export type UpdateDeliveries = z.infer<typeof updateDeliveries>;

export const cadenceQuery = z.object({ days: z.coerce.number().int().min(1).max(400).default(90) });
const keptOf = z.object({ kept: z.number().int(), total: z.number().int() });
/** How many of the updates that were due came in time. */
export const cadenceReport = z.object({
  ...keptOf.shape,
  /** 0 to 100; null when none was due. */
  percent: z.number().nullable(),
  bySeverity: z.array(keptOf.extend({ severity })),
  byAudience: z.array(keptOf.extend({ audience: z.string() })),
}).meta({ id: 'CadenceReport' });
export type CadenceReport = z.infer<typeof cadenceReport>;
