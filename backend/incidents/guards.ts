/** Checks that every command on an incident passes: it is there, nobody was quicker, it was not merged away. */
import { incidentKey, type Actor, type LiveEvent, type OrgId, type UserKey } from '#contract';
import type { Viewer } from '../access/index.ts';
import { listEvents, type NewEvent } from '../eventlog/index.ts';
import { severityOf } from '../ingest/index.ts';
import type { Transaction } from '../platform/db/database.ts';
import { conflictError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { lockIncident } from './commandStore.ts';
import type { IncidentRow } from './incident.ts';
import { participleOf, type LifecycleFacts } from './stateMachine.ts';

/** Who acts, in which organisation, having seen which version. */
export interface Command {
  readonly orgId: OrgId;
  readonly actor: Actor;
  /** Set when the actor is a person. */
  readonly userKey: UserKey | null;
  /** Whose eyes: what they may not see is not there for the command. */
  readonly viewer: Viewer;
  readonly ifMatch: number | null;
}

/** An event that the actor of a command caused. */
export function eventBy(command: Command, type: NewEvent['type'], incident: number, data: Record<string, unknown>): NewEvent {
  return { type, incident, actor: command.actor, data };
}

async function lastChange(tx: Transaction, { orgId, viewer }: Command, number: number): Promise<LiveEvent | undefined> {
  const events = await listEvents(tx, orgId, {
    viewer, incident: number, order: 'newest', limit: 1,
    notTypes: [
      'incident.alerts_joined', 'incident.alerts_resolved', 'incident.assessed', 'incident.note_added', 'incident.note_revised',
      'incident.task_added', 'incident.task_changed', 'incident.task_done', 'incident.task_cancelled', 'incident.task_reopened', 'incident.task_overdue', 'incident.tasks_handed_over',
      'incident.status_updated', 'incident.update_drafted', 'incident.update_edited', 'incident.update_approved', 'incident.update_discarded', 'incident.update_due', 'incident.update_overdue',
      'incident.updates_paused', 'incident.updates_resumed', 'incident.hypothesis_added', 'incident.cause_judged', 'incident.recommendation_judged',
    ],
  });
  return events[0];
}

/** "INC-5 was acknowledged by Ada Admin": why this came too late, in one sentence. */
export async function whoWasQuicker(tx: Transaction, command: Command, row: IncidentRow): Promise<{ sentence: string; extra: Record<string, unknown> }> {
  const change = await lastChange(tx, command, row.number);
  const participle = change === undefined ? null : (participleOf(change.type) ?? 'changed');
  const sentence = change === undefined ? `${incidentKey(row.number)} is ${row.state}` : `${incidentKey(row.number)} was ${participle} by ${change.actor.name}`;
  return { sentence, extra: { state: row.state, version: row.version, by: change?.actor.name ?? null, at: change?.at ?? null } };
}

/** Reads and locks an incident that must be there, for whoever commands. */
export async function loadIncident(tx: Transaction, command: Command, number: number): Promise<IncidentRow> {
  const row = await lockIncident(tx, command.orgId, command.viewer, number);
  if (row === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
  return row;
}

/** Throws when the incident is no longer what the caller saw. */
export async function checkVersion(tx: Transaction, command: Command, row: IncidentRow): Promise<void> {
  if (command.ifMatch === null || command.ifMatch === row.version) return;
  const { sentence, extra } = await whoWasQuicker(tx, command, row);
  throw versionMismatchError(`${sentence} since you looked; look again and repeat what still makes sense`, { extra });
}

/** What the state machine looks at, from a row. */
export function lifecycleFacts(row: IncidentRow): LifecycleFacts {
  return {
    state: row.state,
    severity: severityOf(row.severity),
    alertsFiring: row.alerts_firing,
    lastAlertAtMs: row.last_alert_at?.getTime() ?? null,
    endedAtMs: (row.resolved_at ?? row.closed_at)?.getTime() ?? null,
  };
}

/** Throws when the incident was merged into another one. */
export function refuseMerged(row: IncidentRow): void {
  if (row.state !== 'duplicate') return;
  const into = row.merged_into === null ? 'another incident' : incidentKey(row.merged_into);
  throw conflictError(`${incidentKey(row.number)} was merged into ${into}; act there`, { extra: { state: row.state, mergedInto: row.merged_into, permitted: [], targets: [] } });
}
