/**
 * Runs a back-test: goes through the alert log of the period in its order, chunk by chunk, and lets the settings in force
 * and the draft correlate it side by side in memory. Nothing live is touched. It notices between two chunks that it was
 * stopped, and gives way to other work there.
 */
import { backTestReport, drillOf, type AlertId, type BackTest, type BackTestReport, type OrgId } from '#contract';
import type { ChangeEvent } from '../../catalog/index.ts';
import { alertIdOf, readAlertChanges, spanOfAlertChanges, type AlertChange } from '../../ingest/index.ts';
import { changesGiven } from '../../noise/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { selectVersion } from '../settings/settingsStore.ts';
import { compareOutcomes } from './compare.ts';
import { noteProgress } from './backTestStore.ts';
import type { AlertLabels } from './labels.ts';
import type { Trial, TrialFactory, TrialOutcome } from './trial.ts';

const CHUNK = 1_000;

/** A change of a system, and when it became known. */
type KnownChange = ChangeEvent & { readonly recordedAt: Date };

export interface BackTestRunDeps {
  readonly db: Queryable;
  readonly trials: TrialFactory;
  /** Changes of systems since a time, in the order in which they became known. */
  readonly changesSince: (orgId: OrgId, since: Date) => Promise<readonly KnownChange[]>;
  /** What people judged of alerts whose episodes began in a period. */
  readonly labelsOf: (orgId: OrgId, from: Date, to: Date) => Promise<AlertLabels>;
}

/** Episodes that began in the period; groups are cut to them, so that what was warmed up with does not count. */
function cutTo(outcome: TrialOutcome, episodes: ReadonlySet<AlertId>): TrialOutcome {
  return {
    groups: outcome.groups.flatMap((group) => {
      const alerts = group.alerts.filter((alert) => episodes.has(alert));
      return alerts.length === 0 ? [] : [{ ...group, alerts }];
    }),
  };
}

/** Feeds changes of systems that had become known before an alert was recorded. */
function createChangeFeed(changes: readonly KnownChange[], trials: readonly Trial[]): (until: Date) => void {
  let next = 0;
  return (until) => {
    for (let change = changes[next]; change !== undefined && change.recordedAt <= until; change = changes[next]) {
      for (const trial of trials) trial.change(change);
      next += 1;
    }
  };
}

/** Runs it to its end. Null when it was stopped on the way, or another run has taken its place. */
export async function runBackTest(deps: BackTestRunDeps, orgId: OrgId, test: BackTest, run: number): Promise<BackTestReport | null> {
  const { db } = deps;
  const [from, to] = [new Date(test.from), new Date(test.to)];
  const since = new Date(from.getTime() - deps.trials.warmUpMs);
  const base = await selectVersion(db, orgId, test.baseVersion);
  if (base === undefined) throw new Error(`version ${test.baseVersion} of the correlation settings is gone`);
  const [before, after] = await Promise.all([deps.trials.start(orgId, base.settings, from), deps.trials.start(orgId, test.draft, from)]);
  const trials = [before, after];
  const feedChanges = createChangeFeed(await deps.changesSince(orgId, since), trials);
  const span = await spanOfAlertChanges(db, orgId, since, to);
  const episodes = new Set<AlertId>();

  const take = (change: AlertChange): void => {
    feedChanges(change.recordedAt);
    for (const trial of trials) trial.alert(change);
    if (change.kind === 'opened' && change.recordedAt >= from) episodes.add(alertIdOf(change.alertKey, change.startsAt));
  };

  let seen = 0;
  for (let position = span.before; span.count > 0;) {
    const changes = await readAlertChanges(db, orgId, position, CHUNK);
    // A drill tells nothing of settings: it is left out, and was in no window with what is real.
    const within = changes.filter((change) => drillOf(change.labels) === null && BigInt(change.position) <= BigInt(span.last) && change.recordedAt >= since && change.recordedAt < to);
    seen += within.length;
    // What noise control held back at the time is held back here as well: a draft is of correlation alone.
    for (const change of await changesGiven(db, orgId, within)) take(change);
    const last = changes.at(-1);
    if (last === undefined || BigInt(last.position) >= BigInt(span.last)) break;
    position = last.position;
    if (!(await noteProgress(db, orgId, test.id, run, Math.min(0.99, seen / span.count)))) return null;
  }
  for (const trial of trials) trial.pass(to);
  const list = [...episodes];
  const labels = await deps.labelsOf(orgId, from, to);
  return backTestReport.parse(compareOutcomes(cutTo(before.outcome(), episodes), cutTo(after.outcome(), episodes), list, labels));
}
