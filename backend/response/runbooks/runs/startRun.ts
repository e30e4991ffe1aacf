/** Starts runs: checks what was given, keeps the live version, and lets the run in or has it wait. */
import { incidentKey, parseDuration, type Actor, type JsonValue, type OrgId, type Role, type RunbookDocument, type RunbookId, type RunId, type RunStart, type UserKey } from '#contract';
import { appendEvents, type NewEvent } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { conflictError, inputError, notAllowedError, notFoundError } from '../../../platform/errors.ts';
import { ExpressionError, fillIn, resolveInputs, TemplateError } from '../format/index.ts';
import type { SubRunbookDeps } from '../kinds/subRunbook.ts';
import { countSteps } from '../plan/plan.ts';
import type { IncidentScopes, OpenSecrets, RunbookSource } from '../ports.ts';
import { findPlace, namesOf, type Place } from './admission.ts';
import { NO_PANEL } from './draft.ts';
import { nameInDrill } from './drillNames.ts';
import { requestEnd } from './ending.ts';
import { runActor, runEvent } from './events.ts';
import type { ApprovalRole, RunRecord } from './record.ts';
import { reaches } from './rules.ts';
import { findRun, insertRun, lockRun, notifyRun, takeNames } from './runStore.ts';
import { openSecrets } from './stepCall.ts';

export interface StartCommand {
  readonly orgId: OrgId;
  readonly runbook: RunbookId;
  readonly inputs: Readonly<Record<string, JsonValue>>;
  readonly incident: number | null;
  readonly start: RunStart;
  readonly by: Actor;
  readonly userKey: UserKey | null;
  /** Of who starts it; left out: Muster itself, which admins have told to. */
  readonly role?: Role;
  readonly reason: string | null;
  /** An approval by this role comes first. */
  readonly needsApproval?: ApprovalRole | null;
  /** Asked for as a drill. For the incident of a drill every run is one. */
  readonly drill: boolean;
  readonly panel?: JsonValue;
  readonly parent?: { readonly id: RunId; readonly path: string; readonly depth: number };
}

export interface StartDeps {
  readonly clock: Clock;
  readonly source: RunbookSource;
  readonly secrets: OpenSecrets;
  readonly incidents: IncidentScopes;
}

/** How deep runbooks may call each other. */
export const MAX_DEPTH = 5;
const DEFAULT_TIMEOUT_MS = 7 * 86_400_000;

export interface RunStarter {
  start(tx: Transaction, command: StartCommand): Promise<RunId>;
  /** Of a step: the run takes over the incident and who started it. */
  startChild: SubRunbookDeps['startChild'];
}

function lockOf(document: RunbookDocument, scope: Parameters<typeof fillIn>[1]): string | null {
  if (document.policy.lock === undefined) return null;
  try {
    const key = fillIn(document.policy.lock, scope, () => { throw new TemplateError('a lock names no secret', 0); }).trim();
    return key === '' ? null : key.slice(0, 500);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw inputError(`what the run works on cannot be told: ${error.message}`, [{ field: 'policy.lock', message: error.message }]);
  }
}

function limitOf({ policy }: RunbookDocument, runbook: string, incident: number | null): { key: string | null; most: number | null } {
  if (policy.limit === undefined) return { key: null, most: null };
  const { per, atOnce } = policy.limit;
  if (per === 'runbook') return { key: runbook, most: atOnce };
  return incident === null ? { key: null, most: null } : { key: `${runbook}/${incident}`, most: atOnce };
}

