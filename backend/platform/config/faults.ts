/** What is wrong with a configuration, told so that it can be put right at once. */
import { CONFIG_KEYS } from './keys.ts';

/** One fault: the key by the name the user wrote, what is wrong, and a value that would do. */
export interface ConfigFault {
  readonly key: string;
  readonly problem: string;
  readonly example: string | null;
}

/** All faults of a configuration together. No message holds the value of a secret. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.key}: ${fault.problem}${fault.example === null ? '' : ` (example: ${fault.example})`}`);
    super(`the configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const MAX_SHOWN_CHARS = 80;

/** A value as it may be shown in a fault about the key at `path`: not when it, or a part of it, is a secret. */
export function showValue(path: string, value: unknown): string {
  if (value === undefined) return 'but is missing';
  const pattern = path.replace(/\[\d+\]/g, '[]');
  if (CONFIG_KEYS.some((entry) => entry.secret && entry.path.startsWith(pattern))) return 'but the given value, not shown here, is not';
  const shown = JSON.stringify(value);
  return `but is ${shown.length > MAX_SHOWN_CHARS ? `${shown.slice(0, MAX_SHOWN_CHARS)}…` : shown}`;
}

/** The known key nearest to a wrong one at the same place, or null when none is near. */
export function suggestKey(parent: string, wrong: string): string | null {
  return nearestOf(siblingNames(parent === '' ? '' : `${parent.replace(/\[\d+\]/g, '[]')}.`), wrong);
}

/** The name nearest to a wrong one, or null when none is near. */
export function nearestOf(names: readonly string[], wrong: string): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Names of the keys directly below a place. */
export function siblingNames(prefix: string): readonly string[] {
  const below = CONFIG_KEYS.filter((entry) => entry.path.startsWith(prefix)).flatMap((entry) => {
    const name = entry.path.slice(prefix.length).split(/[.[]/)[0] ?? '';
    return entry.secret && entry.path === prefix + name ? [name, `${name}File`] : [name];
  });
  return [...new Set(below)];
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
