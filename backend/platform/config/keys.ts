/** Every key of the configuration: its two names, what a good value looks like, an example. Messages and documents come from here. */

/** How the text of an environment variable becomes a value. `scalar`: true, false, a number or text. */
export type EnvKind = 'text' | 'number' | 'scalar' | 'list';

export interface ConfigKey {
  /** Path in the YAML file; `[]` stands for any place in a list. */
  readonly path: string;
  readonly env: string | null;
  readonly kind: EnvKind;
  /** The value is never shown; `<env>_FILE` and `<path>File` name a file that holds it. */
  readonly secret: boolean;
  /** Completes "must be …". */
  readonly expected: string;
  readonly example: string;
}

type Extra = { env?: string; kind?: EnvKind; secret?: boolean };

function key(path: string, expected: string, example: string, extra: Extra = {}): ConfigKey {
  return { path, expected, example, env: extra.env ?? null, kind: extra.kind ?? 'text', secret: extra.secret ?? false };
}

/** All keys, in the order in which a configuration file has them. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  key('http.host', 'an address to listen on', '0.0.0.0', { env: 'MUSTER_HOST' }),
  key('http.port', 'a whole number from 0 to 65535', '8080', { env: 'MUSTER_PORT', kind: 'number' }),
  key('http.publicUrl', 'the http(s) address at which alert sources reach Muster', 'https://muster.example.com', { env: 'MUSTER_PUBLIC_URL' }),
  key('http.trustProxy', 'true, false or the number of proxies in front', '1', { env: 'MUSTER_TRUST_PROXY', kind: 'scalar' }),
  key('database.url', 'a PostgreSQL address', 'postgresql://muster:password@db:5432/muster', { env: 'DATABASE_URL', secret: true }),
  key('database.dataDir', 'a folder', '.muster', { env: 'MUSTER_DATA_DIR' }),
  key('database.poolSize', 'a whole number from 2 to 200', '10', { env: 'MUSTER_DATABASE_POOL_SIZE', kind: 'number' }),
  key('roles', 'a list of api, correlator, worker', 'api,worker', { env: 'MUSTER_ROLES', kind: 'list' }),
  key('log.level', 'one of trace, debug, info, warn, error, silent', 'info', { env: 'MUSTER_LOG_LEVEL' }),
  key('grafana.url', 'the http(s) address at which Muster reaches Grafana', 'http://grafana:3000', { env: 'MUSTER_GRAFANA_URL' }),
  key('grafana.rootUrl', "Grafana's own root_url, as http(s) address", 'https://grafana.example.com/', { env: 'MUSTER_GRAFANA_ROOT_URL' }),
  key('grafana.orgs', 'a list of organisations with id and pluginToken', '[{id: 1, pluginTokenFile: /run/secrets/plugin-token}]'),
  key('grafana.orgs[].id', 'the number of a Grafana organisation', '1'),
  key('grafana.orgs[].pluginToken', 'a random text of at least 24 characters, the same as in the plugin settings', 'the output of `openssl rand -base64 32`', { env: 'MUSTER_PLUGIN_TOKEN', secret: true }),
  key('grafana.orgs[].previousPluginToken', 'a random text of at least 24 characters, the one that the plugin settings had before', 'the token before the last exchange', { env: 'MUSTER_PREVIOUS_PLUGIN_TOKEN', secret: true }),
  key('grafana.anonymous', 'deny or read', 'deny', { env: 'MUSTER_GRAFANA_ANONYMOUS' }),
  key('secrets.keys', 'keys as id:base64 of 32 random bytes, newest first', '2026-11:<output of `openssl rand -base64 32`>', { env: 'MUSTER_SECRET_KEYS', secret: true }),
  key('secrets.keys[].id', 'a name of 1 to 32 lower-case letters, digits and dashes, used once', '2026-11'),
  key('secrets.keys[].key', '32 random bytes in base64', 'the output of `openssl rand -base64 32`', { secret: true }),
  key('outbound.allow', 'a list of host names; *.example.com for all below, * for any', 'hooks.slack.com,*.atlassian.net', { env: 'MUSTER_OUTBOUND_ALLOW', kind: 'list' }),
  key('outbound.allowPrivate', 'a list of addresses, ranges or host names', '10.20.0.0/16,jira.internal', { env: 'MUSTER_OUTBOUND_ALLOW_PRIVATE', kind: 'list' }),
  key('ingest.maxBodyBytes', 'a whole number from 65536 to 104857600', '5242880', { env: 'MUSTER_INGEST_MAX_BODY_BYTES', kind: 'number' }),
  key('ingest.maxQueuedAlerts', 'a whole number from 100 to 1000000', '20000', { env: 'MUSTER_INGEST_MAX_QUEUED_ALERTS', kind: 'number' }),
  key('ingest.repeatFlushMs', 'a whole number from 100 to 60000', '5000', { env: 'MUSTER_INGEST_REPEAT_FLUSH_MS', kind: 'number' }),
  key('ingest.maxBatch', 'a whole number from 1 to 10000', '1000', { env: 'MUSTER_INGEST_MAX_BATCH', kind: 'number' }),
  key('retention.alertLogDays', 'a whole number from 1 to 3650', '30', { env: 'MUSTER_RETENTION_ALERT_LOG_DAYS', kind: 'number' }),
  key('retention.deadLetterDays', 'a whole number from 1 to 3650', '30', { env: 'MUSTER_RETENTION_DEAD_LETTER_DAYS', kind: 'number' }),
  key('retention.alertDays', 'a whole number from 1 to 3650', '90', { env: 'MUSTER_RETENTION_ALERT_DAYS', kind: 'number' }),
  key('correlation.gapMinutes', 'a number of minutes from 0.1 to 1440', '45', { env: 'MUSTER_CORRELATION_GAP_MINUTES', kind: 'number' }),
  key('correlation.stabilityMinutes', 'a number of minutes from 0.1 to 1440', '10', { env: 'MUSTER_CORRELATION_STABILITY_MINUTES', kind: 'number' }),
  key('correlation.minAlerts', 'a whole number from 1 to 100000', '3', { env: 'MUSTER_CORRELATION_MIN_ALERTS', kind: 'number' }),
  key('correlation.graveSeverity', 'one of sev1 to sev5', 'sev2', { env: 'MUSTER_CORRELATION_GRAVE_SEVERITY' }),
  key('correlation.declare.atOnce', 'one of sev1 to sev5', 'sev1', { env: 'MUSTER_DECLARE_AT_ONCE' }),
  key('correlation.declare.severity', 'one of sev1 to sev5', 'sev2', { env: 'MUSTER_DECLARE_SEVERITY' }),
  key('correlation.declare.alerts', 'a whole number from 1 to 100000', '5', { env: 'MUSTER_DECLARE_ALERTS', kind: 'number' }),
  key('statusPage.port', 'a whole number from 0 to 65535', '8090', { env: 'MUSTER_STATUS_PAGE_PORT', kind: 'number' }),
  key('statusPage.host', 'an address to listen on', '0.0.0.0', { env: 'MUSTER_STATUS_PAGE_HOST' }),
  key('statusPage.publicUrl', 'the http(s) address at which readers open the status page', 'https://status.example.com', { env: 'MUSTER_STATUS_PAGE_URL' }),
  key('statusPage.exportDir', 'a folder', '/var/www/status', { env: 'MUSTER_STATUS_PAGE_EXPORT' }),
  key('provisioning.dir', 'a folder', 'provisioning/muster', { env: 'MUSTER_PROVISIONING' }),
];

/** The entry for a concrete path such as `grafana.orgs[0].id`, or null. */
export function configKeyAt(path: string): ConfigKey | null {
  const pattern = path.replace(/\[\d+\]/g, '[]');
  return CONFIG_KEYS.find((entry) => entry.path === pattern) ?? null;
}
