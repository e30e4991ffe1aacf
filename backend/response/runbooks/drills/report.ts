/** The report of a drill as it stands: what was reached, what failed, what cannot be relied on. */
import { incidentNumber, runId, type DrillReport, type DrillStage, type OrgId } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import type { StoredDrillRun } from './drillRunStore.ts';
import { failedSteps, firstEvents, incidentsOfRun, runsFor, type DrilledRun, type HappenedRow } from './factStore.ts';
import type { DrillPorts } from './ports.ts';
import { scoreOf, stagesOf, type ReachedAt } from './score.ts';

/** What was tested last longer ago than this is stale; as the statistics of runbooks have it. */
const STALE_MS = 90 * 86_400_000;

/** Which event means which stage. */
const STAGE_OF: Readonly<Record<string, DrillStage>> = {
  'incident.opened': 'detected', 'incident.declared': 'declared', 'incident.promoted': 'declared', 'incident.acknowledged': 'acknowledged', 'incident.mitigation_started': 'acknowledged',
  'incident.commander_assigned': 'commander', 'incident.status_updated': 'informed', 'incident.mitigated': 'mitigated',
};

function reachedAt(run: StoredDrillRun, events: readonly HappenedRow[], runs: readonly DrilledRun[]): ReachedAt {
  const reached = new Map<DrillStage, number>();
  const note = (stage: DrillStage, at: Date): void => {
    const before = reached.get(stage);
    if (before === undefined || at.getTime() < before) reached.set(stage, at.getTime());
  };
  if (run.sentAt !== null) note('accepted', run.sentAt);
  for (const { type, at, to } of events) {
    const stage = STAGE_OF[type];
    // Nobody leads when the role is only laid down.
    if (stage === undefined || (stage === 'commander' && to === null)) continue;
    note(stage, at);
  }
  for (const { runbook, state, endedAt } of runs) {
    if (state === 'succeeded' && endedAt !== null && (run.definition.runbook === null || run.definition.runbook === runbook)) note('runbook', endedAt);
  }
  return reached;
}

async function staleOf(q: Queryable, orgId: OrgId, run: StoredDrillRun, runs: readonly DrilledRun[], ports: Pick<DrillPorts, 'conditionOf'>, nowMs: number): Promise<DrillReport['stale']> {
  const ids = [...new Set([...(run.definition.runbook === null ? [] : [run.definition.runbook]), ...runs.map(({ runbook }) => runbook)])];
  const conditions = await ports.conditionOf(q, orgId, ids);
  return ids.flatMap((id) => {
    const condition = conditions.get(id);
    const title = condition?.title ?? id;
    if (condition === undefined || condition.title === null) return [{ runbook: id, title, why: 'is not in use' }];
    if (condition.faults > 0) return [{ runbook: id, title, why: `preflight found ${condition.faults} ${condition.faults === 1 ? 'fault' : 'faults'}` }];
    if (condition.lastTestedAt === null) return [{ runbook: id, title, why: 'has never succeeded' }];
    if (nowMs - condition.lastTestedAt.getTime() > STALE_MS) return [{ runbook: id, title, why: `succeeded last on ${condition.lastTestedAt.toISOString().slice(0, 10)}` }];
    return [];
  });
}

/** Runs for the incidents of a drill as they are now: also one that is over takes back what they did. */
export async function runsOf(q: Queryable, orgId: OrgId, run: Pick<StoredDrillRun, 'id'>): Promise<DrillReport['runs']> {
  const incidents = await incidentsOfRun(q, orgId, run.id);
  return (await runsFor(q, orgId, incidents.map(({ number }) => number))).map(({ id, runbook, title, state }) => ({ id, runbook, title, state }));
}

/** Makes the report. `over`: what is not reached now is missed, and there is a score. */
export async function reportOf(q: Queryable, orgId: OrgId, run: StoredDrillRun, ports: Pick<DrillPorts, 'conditionOf'>, nowMs: number, over: boolean): Promise<DrillReport> {
  const incidents = await incidentsOfRun(q, orgId, run.id);
  const numbers = incidents.map(({ number }) => number);
  const [events, runs, failures] = [await firstEvents(q, orgId, numbers, Object.keys(STAGE_OF)), await runsFor(q, orgId, numbers), await failedSteps(q, orgId, numbers)];
  const stages = stagesOf(run.definition.expects, run.startedAt.getTime(), reachedAt(run, events, runs), over);
  const failed = failures.map((failure) => ({ run: runId.parse(failure.run), title: failure.title, step: failure.step, error: failure.error }));
  const { score, reasons } = scoreOf(stages, failed);
  const standing = incidents.filter(({ state }) => state !== 'duplicate');
  if (standing.length > 1) reasons.push(`its alerts became ${standing.length} incidents`);
  return {
    score: over ? score : null, reasons: over ? reasons : [], stages, failures: failed, stale: await staleOf(q, orgId, run, runs, ports, nowMs),
    runs: runs.map(({ id, runbook, title, state }) => ({ id, runbook, title, state })), incidents: standing.map(({ number }) => incidentNumber.parse(number)),
  };
}
