/** Runs the checks of a preflight, a few at once, and begins no more of them when the time is over. */
import type { Check, Finding } from './preflightChecks.ts';

const CHECKS_AT_ONCE = 4;
/** More checks of one runbook than this are left out, and told so. */
const MAX_CHECKS = 300;

/** The findings, in the order of the checks. What was left out is told at the end. */
export async function runChecks(checks: readonly Check[], over: AbortSignal): Promise<Finding[]> {
  const found: Finding[] = [];
  const some = checks.slice(0, MAX_CHECKS);
  let next = 0;
  async function work(): Promise<void> {
    while (next < some.length && !over.aborted) {
      const place = next++;
      const finding = await some[place]?.();
      if (finding !== undefined) found[place] = finding;
    }
  }
  await Promise.all(Array.from({ length: CHECKS_AT_ONCE }, work));
  const left = checks.length - next;
  if (left === 0) return found;
  const why = over.aborted ? 'what was looked at before took too long' : 'there are too many';
  return [...found, { check: 'runbook', step: null, ok: true, detail: `${left} ${left === 1 ? 'check was' : 'checks were'} left out: ${why}`, fix: null }];
}
