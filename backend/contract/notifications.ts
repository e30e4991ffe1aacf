/** Notifications: over which channels people and systems are told, in which order, and what became of each message. */
import { z } from 'zod';
import { incidentNumber, instant, page, pageQuery, userRef } from './primitives.ts';

/** Kinds of channels; each is one file below `backend/response/notifications/channels/`. */
export const CHANNEL_KINDS = [
  'email', 'slack', 'teams', 'mattermost', 'discord', 'telegram', 'ntfy', 'sms', 'voice', 'webhook', 'pagerduty', 'opsgenie', 'grafana',
] as const;
export const channelKindName = z.enum(CHANNEL_KINDS);
export type ChannelKindName = z.infer<typeof channelKindName>;

/** Short name of a channel, by which chains and contact points name it. */
export const channelId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes').brand<'ChannelId'>();
export type ChannelId = z.infer<typeof channelId>;

export const MESSAGE_CLASSES = ['page', 'update', 'notice', 'test'] as const;
/** `page`: somebody has to act. `update`: how an incident stands. `notice`: worth knowing. `test`: asks nothing of anybody. */
export const messageClass = z.enum(MESSAGE_CLASSES);
export type MessageClass = z.infer<typeof messageClass>;

export const URGENCIES = ['critical', 'high', 'normal', 'low'] as const;
/** `critical` is SEV1. */
export const urgency = z.enum(URGENCIES);
export type Urgency = z.infer<typeof urgency>;

export const deliveryId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of a delivery').brand<'DeliveryId'>();
export type DeliveryId = z.infer<typeof deliveryId>;
export const messageId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of a message').brand<'MessageId'>();
export type MessageId = z.infer<typeof messageId>;

/** `closed`: it is used. `open`: it failed too often and rests. `half_open`: one message tries whether it works again. */
export const breakerState = z.enum(['closed', 'open', 'half_open']);
export type BreakerState = z.infer<typeof breakerState>;

export const channelHealth = z.object({
  breaker: breakerState,
  /** 0 to 1: how well the last messages went; the newest count most. */
  score: z.number().min(0).max(1),
  lastSuccessAt: instant.nullable(),
  lastFailureAt: instant.nullable(),
  /** What went wrong last, without secrets. */
  lastFailure: z.string().nullable(),
  /** When it is tried again; null while it is in use. */
  restsUntil: instant.nullable(),
  /** Messages that wait for it, and how many of them are critical. */
  waiting: z.int().min(0),
  waitingCritical: z.int().min(0),
}).meta({ id: 'ChannelHealth' });
export type ChannelHealth = z.infer<typeof channelHealth>;

const channelName = z.string().trim().min(1).max(100);
/** Settings of a kind; each kind has a schema of its own (`listChannelKinds`). */
const channelConfig = z.record(z.string().max(100), z.unknown());
const secretValues = z.record(z.string().max(100), z.string().max(10_000));
/** Fewer messages a second than the kind allows, or more where the provider allows it; null: as the kind says. */
const perSecond = z.number().min(0.01).max(5_000).nullable();

export const channelSummary = z.object({
  id: channelId, kind: channelKindName, name: channelName, enabled: z.boolean(),
  /** A file keeps its settings; the page shows them only. */
  provisioned: z.boolean(),
  /** Whether the provider tells that a message arrived. */
  receipts: z.boolean(),
  /** Whether a person has an address on it. */
  addressed: z.boolean(),
  health: channelHealth, version: z.int(),
}).meta({ id: 'ChannelSummary' });
export type ChannelSummary = z.infer<typeof channelSummary>;

/** With its settings; of secrets only which are set. */
export const channel = channelSummary.extend({
  config: channelConfig, secretsSet: z.array(z.string()), perSecond, updatedAt: instant, updatedBy: z.string(),
  /** Chains that name it. */
  usedBy: z.array(z.string()),
}).meta({ id: 'Channel' });
export type Channel = z.infer<typeof channel>;

export const createChannelBody = z.strictObject({
  id: channelId, kind: channelKindName, name: channelName, enabled: z.boolean().default(true), config: channelConfig.default({}), secrets: secretValues.default({}), perSecond: perSecond.default(null),
});
/** Secrets that are left out stay as they are; an empty one is removed. */
export const editChannelBody = z.strictObject({ name: channelName, enabled: z.boolean(), config: channelConfig, secrets: secretValues.default({}), perSecond: perSecond.default(null) });
export const testChannelBody = z.strictObject({ address: z.string().trim().min(1).max(500).nullable().default(null) });
export const channelTest = z.object({ ok: z.boolean(), detail: z.string(), milliseconds: z.int().min(0) }).meta({ id: 'ChannelTest' });
export type ChannelTest = z.infer<typeof channelTest>;

export const channelKindInfo = z.object({
  kind: channelKindName, title: z.string(), receipts: z.boolean(), perSecond: z.number(),
  /** What a person's address on it is called; null: the channel itself is the only target. */
  addressLabel: z.string().nullable(),
  /** JSON schema of the settings. */
  schema: z.record(z.string(), z.unknown()),
  secretFields: z.array(z.object({ name: z.string(), label: z.string(), required: z.boolean() })),
}).meta({ id: 'ChannelKindInfo' });
export type ChannelKindInfo = z.infer<typeof channelKindInfo>;
export const channelKindList = z.object({ kinds: z.array(channelKindInfo) });

export const channelList = page(channelSummary);

