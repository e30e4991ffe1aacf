/** What a step knows of the steps before it. Pure. */
import type { Scope } from '../kinds/kind.ts';
import type { Steps } from './model.ts';

const ITEM = /^(.*\[\d+\])(?:\/|$)/;

/** The innermost round of a loop that a path lies in: `each[2]` of `each[2]/restart`; empty outside of loops. */
function roundOf(path: string): string {
  return ITEM.exec(path)?.[1] ?? '';
}

/** The id of a step, from its path. */
export function idOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last;
}

/**
 * The scope with `steps`: what the steps that have begun gave, by id. Of a loop, only the round that the path lies in is
 * seen; from outside, the output of the loop holds what its rounds gave.
 */
export function scopeAt(base: Scope, steps: Steps, path: string): Scope {
  const seen: Record<string, unknown> = {};
  const here = roundOf(path);
  for (const row of steps.values()) {
    const round = roundOf(row.path);
    if (round !== '' && round !== here && !here.startsWith(`${round}/`)) continue;
    seen[idOf(row.path)] = { output: row.output, state: row.state, error: row.error };
  }
  return { ...base, steps: seen };
}
