/** What runbooks need from beside and above them; `app.ts` plugs it in. */
import type { OrgId, Role, RunbookDocument, RunbookId, UserKey, UserRef } from '#contract';
import type { Viewer } from '../../access/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import type { Scope } from './kinds/kind.ts';

/** A published text as runs use it. */
export interface RunnableRunbook {
  readonly version: number;
  readonly document: RunbookDocument;
}

/** Where runs get their runbooks from. */
export interface RunbookSource {
  findLive(q: Queryable, orgId: OrgId, id: RunbookId): Promise<RunnableRunbook | null>;
}

/** Secrets of steps. Throws when one is not there, or not for this runbook or role. */
export interface OpenSecrets {
  open(q: Queryable, orgId: OrgId, names: readonly string[], use: { readonly runbook: RunbookId; readonly role: Role }): Promise<ReadonlyMap<string, string>>;
}

/** What expressions know of an incident, read anew: `incident`, `alerts`, `services`. */
export interface IncidentScopes {
  /** The scope, the number of the incident that goes on after merges, and whether it belongs to a drill. */
  read(q: Queryable, orgId: OrgId, incident: number | null): Promise<{ readonly scope: Scope; readonly number: number | null; readonly drill: boolean }>;
}

/** What it rests on that a runbook is suggested for an incident, by what everybody may see; null: it is not suggested. */
export type BasisOf = (orgId: OrgId, viewer: Viewer, incident: number, runbook: RunbookId) => Promise<string | null>;

/** People of the organisation, by key. */
export interface PeopleLookup {
  find(orgId: OrgId, keys: readonly UserKey[]): Promise<Map<UserKey, UserRef>>;
}
