/** What Muster writes for people to go on with: the summary of an incident, and drafts of its updates. Nothing of it is told to anybody by itself. */
import { z } from 'zod';
import { audienceId, componentStatus, updateLanguage, updatePhase } from './comms.ts';
import { instant } from './primitives.ts';

export const DIGEST_PARTS = ['what', 'since', 'impact', 'severity', 'lead', 'cause', 'changed', 'tried', 'next'] as const;
export const digestPart = z.object({ part: z.enum(DIGEST_PARTS), label: z.string(), lines: z.array(z.string()) }).meta({ id: 'DigestPart' });
export type DigestPart = z.infer<typeof digestPart>;

/** An incident in short, from what is known of it. */
export const incidentDigest = z.object({
  parts: z.array(digestPart),
  /** All of it as text to be taken along. */
  text: z.string(),
  /** When it was so. */
  at: instant,
}).meta({ id: 'IncidentDigest' });
export type IncidentDigest = z.infer<typeof incidentDigest>;

/** For whom a draft is worded. `inside`: everything that is known. `management`: without the technical. `outside`: what people outside notice, nothing more. */
export const DRAFT_WORDINGS = ['inside', 'management', 'outside'] as const;
export const draftWording = z.enum(DRAFT_WORDINGS);
export type DraftWording = z.infer<typeof draftWording>;

export const DRAFT_WRITERS = ['template', 'model'] as const;
export const draftWriter = z.enum(DRAFT_WRITERS);
export type DraftWriter = z.infer<typeof draftWriter>;

/** SHA-256 of what is sent to a model, in hexadecimal. */
const requestHash = z.string().regex(/^[0-9a-f]{64}$/, 'is no hash of a request');

export const writeDraftBody = z.object({
  audience: audienceId,
  /** `model`: reworded by the model of the organisation; where that does not work, the template's wording comes. */
  by: draftWriter.default('template'),
  /** Hash of the request that somebody looked at: another one is not sent. */
  seen: requestHash.optional(),
});
export type WriteDraftBody = z.output<typeof writeDraftBody>;

/** What an update could say. A person reads it, changes it and sends it, or does not. */
export const updateDraft = z.object({
  audience: audienceId,
  by: draftWriter,
  /** A model was asked for and did not write it: why. */
  whyNotModel: z.string().nullable(),
  /** A model may be asked to reword it. */
  modelOffered: z.boolean(),
  wording: draftWording,
  /** In which it is written; that of the audience where Muster has the words. */
  language: updateLanguage,
  phase: updatePhase,
  fields: z.record(z.string(), z.string()),
  /** Of an audience that asks for nothing. */
  ownSubject: z.string().nullable(),
  ownText: z.string().nullable(),
  components: z.array(componentStatus),
  /** Labels of the fields that only a person can fill in. */
  left: z.array(z.string()),
}).meta({ id: 'UpdateDraft' });
export type UpdateDraft = z.infer<typeof updateDraft>;

export const REMOVED_KINDS = ['secret', 'person', 'email', 'address', 'host', 'phone', 'incident'] as const;
export const removedKind = z.enum(REMOVED_KINDS);
export type RemovedKind = z.infer<typeof removedKind>;

export const previewDraftBody = z.object({ audience: audienceId });
/** What a model would be sent, to the letter. */
export const draftRequest = z.object({
  /** Why nothing would be sent; null: it would. */
  whyNot: z.string().nullable(),
  /** Where it would go. */
  url: z.string().nullable(),
  model: z.string().nullable(),
  messages: z.array(z.object({ role: z.enum(['system', 'user']), content: z.string() })),
  /** What was taken out before, by kind. */
  removed: z.array(z.object({ kind: removedKind, count: z.number().int() })),
  /** To be given back as `seen`. */
  hash: requestHash,
}).meta({ id: 'DraftRequest' });
export type DraftRequest = z.infer<typeof draftRequest>;

/** `accepted`: sent or saved as it was written. `edited`: changed before. `discarded`: taken out. */
export const DRAFT_OUTCOMES = ['accepted', 'edited', 'discarded'] as const;
export const draftOutcome = z.enum(DRAFT_OUTCOMES);
export type DraftOutcome = z.infer<typeof draftOutcome>;
export const noteDraftOutcomeBody = z.object({ by: draftWriter, outcome: draftOutcome });

/** How often that became of drafts. */
export const draftOutcomeCount = z.object({ by: draftWriter, outcome: draftOutcome, count: z.number().int() }).meta({ id: 'DraftOutcomeCount' });
export type DraftOutcomeCount = z.infer<typeof draftOutcomeCount>;

const modelTest = z.object({ ok: z.boolean(), at: instant, detail: z.string(), milliseconds: z.number().int() }).meta({ id: 'ModelTest' });
export type ModelTest = z.infer<typeof modelTest>;
export const testModelResult = modelTest;

const modelAddress = z.string().trim().max(1000).refine((value) => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}, 'use an http(s) address without user, query and fragment').transform((value) => value.replace(/\/+$/, '').replace(/\/chat\/completions$/, ''));

const limits = {
  /** A browser's request through Grafana ends after thirty. */
  timeoutSeconds: z.number().int().min(1).max(25),
  dailyRequests: z.number().int().min(1).max(100_000),
  dailyTokens: z.number().int().min(1_000).max(100_000_000),
};
export const putModelSettingsBody = z.object({
  enabled: z.boolean().default(false),
  /** To which `/chat/completions` is added. */
  url: modelAddress.nullable().default(null),
  model: z.string().trim().min(1).max(200).nullable().default(null),
  /** Left out: the stored one stays. Null removes it. */
  apiKey: z.string().trim().min(1).max(2000).nullable().optional(),
  timeoutSeconds: limits.timeoutSeconds.default(20),
  dailyRequests: limits.dailyRequests.default(100),
  dailyTokens: limits.dailyTokens.default(200_000),
  privateIncidents: z.boolean().default(false),
});
export type PutModelSettingsBody = z.output<typeof putModelSettingsBody>;

export const modelSettings = z.object({
  enabled: z.boolean(), url: z.string().nullable(), model: z.string().nullable(),
  /** A key is stored. It is never shown. */
  hasApiKey: z.boolean(),
  ...limits,
  /** What is in private incidents may be sent. */
  privateIncidents: z.boolean(),
  /** On this day, in UTC. */
  usedToday: z.object({ requests: z.number().int(), tokens: z.number().int() }),
  lastTest: modelTest.nullable(),
  /** What became of drafts so far. */
  outcomes: z.array(draftOutcomeCount),
  /** `model.yaml` says it, and alone changes it. */
  provisioned: z.boolean(),
  version: z.number().int(),
}).meta({ id: 'ModelSettings' });
export type ModelSettings = z.infer<typeof modelSettings>;
