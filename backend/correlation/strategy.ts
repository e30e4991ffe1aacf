/**
 * The seam between the correlator (which reads, writes and takes turns) and a grouping strategy
 * (which only decides). A strategy is a pure function of its window and what happens next: no clock,
 * no database, no randomness, so that a replay of the log gives the same incidents.
 */
import type { DecisionReason, IncidentNumber, Severity } from '#contract';
import type { ChangeEvent } from '../catalog/index.ts';
import type { AlertChange } from '../ingest/index.ts';
import type { GroupAssessment } from './assessment.ts';

/** Names a group within the window before and after it has an incident number. */
export type GroupId = string;

/** An alert of a group, as a decision refers to it. */
export interface AlertRef {
  readonly alertKey: string;
  readonly startsAt: Date;
}

/** An alert with why it belongs where it is put, and whether it fires still. */
export interface PlacedRef extends AlertRef {
  readonly firing: boolean;
  readonly reason: DecisionReason;
}

/** What the window must be told of an incident that exists, to go on with it. */
export interface KnownGroup {
  readonly incident: IncidentNumber;
  readonly keys: readonly string[];
  readonly severity: Severity;
  readonly services: readonly string[];
  readonly lastAlertAt: Date;
  readonly alertsTotal: number;
  /** Who alone sees it; left out or null: everybody. Incidents of different circles are never merged. */
  readonly circle?: string | null;
  /** Incidents that people have set it apart from: never merged with it, nor do alerts pass between them. */
  readonly apartFrom?: readonly IncidentNumber[];
}

/** How often an alert came in the past without belonging to any incident. */
export interface KnownHabit {
  readonly rule: string;
  readonly alertKey: string;
  readonly count: number;
  readonly firstSeenAt: Date;
}

/** What a strategy decides. */
export type Decision =
  | {
      /** A new incident, with the alerts that make it (held ones of before included). */
      readonly kind: 'open';
      readonly group: GroupId;
      readonly keys: readonly string[];
      readonly title: string;
      readonly severity: Severity;
      readonly services: readonly string[];
      readonly alerts: readonly PlacedRef[];
      /** Alerts of other incidents that turned out to belong here. */
      readonly moved: readonly PlacedRef[];
      readonly reason: DecisionReason;
      /** Null from a strategy that makes none. */
      readonly assessment: GroupAssessment | null;
    }
  | {
      /** An alert joins a group; the group's severity and services as they are with it. */
      readonly kind: 'join';
      readonly group: GroupId;
      readonly alert: PlacedRef;
      readonly severity: Severity;
      readonly services: readonly string[];
    }
  | {
      /** An alert of one group turned out to belong to another. */
      readonly kind: 'move';
      readonly from: GroupId;
      readonly group: GroupId;
      readonly alert: PlacedRef;
      readonly severity: Severity;
      readonly services: readonly string[];
    }
  | {
      /** Two incidents turned out to be one. */
      readonly kind: 'merge';
      readonly group: GroupId;
      readonly absorbed: GroupId;
      readonly reason: DecisionReason;
    }
  | {
      /** What is made of a group as a whole has changed. */
      readonly kind: 'assess';
      readonly group: GroupId;
      readonly assessment: GroupAssessment;
    }
  | {
      /** Left alone for now: visible, counted, no incident. The reason says why no group took it. */
      readonly kind: 'hold';
      readonly alert: AlertRef;
      /** The incident's group that came nearest; null when none did. */
      readonly nearest: GroupId | null;
      readonly reason: DecisionReason;
    };

export interface Strategy<Window> {
  readonly name: string;
  /** How long an incident matters after its last alert, in milliseconds. */
  readonly memoryMs: number;
  /** How long habits matter. */
  readonly habitMs: number;
  /** An empty window. */
  empty(): Window;
  /** Tells the window of what was background up to a time, from which on it decides the past again. Comes first. */
  restoreHabits(window: Window, until: Date, habits: readonly KnownHabit[]): void;
  /**
   * Tells a window that has decided the past again of an incident that stands, and which of its groups that is, if one is. Gives
   * the group by which decisions will name it; null when that one has been over for long.
   */
  restoreGroup(window: Window, known: KnownGroup, decided: GroupId | null): GroupId | null;
  /** Forgets a group that was decided again but is no incident, or one that takes no more alerts. */
  dropGroup(window: Window, group: GroupId): void;
  /** Corrects where the alert of an earlier change is: decided again to be in one group, it stands in another. Comes after the groups. */
  correctLink(window: Window, change: AlertChange, decided: GroupId | null, stands: GroupId | null): void;
  /** Forgets the alert of an earlier change, as its incident takes no more. */
  forgetAlert(window: Window, change: AlertChange, decided: GroupId | null): void;
  /** A person has put the alert of an earlier change where it stands; null: out of every incident. There it stays. Comes after it was corrected. */
  holdAlert(window: Window, change: AlertChange, decided: GroupId | null, stands: GroupId | null): void;
  /** Takes in one change and decides. Deterministic; cost independent of how many alerts are active. */
  decide(window: Window, change: AlertChange): readonly Decision[];
  /** Takes in a deploy or another change. Repeats do no harm. */
  noteChange(window: Window, event: ChangeEvent): void;
  /** Tells the time when no alert does. Calling it often, seldom or never leads to the same decisions. */
  pass(window: Window, at: Date): readonly Decision[];
}
