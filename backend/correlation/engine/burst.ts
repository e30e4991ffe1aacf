/** Alerts that wait at one place, by themselves nothing special: do too many of them come at once for their habits? */
import type { Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

const BURST_MS = 5 * 60_000;
const MOST = 16;
const MIN_BURST = 5;
/** Log-odds at which a crowd is no chance any more. */
const BURST_LOG_ODDS = 10;

/** Notes a waiting alert. Gives the alerts of a burst with the log-odds for it, when there is one. */
export function noteWaitingAt(window: EngineWindow, member: Member): { readonly members: readonly Member[]; readonly logOdds: number } | null {
  const { place, onsetMs } = member.signal;
  const list = (window.waitingAt.get(place) ?? []).filter((other) => onsetMs - other.signal.onsetMs <= BURST_MS && other.linkedTo === null && window.members.has(other.signal.key));
  list.push(member);
  if (list.length > MOST) list.shift();
  window.waitingAt.set(place, list);
  if (list.length < MIN_BURST) return null;
  // Alerts to expect here in this time, by the habits of the rules that came.
  let perMinute = 0;
  const rules = new Set<string>();
  for (const other of list) {
    if (rules.has(other.signal.rule)) continue;
    rules.add(other.signal.rule);
    perMinute += Math.exp(window.weigher.background(other.signal, other.waiting));
  }
  const expected = perMinute * (BURST_MS / 60_000);
  const logOdds = list.length * (Math.log(list.length / expected) - 1) + expected;
  return logOdds < BURST_LOG_ODDS ? null : { members: list, logOdds };
}

/** Forgets places where nothing waits any more. */
export function sweepWaiting(window: EngineWindow): void {
  for (const [place, list] of window.waitingAt) {
    const last = list.at(-1);
    if (last === undefined || window.nowMs - last.signal.onsetMs > BURST_MS) window.waitingAt.delete(place);
  }
}
