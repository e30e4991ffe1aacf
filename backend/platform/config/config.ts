/** The configuration of the service: read once at start, checked whole, then frozen. */
import type { OrgId, Severity } from '#contract';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { deepFreeze } from '../deepFreeze.ts';
import { ConfigError, showValue, siblingNames, suggestKey, type ConfigFault } from './faults.ts';
import { configKeyAt } from './keys.ts';
import { configSchema, type ProcessRole } from './schema.ts';
import type { Secret } from './secret.ts';
import { collectSources, isTree, type Collected, type Environment } from './sources.ts';

/** A named key for sealing secrets. */
export interface SecretKeyConfig {
  readonly id: string;
  /** 32 bytes in base64. */
  readonly key: Secret;
}

export interface Config {
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** As alert sources reach us; no slash at the end. */
    readonly publicUrl: string;
    readonly trustProxy: boolean | number;
  };
  /** `url` null: the embedded database in `dataDir`. */
  readonly database: { readonly url: Secret | null; readonly dataDir: string; readonly poolSize: number };
  readonly roles: readonly ProcessRole[];
  readonly log: { readonly level: string };
  readonly grafana: {
    /** As we reach Grafana; no slash at the end. */
    readonly url: string;
    /** Grafana's root_url with a slash at the end: the issuer of its ID tokens. */
    readonly rootUrl: string;
    /** `previousPluginToken` counts beside the other while one is exchanged. */
    readonly orgs: readonly { readonly id: OrgId; readonly pluginToken: Secret; readonly previousPluginToken?: Secret | undefined }[];
    readonly anonymous: 'deny' | 'read';
  };
  /** Newest first. Empty only with the embedded database; see `withLocalSecretKeys`. */
  readonly secrets: { readonly keys: readonly SecretKeyConfig[] };
  readonly outbound: { readonly allow: readonly string[]; readonly allowPrivate: readonly string[] };
  readonly ingest: {
    readonly maxBodyBytes: number;
    readonly maxQueuedAlerts: number;
    readonly repeatFlushMs: number;
    readonly maxBatch: number;
  };
  readonly retention: { readonly alertLogDays: number; readonly deadLetterDays: number; readonly alertDays: number };
  readonly correlation: {
    readonly gapMinutes: number;
    readonly stabilityMinutes: number;
    readonly minAlerts: number;
    readonly graveSeverity: Severity;
    readonly declare: { readonly atOnce: Severity; readonly severity: Severity; readonly alerts: number };
  };
  readonly statusPage: {
    /** Null: no status page is served. */
    readonly port: number | null;
    readonly host: string;
    /** Where readers open it; null while it is not served and nothing says so. */
    readonly publicUrl: string | null;
    /** The public pages are also written here; null: nowhere. */
    readonly exportDir: string | null;
  };
  /** Null: nothing to provision. */
  readonly provisioning: { readonly dir: string | null };
}

export interface ConfigReaders {
  readonly readFile?: (path: string) => string;
}

/** Reads and checks everything. Throws one `ConfigError` with all faults. */
export function loadConfig(env: Environment, readers: ConfigReaders = {}): Config {
  const { readFile = (path) => readFileSync(path, 'utf8') } = readers;
  const collected = collectSources(env, readFile);
  const checked = configSchema.safeParse(collected.tree);
  const faults = [...collected.faults, ...(checked.success ? [] : checked.error.issues.flatMap((issue) => toFaults(issue, collected)))];
  if (checked.success && checked.data.database.url !== undefined && checked.data.secrets.keys.length === 0) {
    faults.push({
      key: 'MUSTER_SECRET_KEYS (secrets.keys)',
      problem: 'is missing; only the embedded database makes a key of its own, because replicas on one database must have the same',
      example: configKeyAt('secrets.keys')?.example ?? null,
    });
  }
  if (!checked.success || faults.length > 0) throw new ConfigError(faults);

  const { http, database, grafana, statusPage, provisioning, ...rest } = checked.data;
  return deepFreeze({
    ...rest,
    http: { ...http, publicUrl: http.publicUrl ?? `http://${localName(http.host)}:${http.port}` },
    database: { ...database, url: database.url ?? null },
    grafana: { ...grafana, rootUrl: grafana.rootUrl ?? `${grafana.url}/` },
    statusPage: {
      host: statusPage.host, port: statusPage.port ?? null, exportDir: statusPage.exportDir ?? null,
      publicUrl: statusPage.publicUrl ?? (statusPage.port === undefined ? null : `http://${localName(statusPage.host)}:${statusPage.port}`),
    },
    provisioning: { dir: provisioning.dir ?? null },
  });
}

/** The configuration as it may be printed: secrets as a mark, the database address without its password. */
export function describeConfig(config: Config): Record<string, unknown> {
  return {
    ...config,
    database: { ...config.database, url: config.database.url === null ? 'embedded' : withoutPassword(config.database.url.reveal()) },
    grafana: { ...config.grafana, orgs: config.grafana.orgs.map(({ id, previousPluginToken }) => ({ id, pluginToken: '[secret]', ...(previousPluginToken === undefined ? {} : { previousPluginToken: '[secret]' }) })) },
    secrets: { keys: config.secrets.keys.map((item) => ({ id: item.id, key: '[secret]' })) },
  };
}

/** An address to listen on everywhere is no address to send to. */
function localName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** Also hides options of the query, where a password may stand. */
function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  if (url.search !== '') url.search = '?***';
  return url.href;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`), '');
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value) && typeof step === 'number') return value[step];
    return isTree(value) && typeof step === 'string' ? value[step] : undefined;
  }, root);
}

function toFaults(issue: z.core.$ZodIssue, collected: Collected): ConfigFault[] {
  const path = pathText(issue.path);
  const where = collected.file === null ? '' : ` in ${collected.file}`;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const suggestion = suggestKey(path, name);
      const known = siblingNames(path === '' ? '' : `${path.replace(/\[\d+\]/g, '[]')}.`).join(', ');
      return {
        key: `${path === '' ? name : `${path}.${name}`}${where}`,
        problem: suggestion === null ? `is not known; known here: ${known}` : `is not known; did you mean "${suggestion}"?`,
        example: null,
      };
    });
  }
  const info = nearestKey(issue.path);
  const value = valueAt(collected.tree, issue.path);
  const origin = originOf(issue.path, collected);
  if (info === null) return [{ key: `${path}${where}`, problem: value === undefined ? 'is missing' : 'must be a mapping of keys to values', example: null }];
  const name = origin ?? (value === undefined && info.env !== null ? `${info.env} (${path})` : `${path}${where}`);
  const said = issue.code === 'custom' && issue.message === 'is there twice' ? `; this one ${issue.message}` : '';
  return [{ key: name, problem: `must be ${info.expected}, ${showValue(info.path, value)}${said}`, example: info.example }];
}

/** The key itself, or the list that the faulty item is in. */
function nearestKey(path: readonly PropertyKey[]): ReturnType<typeof configKeyAt> {
  return configKeyAt(pathText(path)) ?? (typeof path.at(-1) === 'number' ? configKeyAt(pathText(path.slice(0, -1))) : null);
}

function originOf(path: readonly PropertyKey[], collected: Collected): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const origin = collected.origins.get(pathText(path.slice(0, length)));
    if (origin !== undefined) return origin;
  }
  return undefined;
}