/** Channels to fall back on, in order. What is null fits everything; the chain that says most decides. */
export const channelChain = z.strictObject({
  name: channelName, team: z.string().trim().min(1).max(100).nullable().default(null), messageClass: messageClass.nullable().default(null), urgency: urgency.nullable().default(null),
  channels: z.array(channelId).max(10),
}).meta({ id: 'ChannelChain' });
export type ChannelChain = z.infer<typeof channelChain>;
export const channelChains = z.object({ chains: z.array(channelChain), version: z.int(), provisioned: z.boolean() }).meta({ id: 'ChannelChains' });
export type ChannelChains = z.infer<typeof channelChains>;
export const putChainsBody = z.strictObject({ chains: z.array(channelChain).max(100) });

export const DELIVERY_STATES = ['queued', 'sending', 'sent', 'delivered', 'answered', 'failed', 'cancelled'] as const;
/** `sent`: the provider took it. `delivered`: it says that it arrived. `failed`: no channel is left. */
export const deliveryState = z.enum(DELIVERY_STATES);
export type DeliveryState = z.infer<typeof deliveryState>;

export const recipientShown = z.object({ kind: z.enum(['person', 'channel', 'address']), name: z.string() }).meta({ id: 'RecipientShown' });

/** One recipient of one message. */
export const delivery = z.object({
  id: deliveryId, message: messageId, messageClass, urgency, incident: incidentNumber.nullable(), subject: z.string(),
  recipient: recipientShown,
  state: deliveryState,
  /** Over which it goes or went; null: none is left. */
  channel: channelId.nullable(),
  /** Ways that were tried, the present one included, and how many there are. */
  hop: z.int().min(0), hops: z.int().min(0), tries: z.int().min(0),
  /** Told together with others in one message. */
  bundled: z.boolean(),
  error: z.string().nullable(), answer: z.string().nullable(),
  createdAt: instant, sentAt: instant.nullable(), deliveredAt: instant.nullable(), answeredAt: instant.nullable(),
  /** When it is tried next; null when nothing more is due. */
  dueAt: instant.nullable(),
}).meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof delivery>;

/** One try over one channel. */
export const deliveryTry = z.object({
  channel: channelId, state: deliveryState, startedAt: instant, endedAt: instant.nullable(), detail: z.string().nullable(),
}).meta({ id: 'DeliveryTry' });
export const deliveryWithTries = delivery.extend({ text: z.string(), history: z.array(deliveryTry) }).meta({ id: 'DeliveryWithTries' });
export type DeliveryWithTries = z.infer<typeof deliveryWithTries>;
export const deliveryPage = page(delivery).meta({ id: 'DeliveryPage' });
export const deliveryQuery = pageQuery.extend({ state: deliveryState.optional(), channel: channelId.optional(), message: messageId.optional() });

export const rehearsalId = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the id of a rehearsal').brand<'RehearsalId'>();
export type RehearsalId = z.infer<typeof rehearsalId>;
/** One way of one chain, or one address of one person, tried with a test. */
export const rehearsalHop = z.object({
  /** Null: an address of a person. */
  chain: z.string().nullable(),
  /** Null: no way leads to the person. */
  channel: channelId.nullable(),
  person: userRef.nullable().default(null),
  /** Masked, and only for its owner. */
  address: z.string().nullable().default(null),
  /** Which of the person's addresses, from 1. */
  place: z.int().nullable().default(null),
  /** `skipped`: it was not tried; `detail` says why. */
  state: z.enum(['waiting', 'passed', 'failed', 'skipped']), detail: z.string().nullable(), milliseconds: z.int().nullable(),
}).meta({ id: 'RehearsalHop' });
export type RehearsalHop = z.infer<typeof rehearsalHop>;
export const rehearsal = z.object({
  id: rehearsalId, startedAt: instant, endedAt: instant.nullable(), startedBy: z.string(), state: z.enum(['running', 'passed', 'failed']), hops: z.array(rehearsalHop),
}).meta({ id: 'Rehearsal' });
export type Rehearsal = z.infer<typeof rehearsal>;
export const rehearsalPage = page(rehearsal);
/** `people`: also every address of everybody who may be called. */
export const startRehearsalBody = z.strictObject({ people: z.boolean().default(false) });
export const myRehearsal = z.object({ rehearsal: rehearsal.nullable() });

const notificationSettingsValues = z.strictObject({
  /** More notices than this to one person within the time below become one. */
  bundleAfter: z.int().min(1).max(1_000), bundleSeconds: z.int().min(10).max(3_600),
  /** Called every minute, so that another system notices when Muster falls silent; null: none. */
  heartbeatUrl: z.url({ protocol: /^https?$/, error: 'is not a web address' }).max(2_000).nullable(),
  /** How often every chain is tried by itself. */
  rehearse: z.enum(['never', 'daily', 'weekly']),
  rehearseHour: z.int().min(0).max(23),
  /** Whether the addresses of people are tried then as well. Text messages and calls cost money. */
  rehearsePeople: z.boolean().default(false),
});
export const putNotificationSettingsBody = notificationSettingsValues;
export type NotificationSettingsValues = z.infer<typeof notificationSettingsValues>;
export const notificationSettings = z.object({
  ...notificationSettingsValues.shape, version: z.int(),
  heartbeat: z.object({ lastOkAt: instant.nullable(), lastFailureAt: instant.nullable(), lastFailure: z.string().nullable() }),
}).meta({ id: 'NotificationSettings' });
export type NotificationSettings = z.infer<typeof notificationSettings>;
