/** Planned work of the past and present: which windows applied when, and to which alerts. For times that leave it out. */
import type { OrgId } from '#contract';
import type { Database } from '../platform/db/database.ts';
import { intersectionOf } from './plannedTime.ts';
import { selectWindowVersions, type WindowVersion } from './plannedWorkStore.ts';
import { faultIn } from './ruleset.ts';
import { compileSchedule, type CompiledSchedule, type Interval } from './schedule.ts';
import { compileScope, type AlertTest } from './scope.ts';

/** A window, or what it said before an edit, with when it applied. */
export interface PlannedWork {
  readonly id: string;
  readonly name: string;
  readonly matches: AlertTest;
  readonly intervals: readonly Interval[];
}

/** Planned work between two instants. It counts from when it was planned, not from when it is said to have begun. */
export type PlannedWorkLookup = (orgId: OrgId, from: Date, to: Date) => Promise<PlannedWork[]>;

interface Compiled {
  readonly matches: AlertTest;
  readonly schedule: CompiledSchedule;
}

/** Compiled schedules and scopes that are kept. */
const KEPT = 1_000;

/** Looks it up in a database. */
export function createPlannedWorkLookup(db: Database): PlannedWorkLookup {
  const kept = new Map<string, Compiled | null>();

  /** Null for one that cannot be used; it held nothing back either. */
  function compiled(orgId: OrgId, { id, version, body }: WindowVersion): Compiled | null {
    const key = `${orgId}/${id}/${version}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    let made: Compiled | null = null;
    faultIn(() => {
      made = { matches: compileScope(body.scope, 'scope'), schedule: compileSchedule(body.schedule) };
    });
    if (kept.size >= KEPT) kept.clear();
    kept.set(key, made);
    return made;
  }

  return async (orgId, from, to) => {
    const versions = await selectWindowVersions(db, orgId, from, to);
    return versions.flatMap((version) => {
      const usable = compiled(orgId, version);
      if (usable === null) return [];
      const { matches, schedule } = usable;
      const valid = { startMs: Math.max(from.getTime(), version.validFrom.getTime()), endMs: Math.min(to.getTime(), version.validTo?.getTime() ?? Infinity) };
      const intervals = intersectionOf([[valid], schedule.within(valid.startMs, valid.endMs)]);
      return intervals.length === 0 ? [] : [{ id: version.id, name: version.body.name, matches, intervals }];
    });
  };
}
