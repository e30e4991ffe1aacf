/** Identity of an alert episode. */
import { hash } from 'node:crypto';
import { alertId, type AlertId, type Labels } from '#contract';

/**
 * Key of all episodes of one alert at one source, as 16 hex digits (64 bits of SHA-256). Two alerts of one organisation share it with a
 * chance of about n²/2^65.
 */
export function alertKeyOf(sourceId: string, fingerprint: string): string {
  return hash('sha256', `${sourceId}\n${fingerprint}`, 'hex').slice(0, 16);
}

/** The key as PostgreSQL's signed bigint, in decimal text. */
export function alertKeyToBigint(hex: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hex}`)).toString();
}

/** The key back from PostgreSQL's signed bigint. */
export function alertKeyFromBigint(value: string): string {
  return BigInt.asUintN(64, BigInt(value)).toString(16).padStart(16, '0');
}

/** Public id of an episode. */
export function alertIdOf(keyBigint: string, startsAt: Date): AlertId {
  return alertId.parse(`${alertKeyFromBigint(keyBigint)}-${startsAt.getTime()}`);
}

/** The parts of a public id, as the database knows them. */
export function splitAlertId(id: AlertId): { keyBigint: string; startsAt: Date } {
  return { keyBigint: alertKeyToBigint(id.slice(0, 16)), startsAt: new Date(Number(id.slice(17))) };
}

/** A fingerprint for a sender that gives none: over its labels in the order of their names. */
export function fingerprintOfLabels(labels: Labels): string {
  const names = Object.keys(labels).sort();
  return hash('sha256', names.map((name) => `${name}\u0000${labels[name] ?? ''}`).join('\u0001'), 'hex').slice(0, 16);
}
