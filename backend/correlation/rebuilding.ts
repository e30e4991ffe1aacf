/** Makes windows from the database: of an organisation that is led from now on, and in place of one that is not to be trusted. */
import type { OrgId } from '#contract';
import { oldestChangeAfter, readRecentAlertChanges } from '../ingest/index.ts';
import { createHandOver } from './handOver.ts';
import type { LeaderConnection } from './leadership.ts';
import type { CorrelatorDeps, Led } from './led.ts';
import { recallInSteps } from './recall.ts';
import { readCursor } from './store.ts';

/** Most changes of the log that a rebuilt window decides again. */
const REBUILD_LIMIT = 20_000;
/** Changes handed over in memory at most; above it they are read from the log. */
const HAND_OVER_CAPACITY = 20_000;

/** Makes the window of an organisation anew, and with it all that is kept of the organisation. */
export async function rebuild<Window>(deps: CorrelatorDeps<Window>, conn: LeaderConnection, orgId: OrgId): Promise<Led<Window>> {
  const { clock, incidents, noise } = deps;
  // Read first: whatever people move from here on makes the window stale.
  const mark = await incidents.linkMark(conn, orgId);
  const strategy = await deps.strategyOf(orgId);
  const { position, passedTo } = await readCursor(conn, orgId);
  // What is still to be correlated may be old, after a time without a correlator: its past counts, not today's.
  const oldestPending = await oldestChangeAfter(conn, orgId, position);
  const untilMs = Math.min(clock.nowMs(), oldestPending?.getTime() ?? Infinity);
  const known = await incidents.loadGroups(conn, orgId, new Date(untilMs - strategy.memoryMs));
  await incidents.recallUntold(conn, orgId, clock.now());
  const gate = await noise.open(conn, orgId, position);
  const rememberedSince = new Date(untilMs - strategy.memoryMs - strategy.habitMs);
  const logged = await readRecentAlertChanges(conn, orgId, position, rememberedSince, REBUILD_LIMIT);
  const since = logged.length < REBUILD_LIMIT ? rememberedSince : (logged[0]?.recordedAt ?? rememberedSince);
  const recent = await noise.given(conn, gate, logged);
  const places = await incidents.placesOf(conn, orgId, recent);
  const habits = strategy.habitMs > 0 ? await incidents.habits(conn, orgId, new Date(since.getTime() - strategy.habitMs), since) : [];
  const events = (await deps.changesOf?.(orgId, since)) ?? [];
  const steps = recallInSteps(strategy, {
    since, habits, groups: known, events, changes: recent.map((change, index) => ({ change, incident: null, ...places[index] })), passedTo,
  });
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) await new Promise((resolve) => setImmediate(resolve));
  const { window, groups, corrected } = step.value;
  deps.logger.debug({ orgId, changes: recent.length, corrected }, 'the window is made anew');
  return {
    orgId, noise: gate, strategy, window, askedMs: clock.nowMs(), groups, position, mark, stale: false, handed: createHandOver(HAND_OVER_CAPACITY), readLog: true,
    running: null, again: false, endRest: null, hurry: false, telling: null,
  };
}

/** Gives an organisation that is led already a new window. */
export async function refreshWindow<Window>(deps: CorrelatorDeps<Window>, conn: LeaderConnection, org: Led<Window>): Promise<void> {
  const fresh = await rebuild(deps, conn, org.orgId);
  const { noise: gate, strategy, window, askedMs, groups, position, mark } = fresh;
  Object.assign(org, { noise: gate, strategy, window, askedMs, groups, position, mark, stale: false });
}
