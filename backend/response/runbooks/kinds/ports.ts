/** What step kinds with effects need from others; `app.ts` plugs it in. */
import type { DeclareIncidentBody, IncidentNumber, LifecycleCommand, OrgId, SetFieldsBody, Severity, Silence, SilenceBody } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Command } from '../../../incidents/index.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import type { GrafanaApi } from '../../../sources/index.ts';
import type { Actor } from '#contract';
import type { Scope } from './kind.ts';

/** Calls out through the guard. Throws `OutboundError`. */
export type CallOut = OutboundClient['call'];

/** Where messages, pages and tickets go; null: nowhere yet. */
export interface StepAddresses {
  readonly notifyUrl: string | null;
  readonly pageUrl: string | null;
  readonly ticketUrl: string | null;
}

/** Changes of incidents within a transaction; each gives the events to append with it. */
export interface IncidentChanges {
  declare(tx: Transaction, command: Command, at: Date, body: DeclareIncidentBody, why: string): Promise<{ readonly number: IncidentNumber; readonly events: readonly NewEvent[] }>;
  run(tx: Transaction, command: Command, at: Date, number: number, what: LifecycleCommand, reason: string | undefined): Promise<readonly NewEvent[]>;
  changeSeverity(tx: Transaction, command: Command, at: Date, number: number, severity: Severity, reason: string): Promise<readonly NewEvent[]>;
  setFields(tx: Transaction, command: Command, at: Date, number: number, body: SetFieldsBody): Promise<readonly NewEvent[]>;
  updateStatus(tx: Transaction, command: Command, number: number, text: string, nextUpdateAt: Date | null): Promise<readonly NewEvent[]>;
}

/** Silences within a transaction. */
export interface SilenceChanges {
  create(tx: Transaction, orgId: OrgId, by: Actor, body: SilenceBody): Promise<{ readonly id: Silence['id']; readonly events: readonly NewEvent[] }>;
  expire(tx: Transaction, orgId: OrgId, by: Actor, id: string): Promise<readonly NewEvent[]>;
}

export interface EffectPorts {
  /** Of steps alone: with the allow-list of the installation, and without what Muster itself may call besides. */
  readonly callOut: CallOut;
  readonly grafana: GrafanaApi;
  readonly incidents: IncidentChanges;
  readonly silences: SilenceChanges;
  addressesOf(orgId: OrgId): Promise<StepAddresses>;
  /** The key that calls to those addresses are signed with; null: they are not signed. */
  signingKeyOf(orgId: OrgId): Promise<string | null>;
  /** Whether a condition holds. Throws when it cannot be told. */
  holds(condition: string, scope: Scope): boolean;
}
