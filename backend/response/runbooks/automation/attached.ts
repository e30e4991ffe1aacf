/** The runbooks that wait for warnings, as they are shown beside them. */
import type { AttachedRunbook, OrgId, WarningKind } from '#contract';
import { isPermitted, viewerOf } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import type { Caller } from '../../../platform/http/route.ts';
import { reaches } from '../runs/rules.ts';
import { selectAttached, type AttachedRow } from './attachedStore.ts';
import type { AutomationPorts, LiveRunbook } from './ports.ts';

/** What became of the runbooks that wait for warnings of a kind, by the number of the warning. Whoever calls has asked whether the warnings may be seen. */
export type AttachedOf = (caller: Caller, kind: WarningKind, ids: readonly string[]) => Promise<ReadonlyMap<string, AttachedRunbook[]>>;

/** Why somebody may not start it now; null: they may. */
function whyNot({ role }: Pick<Caller, 'role'>, row: AttachedRow, runbook: LiveRunbook | undefined): string | null {
  if (runbook === undefined) return 'it is not in use any more';
  const { startRole } = runbook.document.policy;
  if (!isPermitted('startRun', role) || !reaches(role, startRole)) return `takes the role ${startRole} or a higher one`;
  return row.outcome === 'failed' ? 'its trigger could not be answered; start it from its own page' : null;
}

function toAttached(caller: Pick<Caller, 'role'>, row: AttachedRow, runbook: LiveRunbook | undefined): AttachedRunbook {
  const why = !row.isStarted ? whyNot(caller, row, runbook) : null;
  return {
    record: row.record, runbook: row.runbook, title: row.runTitle ?? runbook?.document.metadata.title ?? row.runbook, level: runbook?.document.policy.automation ?? null,
    outcome: row.outcome, reason: row.reason, run: row.run, inputs: row.inputs, mayStart: !row.isStarted && why === null, whyNot: why,
  };
}

/** Makes the reader. */
export function createAttached({ db, ports }: { readonly db: Queryable; readonly ports: Pick<AutomationPorts, 'listLive'> }): AttachedOf {
  async function liveOf(orgId: OrgId): Promise<Map<string, LiveRunbook>> {
    return new Map((await ports.listLive(db, orgId)).map((runbook) => [runbook.document.metadata.id, runbook]));
  }

  return async (caller, kind, ids) => {
    const found = new Map<string, AttachedRunbook[]>();
    const rows = ids.length === 0 ? [] : await selectAttached(db, caller.orgId, viewerOf(caller), kind, ids);
    if (rows.length === 0) return found;
    const live = await liveOf(caller.orgId);
    for (const row of rows) found.set(row.warning, [...(found.get(row.warning) ?? []), toAttached(caller, row, live.get(row.runbook))]);
    return found;
  };
}
