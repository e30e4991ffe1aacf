/** Acting on one trigger of one runbook: whether it matches, how far it may go, the run or why there is none. */
import { runbookId, type OrgId, type RunbookTrigger, type RunId, type TriggerEvent, type TriggerRecord } from '#contract';
import { SYSTEM_ACTOR, type NewEvent } from '../../../eventlog/index.ts';
import { severityOf } from '../../../ingest/index.ts';
import { isRetryableDatabaseError, type Transaction } from '../../../platform/db/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Logger } from '../../../platform/logger.ts';
import { evaluate, fillIn, holds, resolveInputs } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { isFor } from './applies.ts';
import { isWithinHours } from './businessHours.ts';
import { decideStart } from './guardRails.ts';
import type { AutomationPorts, LiveRunbook } from './ports.ts';
import { hasActed, insertRecord, targetsSince, wasTold } from './recordStore.ts';
import { lockSettings } from './settingsStore.ts';
import { HOUR_MS } from './settingsService.ts';
import { countTargets } from './targets.ts';
import type { ConcernedIncident } from './triggerStore.ts';

/** What a trigger is looked at for. */
export interface Case {
  readonly orgId: OrgId;
  readonly position: string;
  readonly on: TriggerEvent;
  readonly at: Date;
  /** The incident that goes on; null when the event concerns none. */
  readonly incident: ConcernedIncident | null;
  /** Services that it is about. */
  readonly services: readonly string[];
  readonly live: readonly LiveRunbook[];
  /** Made when the first condition or input asks for it. */
  scope(): Promise<Scope>;
}

type Ports = Pick<AutomationPorts, 'startRun'>;

interface Outcome {
  readonly outcome: TriggerRecord['outcome'];
  readonly reason: string;
  readonly run: RunId | null;
  readonly targets: number;
  /** Told on the timeline of the incident. */
  readonly isTold: boolean;
}

const MAX_REASON = 1_000;
const WORDS: Readonly<Record<TriggerEvent, string>> = {
  candidate: 'a candidate was opened', declared: 'the incident was declared', severity_raised: 'the severity was raised', severity_lowered: 'the severity was lowered',
  state_changed: 'the state changed', role_changed: 'a role changed hands', timer: 'its time had come', anomaly: 'an anomaly was found', prediction: 'something was predicted',
};

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
}

function failed(reason: string, isTold: boolean): Outcome {
  return { outcome: 'failed', reason, run: null, targets: 0, isTold };
}

/** Starts within a savepoint, so that one that cannot be started takes nothing else with it. */
async function start(tx: Transaction, ports: Ports, command: Parameters<AutomationPorts['startRun']>[1], logger: Logger): Promise<RunId | AppError | string> {
  await tx.query('savepoint trigger_start');
  try {
    const run = await ports.startRun(tx, command);
    await tx.query('release savepoint trigger_start');
    return run;
  } catch (error) {
    if (isRetryableDatabaseError(error)) throw error;
    await tx.query('rollback to savepoint trigger_start');
    if (error instanceof AppError) return error;
    logger.warn({ err: error, orgId: command.orgId, runbook: command.runbook }, 'a run could not be started by its trigger');
    return 'it could not be started; the log of the service says more';
  }
}

async function decide(tx: Transaction, ports: Ports, one: Case, runbook: LiveRunbook, trigger: RunbookTrigger, logger: Logger): Promise<Outcome | null> {
  const { orgId, incident, at } = one;
  const { document } = runbook;
  if (!isFor(document, one.services)) return null;
  try {
    if (trigger.when !== undefined && !holds(trigger.when, await one.scope())) return null;
  } catch (error) {
    if (isRetryableDatabaseError(error)) throw error;
    return failed(`its condition cannot be answered: ${messageOf(error)}`, false);
  }
  let inputs: ReturnType<typeof resolveInputs>;
  const scope = await one.scope();
  try {
    const given = fillIn(trigger.inputs, scope, (name) => {
      throw new Error(`the secret “${name}” is not given to inputs`);
    });
    inputs = resolveInputs(document, given, scope);
  } catch (error) {
    return failed(`its inputs cannot be made: ${messageOf(error)}`, true);
  }
  // Held until the end: a freeze waits for this, or is seen here.
  const settings = await lockSettings(tx, orgId, 'share');
  const { hours } = document.policy;
  const targets = countTargets(document, { ...scope, inputs }, { evaluate, find: (id) => one.live.find((other) => other.document.metadata.id === id)?.document });
  const decision = decideStart({
    policy: document.policy, severity: incident === null ? null : severityOf(incident.severity), most: settings.most,
    outsideHours: hours === undefined || isWithinHours(hours, at.getTime()) ? null : hours.outside,
    frozen: settings.frozen === null ? null : { by: settings.frozen.by.name, reason: settings.frozen.reason },
    maxTargetsPerHour: settings.maxTargetsPerHour, targetsLastHour: await targetsSince(tx, orgId, new Date(at.getTime() - HOUR_MS)), targets,
  });
  if (decision.level === 'suggest') return { outcome: decision.outcome, reason: decision.reason, run: null, targets: 0, isTold: true };
  const run = await start(tx, ports, {
    orgId, runbook: runbookId.parse(document.metadata.id), inputs, incident: incident?.number ?? null, start: 'trigger', by: SYSTEM_ACTOR, userKey: null,
    reason: WORDS[one.on], drill: incident?.drill ?? false, ...(decision.level === 'approve' ? { needsApproval: document.policy.approvalRole } : {}),
  }, logger);
  if (run instanceof AppError) return run.code === 'conflict' ? { outcome: 'held_back', reason: messageOf(run), run: null, targets: 0, isTold: true } : failed(messageOf(run), true);
  if (!isRun(run)) return failed(run, true);
  return { outcome: decision.outcome, reason: `${WORDS[one.on]}; ${decision.reason}`, run, targets: incident?.drill === true ? 0 : (targets ?? 0), isTold: false };
}

function isRun(run: RunId | string): run is RunId {
  return /^\d+$/.test(run);
}

/** Acts on a trigger, once for each event. Gives what is to be told of it. */
export async function actOnTrigger(tx: Transaction, ports: Ports, one: Case, runbook: LiveRunbook, index: number, trigger: RunbookTrigger, logger: Logger): Promise<NewEvent[]> {
  const { id, title } = runbook.document.metadata;
  if (await hasActed(tx, one.orgId, one.position, id, index)) return [];
  const outcome = await decide(tx, ports, one, runbook, trigger, logger);
  if (outcome === null) return [];
  const incident = one.incident?.number ?? null;
  const isNews = outcome.isTold && (incident === null || !(await wasTold(tx, one.orgId, incident, id, outcome.outcome, outcome.reason)));
  await insertRecord(tx, one.orgId, {
    at: one.at, position: one.position, runbook: id, index, on: one.on, incident, outcome: outcome.outcome, reason: outcome.reason, run: outcome.run, targets: outcome.targets,
  });
  if (!isNews) return [];
  return [{
    type: outcome.outcome === 'suggested' ? 'automation.suggested' : 'automation.held_back', incident, actor: SYSTEM_ACTOR,
    data: { runbook: id, title, on: one.on, reason: outcome.reason, failed: outcome.outcome === 'failed' },
  }];
}
