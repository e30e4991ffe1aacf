/** What the leading alerts of an incident usually mean: what it was when they came before, what ended that, and what to look at now. */
import { z } from 'zod';
import { alertId, incidentNumber } from './primitives.ts';
import { remedy } from './similar.ts';

/** Where something can be looked at. `explore` and `detector` are paths of Grafana, the others addresses. */
export const MEANING_LINK_KINDS = ['explore', 'prometheus', 'rule', 'dashboard', 'panel', 'runbook', 'detector'] as const;
export const meaningLink = z.object({ kind: z.enum(MEANING_LINK_KINDS), title: z.string(), url: z.string() }).meta({ id: 'MeaningLink' });
export type MeaningLink = z.infer<typeof meaningLink>;

export const alertMeaning = z.object({
  name: z.string(),
  service: z.string().nullable(),
  /** The first one of that name. */
  alert: alertId,
  alerts: z.number().int(),
  firing: z.number().int(),
  /** Past incidents that carried it, and how many of them touched the service. */
  incidents: z.number().int(),
  atService: z.number().int(),
  /** How long those lasted, in the middle; null when that is not known. */
  medianMinutes: z.number().nullable(),
  /** Causes that people confirmed in them, the most frequent first. */
  causes: z.array(z.object({ text: z.string(), service: z.string().nullable(), incidents: z.number().int(), latest: incidentNumber })),
  /** What ended them, the most frequent first. */
  fixedBy: z.array(z.object({ remedy, incidents: z.number().int(), latest: incidentNumber })),
  /** What to look at next, the most promising first. */
  checks: z.array(z.string()),
  links: z.array(meaningLink),
}).meta({ id: 'AlertMeaning' });
export type AlertMeaning = z.infer<typeof alertMeaning>;

export const alertMeanings = z.object({
  /** `preparing`: past incidents are still being read, or Grafana is being asked for the queries of rules; ask again in a moment. */
  state: z.enum(['ready', 'preparing']),
  /** Worst first. */
  items: z.array(alertMeaning),
  /** Past incidents that were looked through. */
  compared: z.number().int(),
}).meta({ id: 'AlertMeanings' });
export type AlertMeanings = z.infer<typeof alertMeanings>;
