/** What incidents need from modules that stand beside them; `app.ts` plugs it in. */
import type { Actor, BusinessCriticality, IncidentAssessment, IncidentRole, OrgId, ProbableCause, UserKey } from '#contract';
import { EMPTY_TOPOLOGY, type Topology } from '../catalog/index.ts';
import type { NewEvent } from '../eventlog/index.ts';
import type { Transaction } from '../platform/db/database.ts';

/** What the business sees of a service. */
export interface ServiceBusiness {
  readonly businessService: string | null;
  readonly users: number | null;
  readonly costPerMinute: number | null;
  readonly regions: readonly string[];
}

/** The catalogue as impact is computed from it: a snapshot. */
export interface ImpactCatalog {
  readonly topology: Topology;
  /** By the names of the topology. */
  readonly services: ReadonlyMap<string, ServiceBusiness>;
  readonly businessServices: ReadonlyMap<string, BusinessCriticality>;
}

export const EMPTY_CATALOG: ImpactCatalog = { topology: EMPTY_TOPOLOGY, services: new Map(), businessServices: new Map() };

export interface CatalogLookup {
  /** The snapshot of this moment; the same object as long as nothing has changed. */
  catalogOf(orgId: OrgId): Promise<ImpactCatalog>;
}

/** For an installation without a catalogue. */
export const NO_CATALOG: CatalogLookup = { catalogOf: () => Promise.resolve(EMPTY_CATALOG) };

/** An incident whose leading cause is asked for: what the engine suspects, and whether diagnosis is in shadow. */
export interface CauseAsked {
  readonly number: number;
  readonly roots: IncidentAssessment['roots'];
  readonly isShadow: boolean;
}

/** What stands first on the boards of causes, by number. */
export type LeadingCauses = (orgId: OrgId, incidents: readonly CauseAsked[]) => Promise<ReadonlyMap<number, ProbableCause>>;

/** A role of an incident goes from one person to another. */
export interface RoleMove {
  readonly orgId: OrgId;
  readonly incident: number;
  readonly role: IncidentRole;
  readonly actor: Actor;
  readonly from: UserKey | null;
  readonly to: UserKey | null;
  /** Name of who has it now. */
  readonly toName: string | null;
}

/** Told in the transaction of the hand-over; gives events to append with it. */
export type RoleMoved = (tx: Transaction, move: RoleMove) => Promise<readonly NewEvent[]>;
