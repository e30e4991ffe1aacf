/** Port through which the correlator's decisions become incidents. The incidents module implements it. */
import type { DecisionReason, IncidentNumber, OrgId, Severity } from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';
import type { GroupAssessment } from './assessment.ts';
import type { AlertRef, KnownGroup, KnownHabit } from './strategy.ts';

export interface LinkedAlert extends AlertRef {
  readonly firing: boolean;
  readonly reason: DecisionReason;
}

/** What one batch of changes means for one incident. */
export interface IncidentChange {
  /** Null for a new incident. */
  readonly incident: IncidentNumber | null;
  /** Only read for a new incident. */
  readonly title: string;
  readonly keys: readonly string[];
  readonly reason: DecisionReason | null;
  /** Graver than before, or the same; never lower. Null: unchanged. */
  readonly severity: Severity | null;
  readonly services: readonly string[];
  readonly joined: readonly LinkedAlert[];
  /** How many of its alerts stopped firing, those of absorbed incidents included. Where `moved` makes an incident be counted anew, they are not counted off besides. */
  readonly ended: number;
  /** What the engine makes of the whole; null: unchanged. */
  readonly assessment: GroupAssessment | null;
  /**
   * Alerts of other incidents that belong here after all. Those that a person has placed stay where
   * they are. With a new incident this is a split.
   */
  readonly moved: readonly LinkedAlert[];
  /**
   * Incidents that turned out to be this one. The oldest number survives, whichever it is, with the
   * furthest state of them; `apply` gives the survivor's number.
   */
  readonly absorbed: readonly IncidentNumber[];
}

/** Where an alert is. */
export interface AlertPlace {
  readonly incident: IncidentNumber | null;
  readonly byPerson: boolean;
}

export interface IncidentSink {
  /** Incidents that may still take alerts: open ones, and refused ones whose alerts go on. */
  loadGroups(q: Queryable, orgId: OrgId, since: Date): Promise<KnownGroup[]>;
  /** How often alerts came between two times without belonging to any incident. */
  habits(q: Queryable, orgId: OrgId, since: Date, until: Date): Promise<KnownHabit[]>;
  /**
   * Keeps people from merging or moving alerts until the transaction ends. Gives a mark that is
   * another one after each time that people have: a window made under an older mark is stale.
   */
  lockLinks(tx: Transaction, orgId: OrgId): Promise<string>;
  /** The mark, read without locking: for a window that is being rebuilt, before anything else is read. */
  linkMark(q: Queryable, orgId: OrgId): Promise<string>;
  /** Where each alert is, and whether a person has put it there, in the order asked. */
  placesOf(q: Queryable, orgId: OrgId, alerts: readonly AlertRef[]): Promise<AlertPlace[]>;
  /** Incident of each alert that has one, in the order asked. */
  incidentsOf(q: Queryable, orgId: OrgId, alerts: readonly AlertRef[]): Promise<(IncidentNumber | null)[]>;
  /**
   * Writes the changes and appends their events; gives the number for each change, in order. It may
   * be the number of an older incident: one that absorbed it, or one that these alerts reopened.
   * Throws `StaleWindowError` when an incident no longer takes alerts.
   */
  apply(tx: Transaction, orgId: OrgId, at: Date, changes: readonly IncidentChange[]): Promise<IncidentNumber[]>;
  /** Begins anew with what the database says is yet to be told. After a take-over and whenever a transaction of `apply` or `tell` has failed. */
  recallUntold(q: Queryable, orgId: OrgId, at: Date): Promise<void>;
  /** When `tell` has something to do next; null when nothing waits. */
  untoldDueMs(orgId: OrgId, at: Date): number | null;
  /**
   * Tells of alerts that joined or ended since their incident was last told of: `apply` tells the first at
   * once, and leaves what follows closely to this. `all` tells what is not due yet, too.
   */
  tell(tx: Transaction, orgId: OrgId, at: Date, all: boolean): Promise<void>;
  /** Settles incidents whose alerts have all been over since before `quietSince`. Gives how many changed. */
  settle(orgId: OrgId, quietSince: Date, at: Date): Promise<number>;
}

/** The window knows an incident that a person has closed or merged meanwhile: rebuild it and decide anew. */
export class StaleWindowError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StaleWindowError';
  }
}
