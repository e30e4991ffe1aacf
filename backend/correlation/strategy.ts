/**
 * The seam between the correlator (which reads, writes and takes turns) and a grouping strategy
 * (which only decides). A strategy is a pure function of its window and the next change: no clock,
 * no database, no randomness, so that a replay of the log gives the same incidents.
 */
import type { DecisionReason, IncidentNumber, Severity } from '#contract';
import type { AlertChange } from '../ingest/index.ts';

/** Names a group within the window before and after it has an incident number. */
export type GroupId = string;

/** An alert of a group, as a decision refers to it. */
export interface AlertRef {
  readonly alertKey: string;
  readonly startsAt: Date;
}

/** An alert that waited in the window, and whether it fires still. */
export interface HeldRef extends AlertRef {
  readonly firing: boolean;
}

/** What the window must be told of an incident that exists, to go on with it. */
export interface KnownGroup {
  readonly incident: IncidentNumber;
  readonly keys: readonly string[];
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly lastAlertAt: Date;
  readonly alertsTotal: number;
}

/** What a strategy decides about one change. */
export type Decision =
  | {
      /** A new incident, with the alerts that make it (held ones of before included). */
      readonly kind: 'open';
      readonly group: GroupId;
      readonly keys: readonly string[];
      readonly title: string;
      readonly severity: Severity;
      readonly services: readonly string[];
      readonly alerts: readonly HeldRef[];
      readonly reason: DecisionReason;
    }
  | {
      /** An alert joins a group; the group's severity and services as they are with it. */
      readonly kind: 'join';
      readonly group: GroupId;
      readonly alert: AlertRef;
      readonly severity: Severity;
      readonly services: readonly string[];
      readonly reason: DecisionReason;
    }
  | {
      /** Left alone for now: visible, counted, no incident. */
      readonly kind: 'hold';
      readonly alert: AlertRef;
      readonly reason: DecisionReason;
    };

export interface Strategy<Window> {
  readonly name: string;
  /** How long the past matters, in milliseconds: what a rebuilt window has to be told. */
  readonly memoryMs: number;
  /** An empty window. */
  empty(): Window;
  /** Tells the window of an incident that exists. Gives the group by which decisions will name it. */
  restoreGroup(window: Window, group: KnownGroup): GroupId;
  /** Tells the window, in order, of an earlier change whose alert belongs to no incident. */
  restoreHeld(window: Window, change: AlertChange): void;
  /** Takes in one change and decides. Deterministic; cost independent of how many alerts are active. */
  decide(window: Window, change: AlertChange): readonly Decision[];
}
