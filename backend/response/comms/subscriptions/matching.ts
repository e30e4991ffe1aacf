/** Whether a subscription is for an update. Pure. */

export interface Wanted {
  readonly audiences: readonly string[];
  readonly services: readonly string[];
  /** Numbers of severities. */
  readonly severities: readonly number[];
  readonly regions: readonly string[];
}

/** Of a published update, what subscriptions go by. */
export interface Reach {
  readonly audience: string;
  readonly severity: number;
  /** Services and business services, by every name that they have. */
  readonly services: readonly string[];
  readonly regions: readonly string[];
}

function meets(wanted: readonly string[], there: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const names = new Set(there.map((name) => name.toLowerCase()));
  return wanted.some((name) => names.has(name.toLowerCase()));
}

/** What is left empty is wanted all. */
export function isWanted(wanted: Wanted, reach: Reach): boolean {
  return wanted.audiences.includes(reach.audience) && meets(wanted.services, reach.services) && (wanted.severities.length === 0 || wanted.severities.includes(reach.severity)) && meets(wanted.regions, reach.regions);
}

/** `a…@example.com`: enough to find somebody who asks, too little to write to them. */
export function shortAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}…${address.slice(at)}`;
}
