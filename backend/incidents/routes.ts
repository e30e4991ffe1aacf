/** Incidents over HTTP: parse nothing, decide nothing, only connect the contract with the service. */
import {
  incidentKey, userKey, type Incident, type IncidentNumber, type LifecycleCommand, type OrgId, type Severity, type UserKey, type UserRef,
} from '#contract';
import { severityOf } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { notFoundError } from '../platform/errors.ts';
import type { Caller, Handlers, RequestContext } from '../platform/http/route.ts';
import { toDecisionReason, toIncidentNumber, toSummary, type FindUser, type IncidentRow } from './incident.ts';
import { countOpen, findIncident, findIncidentExtras, listIncidentRows } from './readStore.ts';
import { lifecycleFacts, type Command, type IncidentService, type UserDirectory } from './service.ts';
import { availableCommands, type LifecycleRules } from './stateMachine.ts';

export type IncidentOperation =
  | 'listIncidents' | 'countIncidents' | 'declareIncident' | 'getIncident' | 'editIncident' | 'promoteIncident' | 'rejectIncident'
  | 'acknowledgeIncident' | 'identifyIncident' | 'startMitigation' | 'mitigateIncident' | 'resolveIncident' | 'reviewIncident'
  | 'closeIncident' | 'reopenIncident' | 'cancelIncident' | 'setIncidentSeverity' | 'assignCommander' | 'mergeIncident';

export interface IncidentRoutesDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly service: IncidentService;
  readonly rules: LifecycleRules;
}

/** The caller as the service knows it. */
export function commandOf(context: { readonly caller: Caller; readonly ifMatch: number | null }): Command {
  const { caller, ifMatch } = context;
  return { orgId: caller.orgId, actor: caller.actor, userKey: caller.userKey, ifMatch };
}

/** Makes the handlers. */
export function createIncidentHandlers(deps: IncidentRoutesDeps): Handlers<IncidentOperation> {
  const { db, clock, users, service, rules } = deps;

  async function directoryFor(orgId: OrgId, rows: readonly IncidentRow[]): Promise<FindUser> {
    const keys = [...new Set(rows.flatMap((row) => (row.commander_key === null ? [] : [row.commander_key])))].map((key) => userKey.parse(key));
    const found = keys.length === 0 ? new Map<UserKey, UserRef>() : await users.find(orgId, keys);
    return (key) => found.get(key);
  }

  async function read(orgId: OrgId, number: IncidentNumber): Promise<Incident> {
    const row = await findIncident(db, orgId, number);
    if (row === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    const [findUser, extras] = await Promise.all([directoryFor(orgId, [row]), findIncidentExtras(db, orgId, number)]);
    return {
      ...toSummary(row, findUser),
      description: row.description,
      groupingReason: toDecisionReason(row.grouping_reason),
      declarationReason: row.declaration_reason,
      availableCommands: availableCommands(lifecycleFacts(row), clock.nowMs(), rules),
      mergedFrom: extras.mergedFrom.map(toIncidentNumber),
      lastEventPosition: extras.lastEventPosition,
    };
  }

  function lifecycle(what: LifecycleCommand) {
    return async (request: { params: { number: IncidentNumber }; body: { reason?: string | undefined } }, context: RequestContext): Promise<Incident> => {
      await service.run(commandOf(context), request.params.number, what, request.body.reason);
      return read(context.caller.orgId, request.params.number);
    };
  }

  return {
    async listIncidents({ query }, { caller }) {
      const { rows, nextCursor, total } = await listIncidentRows(db, caller.orgId, query);
      const findUser = await directoryFor(caller.orgId, rows);
      return { items: rows.map((row) => toSummary(row, findUser)), nextCursor, total };
    },
    async countIncidents(_request, { caller }) {
      const rows = await countOpen(db, caller.orgId);
      const bySeverity: Record<Severity, number> = { sev1: 0, sev2: 0, sev3: 0, sev4: 0, sev5: 0 };
      let candidates = 0;
      let active = 0;
      for (const row of rows) {
        if (row.state === 'candidate') {
          candidates += row.n;
        } else {
          active += row.n;
          bySeverity[severityOf(row.severity)] += row.n;
        }
      }
      return { candidates, active, bySeverity };
    },
    async declareIncident({ body }, context) {
      return read(context.caller.orgId, await service.declare(commandOf(context), body));
    },
    getIncident: ({ params }, { caller }) => read(caller.orgId, params.number),
    async editIncident({ params, body }, context) {
      await service.edit(commandOf(context), params.number, body);
      return read(context.caller.orgId, params.number);
    },
    promoteIncident: lifecycle('promote'),
    rejectIncident: lifecycle('reject'),
    acknowledgeIncident: lifecycle('acknowledge'),
    identifyIncident: lifecycle('identify'),
    startMitigation: lifecycle('start-mitigation'),
    mitigateIncident: lifecycle('mitigate'),
    resolveIncident: lifecycle('resolve'),
    reviewIncident: lifecycle('review'),
    closeIncident: lifecycle('close'),
    reopenIncident: lifecycle('reopen'),
    cancelIncident: lifecycle('cancel'),
    async setIncidentSeverity({ params, body }, context) {
      await service.changeSeverity(commandOf(context), params.number, body.severity, body.reason);
      return read(context.caller.orgId, params.number);
    },
    async assignCommander({ params, body }, context) {
      await service.assignCommander(commandOf(context), params.number, body.commander);
      return read(context.caller.orgId, params.number);
    },
    async mergeIncident({ params, body }, context) {
      await service.merge(commandOf(context), params.number, body.into, body.reason);
      return read(context.caller.orgId, body.into);
    },
  };
}
