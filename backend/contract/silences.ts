/** Silences, here and in Grafana: a matcher for a limited time. */
import { z } from 'zod';
import { labelMatcher } from './noise.ts';
import { instant, page, pageQuery } from './primitives.ts';

export const silenceBody = z.object({
  matchers: z.array(labelMatcher).min(1, 'name at least one matcher').max(50),
  startsAt: instant.optional(),
  endsAt: instant,
  comment: z.string().trim().min(3).max(1000),
}).meta({ id: 'SilenceBody' });
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

/** How silences are exchanged with Grafana; connected by the service account under Settings. */
export const silenceSyncStatus = z.object({
  connected: z.boolean(),
  lastReadAt: instant.nullable(),
  /** What did not work when Grafana's silences were last read. */
  problem: z.string().nullable(),
}).meta({ id: 'SilenceSyncStatus' });
export type SilenceSyncStatus = z.infer<typeof silenceSyncStatus>;