/** Makes it. */
export function createRunStarter({ clock, source, secrets, incidents }: StartDeps): RunStarter {
  async function begin(tx: Transaction, command: StartCommand): Promise<{ run: RunId; events: readonly NewEvent[]; at: Date }> {
    const { orgId, runbook, by } = command;
    const live = await source.findLive(tx, orgId, runbook);
    if (live === null) throw notFoundError(`there is no runbook "${runbook}" in use`);
    const { document } = live;
    const role = command.role ?? 'admin';
    if (!reaches(role, document.policy.startRole)) throw notAllowedError(`“${document.metadata.title}” is started by a ${document.policy.startRole} or a higher role; yours is ${role}`);
    const read = await incidents.read(tx, orgId, command.incident);
    if (command.incident !== null && read.number === null) throw inputError(`${incidentKey(command.incident)} does not exist`, [{ field: 'body.incident', message: 'is not an incident that you see' }]);
    const panel = command.panel ?? null;
    let inputs: Record<string, JsonValue>;
    try {
      inputs = resolveInputs(document, command.inputs, { ...read.scope, panel: panel ?? NO_PANEL });
    } catch (error) {
      if (error instanceof ExpressionError || error instanceof TemplateError) throw inputError(error.message, [{ field: 'body.inputs', message: error.message }]);
      throw error;
    }
    const drill = command.drill || read.drill;
    const named = lockOf(document, { ...read.scope, inputs, panel: panel ?? NO_PANEL });
    const lockKey = named === null || !drill ? named : nameInDrill(named);
    const limit = limitOf(document, drill ? nameInDrill(runbook) : runbook, read.number);
    const now = clock.nowMs();
    const draft = {
      orgId, runbook, runbookVersion: live.version, title: document.metadata.title, incident: read.number, inputs, panel, start: command.start, startedBy: by, userKey: command.userKey, role,
      reason: command.reason, needsApproval: command.needsApproval ?? null, lockKey, limitKey: limit.key, limitMost: limit.most,
      parent: command.parent === undefined ? null : { id: command.parent.id, path: command.parent.path }, depth: command.parent?.depth ?? 0, drill,
      stepsTotal: countSteps({ document, steps: new Map() }).total, deadline: now + (parseDuration(document.policy.timeout) ?? DEFAULT_TIMEOUT_MS), createdAt: now, document,
    } as const;
    await takeNames(tx, orgId, namesOf(draft));
    const place = await findPlace(tx, { ...draft, id: null });
    if (!place.free) refuseOrMakeRoom(document, place);
    const run = await insertRun(tx, { ...draft, state: place.free ? 'running' : 'queued', dueAt: place.free ? now : draft.deadline, startedAt: place.free ? now : null });
    // What may not be had is said now, not in the middle of the run.
    await openSecrets(tx, secrets, run, document);
    const events = place.free ? [runEvent(run, 'run.started', by, { reason: command.reason })] : await waitsItsTurn(tx, run, document, place);
    await notifyRun(tx, 'due');
    return { run: run.id, events, at: new Date(now) };
  }

  function refuseOrMakeRoom({ policy, metadata }: RunbookDocument, place: Extract<Place, { free: false }>): void {
    if (place.by !== 'limit' || policy.limit?.otherwise !== 'skip') return;
    const ids = place.holders.map(({ id }) => id);
    throw conflictError(`“${metadata.title}” runs already (run ${ids.join(', ')}), and its limit lets no other one begin`, { extra: { runs: ids } });
  }

  async function waitsItsTurn(tx: Transaction, run: RunRecord, { policy }: RunbookDocument, place: Extract<Place, { free: false }>): Promise<ReturnType<typeof runEvent>[]> {
    const [holder] = place.holders;
    const queued = runEvent(run, 'run.queued', run.startedBy, { reason: holder === undefined ? null : `after run ${holder.id}` });
    if (place.by !== 'limit' || policy.limit?.otherwise !== 'replace') return [queued];
    const events = [queued];
    for (const other of place.holders) {
      const locked = await lockRun(tx, other.orgId, other.id);
      if (locked !== null) events.push(...await requestEnd(tx, locked, { undo: true, now: clock.now(), by: runActor(run), reason: `replaced by run ${run.id}` }));
    }
    return events;
  }

  return {
    async start(tx, command) {
      const { run, events, at } = await begin(tx, command);
      await appendEvents(tx, command.orgId, at, events);
      return run;
    },
    async startChild(tx, call, runbook, inputs) {
      const parent = await findRun(tx, call.orgId, call.runId);
      if (parent === null) throw new Error('the calling run is not there');
      if (parent.depth + 1 > MAX_DEPTH) throw inputError(`runbooks call each other more than ${MAX_DEPTH} deep`, [{ field: 'runbook', message: 'calls itself in a circle, or too deep' }]);
      return begin(tx, {
        orgId: call.orgId, runbook, inputs, incident: call.incident, start: 'runbook', by: parent.startedBy, userKey: parent.userKey, role: parent.role, reason: null, drill: parent.drill,
        panel: parent.panel, parent: { id: parent.id, path: call.path, depth: parent.depth + 1 },
      });
    },
  };
}
