/** Silences, here and in Grafana: a matcher for a limited time. */
import { z } from 'zod';
import { labelMatcher } from './noise.ts';
import { instant, page, pageQuery } from './primitives.ts';

export const silenceBody = z.object({
  matchers: z.array(labelMatcher).min(1, 'name at least one matcher').max(50),
  startsAt: instant.optional(),
  endsAt: instant,
  comment: z.string().trim().min(3).max(1000),
});
export type SilenceBody = z.infer<typeof silenceBody>;

/** `local`: no Grafana is connected. `pending`: on its way. `synced`: Grafana has it. `failed`: Grafana refused it. */
export const silenceSync = z.enum(['local', 'pending', 'synced', 'failed']);
export type SilenceSync = z.infer<typeof silenceSync>;

export const silence = z.object({
  id: z.string(),
  grafanaId: z.string().nullable(),
  origin: z.enum(['muster', 'grafana']),
  matchers: z.array(labelMatcher),
  startsAt: instant,
  endsAt: instant,
  state: z.enum(['pending', 'active', 'expired']),
  comment: z.string(),
  createdBy: z.string(),
  sync: silenceSync,
  /** What Grafana or the way to it said last, when it did not work. */
  problem: z.string().nullable(),
  heldBack: z.number().int(),
  version: z.number().int(),
}).meta({ id: 'Silence' });
export type Silence = z.infer<typeof silence>;
export const silenceQuery = pageQuery.extend({ state: z.enum(['current', 'expired', 'all']).default('current') });
export const silencePage = page(silence);

export const silenceLinkBody = z.object({
  enabled: z.boolean(),
  /** Token of a Grafana service account with role Editor. Left out: the stored one stays. */
  token: z.string().trim().min(8).max(500).optional(),
});
export const silenceLink = z.object({
  enabled: z.boolean(),
  hasToken: z.boolean(),
  grafanaUrl: z.string(),
  lastReadAt: instant.nullable(),
  problem: z.string().nullable(),
  version: z.number().int(),
}).meta({ id: 'SilenceLink' });
export type SilenceLink = z.infer<typeof silenceLink>;
