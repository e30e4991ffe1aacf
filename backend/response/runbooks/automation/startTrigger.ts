/** Acting on one trigger of one runbook: whether it matches, how far it may go, the run or why there is none. */
import { parseDuration, runbookId, type JsonValue, type OrgId, type RunbookTrigger, type RunId, type TriggerRecord } from '#contract';
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
import { occasionWords, type Occasion } from './occasion.ts';
import type { AutomationPorts, LiveRunbook } from './ports.ts';
import { hasActed, insertRecord, lastRunOf, targetsSince, wasTold } from './recordStore.ts';
import { lockSettings } from './settingsStore.ts';
import { HOUR_MS } from './settingsService.ts';
import { countTargets } from './targets.ts';
import type { ConcernedIncident } from './triggerStore.ts';

/** What a trigger is looked at for. */
export interface Case {
  readonly orgId: OrgId;
  readonly position: string;
  readonly occasion: Occasion;
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
  /** Of the run; kept for whoever starts it. */
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** Told on the timeline of the incident. */
  readonly isTold: boolean;
}

const MAX_REASON = 1_000;

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
}

function failed(reason: string, isTold: boolean): Outcome {
  return { outcome: 'failed', reason, run: null, targets: 0, inputs: {}, isTold };
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

/** Why nothing is started of what is no news any more, or was acted on lately; null: nothing speaks against it. */
async function heldByTime(tx: Transaction, { orgId, at, occasion: { of } }: Case, runbook: string, trigger: RunbookTrigger): Promise<string | null> {
  if (of === undefined) return null;
  if (of.untilMs !== null && of.untilMs < at.getTime()) return 'its time was over when it was looked at';
  const cooldownMs = trigger.cooldown === undefined ? null : parseDuration(trigger.cooldown);
  if (cooldownMs === null || of.subject === null) return null;
  const last = await lastRunOf(tx, orgId, runbook, of.subject, new Date(at.getTime() - cooldownMs));
  return last === null ? null : `run ${last} came of the same less than ${trigger.cooldown ?? ''} ago`;
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
  if (decision.level === 'suggest') return { outcome: decision.outcome, reason: decision.reason, run: null, targets: 0, inputs, isTold: true };
  const happened = occasionWords(one.occasion);
  const held = await heldByTime(tx, one, document.metadata.id, trigger);
  if (held !== null) return { outcome: 'held_back', reason: held, run: null, targets: 0, inputs, isTold: true };
  const run = await start(tx, ports, {
    orgId, runbook: runbookId.parse(document.metadata.id), inputs, incident: incident?.number ?? null, start: 'trigger', by: SYSTEM_ACTOR, userKey: null,
    reason: happened, drill: incident?.drill ?? false, ...(decision.level === 'approve' ? { needsApproval: document.policy.approvalRole } : {}),
  }, logger);
  if (run instanceof AppError) return run.code === 'conflict' ? { outcome: 'held_back', reason: messageOf(run), run: null, targets: 0, inputs, isTold: true } : failed(messageOf(run), true);
  if (!isRun(run)) return failed(run, true);
  return { outcome: decision.outcome, reason: `${happened}; ${decision.reason}`, run, targets: incident?.drill === true ? 0 : (targets ?? 0), inputs, isTold: false };
}

function isRun(run: RunId | string): run is RunId {
  return /^\d+$/.test(run);
}

/** Acts on a trigger, once for each event. Gives what is to be told of it. */
export async function actOnTrigger(tx: Transaction, ports: Ports, one: Case, runbook: LiveRunbook, index: number, trigger: RunbookTrigger, logger: Logger): Promise<NewEvent[]> {
  const { id, title } = runbook.document.metadata;
  const { on, of } = one.occasion;
  // Of a warning, the first trigger of a runbook that matches is the one: it runs once for it.
  if (await hasActed(tx, one.orgId, one.position, id, of?.warning == null ? index : null)) return [];
  const outcome = await decide(tx, ports, one, runbook, trigger, logger);
  if (outcome === null) return [];
  const incident = one.incident?.number ?? null;
  const isNews = outcome.isTold && (incident === null || !(await wasTold(tx, one.orgId, incident, id, outcome.outcome, outcome.reason)));
  await insertRecord(tx, one.orgId, {
    at: one.at, position: one.position, runbook: id, index, on, incident, outcome: outcome.outcome, reason: outcome.reason, run: outcome.run, targets: outcome.targets,
    warning: of?.warning ?? null, subject: of?.subject ?? null, inputs: outcome.inputs,
  });
  if (!isNews) return [];
  return [{
    type: outcome.outcome === 'suggested' ? 'automation.suggested' : 'automation.held_back', incident, actor: SYSTEM_ACTOR,
    data: { runbook: id, title, on, reason: outcome.reason, failed: outcome.outcome === 'failed', ...(incident === null ? { happened: occasionWords(one.occasion) } : {}) },
  }];
}
