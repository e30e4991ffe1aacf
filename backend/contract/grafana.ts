/** The way back to Grafana: the service account with which Muster calls Grafana's own API. */
import { z } from 'zod';
import { instant } from './primitives.ts';

const grafanaAddress = z.string().trim().max(1000).refine((value) => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}, 'use an http(s) address without user, query and fragment').transform((value) => value.replace(/\/+$/, ''));

/** One thing that the connection must be able to do. */
export const grafanaCheckStep = z.object({
  check: z.enum(['address', 'token', 'organisation', 'alerts', 'silences']),
  ok: z.boolean(),
  detail: z.string(),
  /** What to do when it is not. */
  fix: z.string().nullable(),
});
export type GrafanaCheckStep = z.infer<typeof grafanaCheckStep>;
export const grafanaCheck = z.object({ ok: z.boolean(), at: instant, steps: z.array(grafanaCheckStep) }).meta({ id: 'GrafanaCheck' });
export type GrafanaCheck = z.infer<typeof grafanaCheck>;

export const grafanaConnection = z.object({
  /** An address of the organisation's own; null: the service's `grafana.url`. */
  url: z.string().nullable(),
  /** The address that is called. */
  effectiveUrl: z.string(),
  /** True when a service-account token is stored. It is never shown. */
  hasToken: z.boolean(),
  /** Outcome of the newest test; null before the first, and after each change. */
  lastCheck: grafanaCheck.nullable(),
  version: z.number().int(),
}).meta({ id: 'GrafanaConnection' });
export type GrafanaConnection = z.infer<typeof grafanaConnection>;

export const putGrafanaConnectionBody = z.object({
  url: grafanaAddress.nullable(),
  /** Left out: the stored one stays. Null removes it. */
  token: z.string().trim().min(16, 'is too short for a service-account token').max(500).nullable().optional(),
});
