/** The status page: what it shows, who may read it, planned maintenance, and the copy of it at Statuspage.io. */
import { z } from 'zod';
import { COMPONENT_STATES, componentState, updateLanguage, updatePhase } from './comms.ts';
import { channelId } from './notifications.ts';
import { instant, page } from './primitives.ts';

const publicText = (max: number) => z.string().trim().max(max);
const zone = z.string().min(1).max(60).refine((value) => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }).format(0) !== '';
  } catch {
    return false;
  }
}, 'must be a time zone like Europe/Berlin');

/** A business service as the page shows it. */
export const pageComponent = z.object({
  /** Name of the business service. */
  name: z.string().min(1).max(200),
  /** What readers call it; without it, its name. */
  label: publicText(100).default(''),
  description: publicText(300).default(''),
  /** Components of a group stand together. */
  group: publicText(100).default(''),
});
export type PageComponent = z.infer<typeof pageComponent>;

export const VISIBILITIES = ['off', 'public', 'private'] as const;
const webAddress = z.string().max(1000).regex(/^(https?:\/\/\S+|mailto:\S+@\S+)$/, 'must be a web or mail address');

const pageFields = {
  /** `private`: readable by a link with a token, and within Grafana. */
  visibility: z.enum(VISIBILITIES).default('off'),
  title: publicText(100).min(1).default('Status'),
  /** Stands above the components; CommonMark. */
  intro: publicText(2000).default(''),
  language: updateLanguage.default('en'),
  timeZone: zone.default('UTC'),
  /** Where readers may ask. */
  contact: webAddress.nullable().default(null),
  components: z.array(pageComponent).max(200).default([]),
  /** Readers may subscribe by e-mail; it takes a channel for that. */
  subscriptions: z.boolean().default(false),
  /** Regions that readers may choose among when they subscribe, by their names in the catalogue. */
  regions: z.array(publicText(100).min(1)).max(50).default([]),
  /** Channel that mails to subscribers go over, by id. */
  mailChannel: channelId.nullable().default(null),
};
export const putStatusPageBody = z.object(pageFields);
export type StatusPageBody = z.output<typeof putStatusPageBody>;
export const statusPage = z.object({
  ...putStatusPageBody.shape,
  visibility: z.enum(VISIBILITIES), components: z.array(pageComponent), regions: z.array(z.string()),
  /** Where it is read; null while the installation serves no status page. */
  url: z.string().nullable(),
  provisioned: z.boolean(), version: z.number().int(),
}).meta({ id: 'StatusPage' });
export type StatusPage = z.infer<typeof statusPage>;

/** The page as its readers see it, in one document. */
export const statusPagePreview = z.object({ html: z.string(), generatedAt: instant }).meta({ id: 'StatusPagePreview' });

const linkId = z.string().regex(/^[1-9]\d{0,17}$/);
export const byLink = z.object({ id: linkId });
export const statusPageLink = z.object({ id: z.string(), name: z.string(), hint: z.string(), createdAt: instant, createdBy: z.string() }).meta({ id: 'StatusPageLink' });
export type StatusPageLink = z.infer<typeof statusPageLink>;
export const statusPageLinkPage = page(statusPageLink);
export const createLinkBody = z.object({ name: z.string().trim().min(1).max(100) });
/** The address is shown once. */
export const createdLink = z.object({ link: statusPageLink, path: z.string(), url: z.string().nullable() }).meta({ id: 'CreatedStatusPageLink' });

export const pageMaintenanceBody = z.object({
  title: publicText(200).min(1),
  text: publicText(5000).default(''),
  /** Names of business services. */
  components: z.array(z.string().min(1).max(200)).max(200).default([]),
  startsAt: instant,
  endsAt: instant,
}).refine(({ startsAt, endsAt }) => Date.parse(endsAt) > Date.parse(startsAt), { path: ['endsAt'], message: 'must be after the start' }).meta({ id: 'PageMaintenanceBody' });
export type PageMaintenanceBody = z.output<typeof pageMaintenanceBody>;
export const pageMaintenance = z.object({
  id: z.string(), title: z.string(), text: z.string(), components: z.array(z.string()), startsAt: instant, endsAt: instant, state: z.enum(['planned', 'running', 'over']), version: z.number().int(),
}).meta({ id: 'StatusPageMaintenance' });
export type PageMaintenance = z.infer<typeof pageMaintenance>;
export const pageMaintenancePage = page(pageMaintenance);

/** `status.json` of the page, for other programs. Version 1; fields are only added. */
export const publicStatus = z.object({
  version: z.literal(1),
  title: z.string(),
  generatedAt: instant,
  state: componentState,
  components: z.array(z.object({
    name: z.string(), group: z.string().nullable(), state: componentState,
    /** Percent by month, the newest first. */
    uptime: z.array(z.object({ month: z.string(), percent: z.number() })),
  })),
  incidents: z.array(z.object({
    id: z.string(), title: z.string(), phase: updatePhase, startedAt: instant, resolvedAt: instant.nullable(),
    components: z.array(z.object({ name: z.string(), state: componentState })),
    updates: z.array(z.object({ id: z.string(), phase: updatePhase, title: z.string(), text: z.string(), at: instant, correctedAt: instant.nullable() })),
  })),
  maintenance: z.array(z.object({ id: z.string(), title: z.string(), text: z.string(), startsAt: instant, endsAt: instant, state: z.enum(['planned', 'running', 'over']), components: z.array(z.string()) })),
});
export type PublicStatus = z.infer<typeof publicStatus>;

/** The graver one of two states of a component. */
export function graverState(a: z.infer<typeof componentState>, b: z.infer<typeof componentState>): z.infer<typeof componentState> {
  return COMPONENT_STATES.indexOf(a) >= COMPONENT_STATES.indexOf(b) ? a : b;
}

const remoteId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is an id as Statuspage gives it');
const syncFields = {
  enabled: z.boolean().default(false),
  pageId: remoteId.nullable().default(null),
  /** Which component there is which business service here. */
  components: z.array(z.object({ name: z.string().min(1).max(200), componentId: remoteId })).max(200).default([]),
  /** Its subscribers are told as well. */
  notify: z.boolean().default(true),
};
export const putPageSyncBody = z.object({
  ...syncFields,
  /** The API key; left out: as it is, null: taken away. */
  apiKey: z.string().min(1).max(500).nullable().optional(),
});
export type PageSyncBody = z.output<typeof putPageSyncBody>;
export const pageSync = z.object({
  enabled: z.boolean(), pageId: z.string().nullable(), components: z.array(z.object({ name: z.string(), componentId: z.string() })), notify: z.boolean(), hasApiKey: z.boolean(),
  /** Updates that are still to be carried over. */
  waiting: z.number().int(),
  /** Why the last try failed; null: it did not. */
  problem: z.string().nullable(),
  lastAt: instant.nullable(),
  version: z.number().int(),
}).meta({ id: 'PageSync' });
export type PageSync = z.infer<typeof pageSync>;
