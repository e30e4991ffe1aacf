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

export const writeDraftBody = z.object({ audience: audienceId });
export type WriteDraftBody = z.output<typeof writeDraftBody>;

/** What an update could say. A person reads it, changes it and sends it, or does not. */
export const updateDraft = z.object({
  audience: audienceId,
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
