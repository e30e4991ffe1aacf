/** Environment variables that look like settings of Muster and are none: most often a name that was mistyped. Pure. */
import { nearestOf } from './faults.ts';
import { CONFIG_KEYS } from './keys.ts';
import type { Environment } from './sources.ts';

/** A variable that nothing reads, and the setting that may be meant. */
export interface UnknownVariable {
  readonly name: string;
  readonly suggestion: string | null;
}

const PREFIX = 'MUSTER_';
/** Set in every pod beside a service named "muster", and by nobody on purpose: `MUSTER_SERVICE_HOST`, `MUSTER_PORT_8080_TCP_ADDR`. */
const SERVICE_LINK = /^MUSTER_(?:[A-Z0-9_]+_)?(?:SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;
/** Read before the settings, by the sample files of Grafana and Compose, or by the tools of a checkout. */
const OF_OTHERS: readonly string[] = [
  'MUSTER_CONFIG', 'MUSTER_API_URL', 'MUSTER_WEBHOOK_URL', 'MUSTER_WEBHOOK_TOKEN', 'MUSTER_WEBHOOK_HMAC', 'MUSTER_HMAC_SECRET', 'MUSTER_POSTGRES_PASSWORD',
  'MUSTER_CHROMIUM', 'MUSTER_DATA', 'MUSTER_TEST_LOG', 'MUSTER_TEST_ONLY',
];

const KNOWN: readonly string[] = CONFIG_KEYS.flatMap(({ env, secret }) => (env === null ? [] : secret ? [env, `${env}_FILE`] : [env]));

/**
 * Variables named `MUSTER_…` that no setting has, by name. Those that `provisioned` files ask for are no settings of
 * Muster's own, and known all the same; an empty one counts as not set.
 */
export function unknownVariables(env: Environment, provisioned: ReadonlySet<string>): UnknownVariable[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && (env[name] ?? '').trim() !== '' && !KNOWN.includes(name) && !OF_OTHERS.includes(name) && !provisioned.has(name) && !SERVICE_LINK.test(name))
    .sort()
    .map((name) => ({ name, suggestion: KNOWN.find((known) => `${PREFIX}${known}` === name) ?? nearestOf(KNOWN.filter((known) => known.startsWith(PREFIX)), name) }));
}

/** The fault of one, as a sentence. Values are never shown: they may be secrets. */
export function describeUnknownVariable({ name, suggestion }: UnknownVariable): string {
  return suggestion === null ? `${name}: is no setting of Muster, and nothing reads it` : `${name}: is no setting of Muster, and nothing reads it; did you mean ${suggestion}?`;
}
