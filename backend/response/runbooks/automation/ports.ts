/** What automation needs from its neighbours; whoever puts the module together plugs it in. */
import type { Actor, Agent, JsonValue, OrgId, Role, RunbookDocument, RunbookId, RunbookPolicy, RunId, RunStart, UserKey } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';
import type { OutboundRequest, OutboundResponse } from '../../../platform/outbound/client.ts';
import type { Scope } from '../kinds/kind.ts';

/** A published runbook. */
export interface LiveRunbook {
  readonly version: number;
  readonly document: RunbookDocument;
  readonly source: string;
  /** When its first version was published: what happened before concerns it not. */
  readonly since: Date;
}

/** A run to be started within the transaction of whoever decided it. */
export interface StartCommand {
  readonly orgId: OrgId;
  readonly runbook: RunbookId;
  readonly inputs: Record<string, JsonValue>;
  readonly incident: number | null;
  readonly start: RunStart;
  readonly by: Actor;
  readonly userKey: UserKey | null;
  readonly reason: string | null;
  readonly needsApproval?: RunbookPolicy['approvalRole'];
  readonly drill: boolean;
}

/** What is known of the runs of a runbook. */
export interface RunFigures {
  readonly runs: number;
  readonly successRate: number | null;
  readonly lastTestedAt: Date | null;
}

export interface AutomationPorts {
  listLive(q: Queryable, orgId: OrgId): Promise<readonly LiveRunbook[]>;
  startRun(tx: Transaction, command: StartCommand): Promise<RunId>;
  figuresOf(q: Queryable, orgId: OrgId, runbooks: readonly RunbookId[]): Promise<ReadonlyMap<string, RunFigures>>;
  /** What conditions know of an incident: `incident`, `alerts`, `services`. Null: there is none of that number. */
  incidentScope(q: Queryable, orgId: OrgId, incident: number): Promise<Scope | null>;
  readonly preflight: PreflightPorts;
}

/** What preflight looks at. All of it without effect. */
export interface PreflightPorts {
  call(request: OutboundRequest): Promise<OutboundResponse>;
  /** Throws what is wrong when one does not exist or may not be used. */
  openSecrets(q: Queryable, orgId: OrgId, names: readonly string[], by: { readonly runbook: RunbookId; readonly role: Role }): Promise<ReadonlyMap<string, string>>;
  agentsOf(q: Queryable, orgId: OrgId): Promise<readonly Pick<Agent, 'name' | 'labels' | 'state' | 'commands' | 'kubernetes'>[]>;
  /** How many series a query of Grafana gives. */
  countSeries(orgId: OrgId, query: { readonly datasource: string; readonly query: Record<string, string | number | boolean>; readonly range: string }, signal: AbortSignal): Promise<number>;
}
