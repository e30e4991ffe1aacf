/** The shape of a complete configuration, with defaults. Messages are made from `keys.ts`, not here. */
import { orgId, severity } from '#contract';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { Secret } from './secret.ts';

export const PROCESS_ROLES = ['api', 'correlator', 'worker'] as const;
/** A part of the service's work that a process can take on. */
export type ProcessRole = (typeof PROCESS_ROLES)[number];

const MIN_PLUGIN_TOKEN_CHARS = 24;
const SECRET_KEY_BYTES = 32;

const whole = (min: number, max: number, byDefault: number) => z.number().int().min(min).max(max).default(byDefault);
const minutes = (byDefault: number) => z.number().min(0.1).max(1440).default(byDefault);
const text = z.string().trim().min(1).max(1000);

/** An http(s) address without user, query or fragment. */
const address = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
});
const withoutSlash = address.transform((value) => value.replace(/\/+$/, ''));
const withSlash = address.transform((value) => value.replace(/\/*$/, '/'));

const databaseUrl = z
  .string()
  .refine((value) => /^postgres(ql)?:$/.test(URL.parse(value)?.protocol ?? ''))
  .transform((value) => new Secret(value));

const pluginToken = z.string().min(MIN_PLUGIN_TOKEN_CHARS).transform((value) => new Secret(value));

const hostPattern = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(\*|(\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/);
const privateTarget = z.string().trim().toLowerCase().refine((value) => ipaddr.isValidCIDR(value) || ipaddr.isValid(value) || hostPattern.safeParse(value).success);

const secretKey = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,32}$/),
  key: z
    .string()
    .refine((value) => /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length === SECRET_KEY_BYTES)
    .transform((value) => new Secret(value)),
});

function noTwice<T>(field: string, keyOf: (item: T) => unknown) {
  return (items: T[], context: z.RefinementCtx<T[]>) => {
    items.forEach((item, index) => {
      if (items.findIndex((other) => keyOf(other) === keyOf(item)) < index) {
        context.addIssue({ code: 'custom', path: [index, field], message: 'is there twice' });
      }
    });
  };
}

export const configSchema = z.strictObject({
  http: z.strictObject({
    host: text.default('127.0.0.1'),
    port: whole(0, 65_535, 8080),
    publicUrl: withoutSlash.optional(),
    trustProxy: z.union([z.boolean(), z.number().int().min(1).max(20)]).default(false),
  }).prefault({}),
  database: z.strictObject({
    url: databaseUrl.optional(),
    dataDir: text.default('.muster'),
    poolSize: whole(2, 200, 10),
  }).prefault({}),
  roles: z.array(z.enum(PROCESS_ROLES)).min(1).default([...PROCESS_ROLES]),
  log: z.strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
  grafana: z.strictObject({
    url: withoutSlash.default('http://localhost:3000'),
    rootUrl: withSlash.optional(),
    orgs: z
      .array(z.strictObject({ id: orgId, pluginToken, previousPluginToken: pluginToken.optional() }))
      .superRefine(noTwice('id', (org) => org.id))
      .default([]),
    anonymous: z.enum(['deny', 'read']).default('deny'),
  }).prefault({}),
  secrets: z.strictObject({ keys: z.array(secretKey).superRefine(noTwice('id', (item) => item.id)).default([]) }).prefault({}),
  outbound: z.strictObject({
    allow: z.array(hostPattern).default([]),
    allowPrivate: z.array(privateTarget).default([]),
  }).prefault({}),
  ingest: z.strictObject({
    maxBodyBytes: whole(64 * 1024, 100 * 1024 * 1024, 5 * 1024 * 1024),
    maxQueuedAlerts: whole(100, 1_000_000, 20_000),
    repeatFlushMs: whole(100, 60_000, 5000),
    maxBatch: whole(1, 10_000, 1000),
  }).prefault({}),
  retention: z.strictObject({
    alertLogDays: whole(1, 3650, 30),
    deadLetterDays: whole(1, 3650, 30),
    alertDays: whole(1, 3650, 90),
  }).prefault({}),
  correlation: z.strictObject({
    /** Silence after which the next alert of the same scope opens a new incident. */
    gapMinutes: minutes(45),
    /** How long everything must stay resolved before the incident counts as quiet. */
    stabilityMinutes: minutes(10),
    /** Alerts that make an incident of a scope; fewer are held. */
    minAlerts: whole(1, 100_000, 3),
    /** One alert at least this grave makes an incident by itself. */
    graveSeverity: severity.default('sev2'),
    declare: z.strictObject({
      /** One alert this grave declares the incident. */
      atOnce: severity.default('sev1'),
      /** This grave, and so many alerts, declare it too. */
      severity: severity.default('sev2'),
      alerts: whole(1, 100_000, 5),
    }).prefault({}),
  }).prefault({}),
  /** Without a port, no status page is served. */
  statusPage: z.strictObject({
    port: z.number().int().min(0).max(65_535).optional(),
    host: text.default('127.0.0.1'),
    publicUrl: withoutSlash.optional(),
    exportDir: text.optional(),
  }).prefault({}),
  provisioning: z.strictObject({ dir: text.optional() }).prefault({}),
});
