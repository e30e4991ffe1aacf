/** Incidents over HTTP: parse nothing, decide nothing, only connect the contract with the service. */
import {
  incidentKey, userKey, type Incident, type IncidentNumber, type IncidentSummary, type LifecycleCommand, type OrgId, type Privacy, type Severity, type UserKey, type UserRef,
} from '#contract';
import { authorize, findPrivacy, viewerOf, type Viewer } from '../access/index.ts';
import { severityOf } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { notFoundError } from '../platform/errors.ts';
import { decodeCursor, toPage } from '../platform/http/cursor.ts';
import type { Caller, Handlers, RequestContext } from '../platform/http/route.ts';
import { missingFields, typeOf } from './fieldRules.ts';
import { lifecycleFacts, type Command } from './guards.ts';
import { computeImpact, impactIndexOf, type ImpactIndex } from './impact.ts';
import {
  causeAskedOf, expiryOf, shownAssessment, toDecisionReason, toDeclaration, toFields, toIncidentNumber, toLinks, toSeverityInputs, toSummary, type FindUser, type IncidentRow,
} from './incident.ts';
import type { CatalogLookup, LeadingCauses } from './ports.ts';
import type { PrivacyService } from './privacyService.ts';
import { countOpen, findIncident, findIncidentExtras, listIncidentRows } from './readStore.ts';
import type { Regrouper } from './regrouper.ts';
import type { IncidentService, UserDirectory } from './service.ts';
import type { IncidentSettings, SettingsReader } from './settingsStore.ts';
import { availableCommands, type LifecycleRules } from './stateMachine.ts';
import type { TimesReader } from './timesReader.ts';

export type IncidentOperation =
  | 'listIncidents' | 'countIncidents' | 'declareIncident' | 'getIncident' | 'editIncident' | 'promoteIncident' | 'rejectIncident'
  | 'acknowledgeIncident' | 'identifyIncident' | 'startMitigation' | 'mitigateIncident' | 'resolveIncident' | 'reviewIncident'
  | 'closeIncident' | 'reopenIncident' | 'cancelIncident' | 'setIncidentSeverity' | 'assignCommander' | 'setIncidentFields' | 'mergeIncident'
  | 'splitIncident' | 'moveAlerts' | 'undoRegrouping' | 'makeIncidentPrivate' | 'makeIncidentOpen' | 'setIncidentMembers' | 'listPrivateIncidents'
  | 'enterPrivateIncident';

export interface IncidentRoutesDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly service: IncidentService;
  readonly regrouper: Regrouper;
  readonly settings: SettingsReader;
  readonly catalog: CatalogLookup;
  readonly rules: LifecycleRules;
  readonly times: TimesReader;
  readonly privacy: PrivacyService;
  readonly leadingCauses: LeadingCauses;
}

/** The caller as the service knows it. */
export function commandOf(context: { readonly caller: Caller; readonly ifMatch: number | null }): Command {
  const { caller, ifMatch } = context;
  return { orgId: caller.orgId, actor: caller.actor, userKey: caller.userKey, viewer: viewerOf(caller), ifMatch };
}

interface Showing {
  readonly findUser: FindUser;
  readonly current: IncidentSettings;
  readonly index: ImpactIndex;
  readonly causes: Awaited<ReturnType<LeadingCauses>>;
}

/** Makes the handlers. */
export function createIncidentHandlers(deps: IncidentRoutesDeps): Handlers<IncidentOperation> {
  const { db, clock, users, service, regrouper, settings, catalog, rules, privacy, leadingCauses } = deps;

  async function directoryFor(orgId: OrgId, rows: readonly IncidentRow[]): Promise<FindUser> {
    const keys = [...new Set(rows.flatMap((row) => (row.commander_key === null ? [] : [row.commander_key])))].map((key) => userKey.parse(key));
    const found = keys.length === 0 ? new Map<UserKey, UserRef>() : await users.find(orgId, keys);
    return (key) => found.get(key);
  }

  /** Everything that turns rows into what is shown. */
  async function showing(orgId: OrgId, rows: readonly IncidentRow[]): Promise<Showing> {
    const [findUser, current, snapshot, causes] = await Promise.all([directoryFor(orgId, rows), settings.read(db, orgId), catalog.catalogOf(orgId), leadingCauses(orgId, rows.map(causeAskedOf))]);
    return { findUser, current, index: impactIndexOf(snapshot), causes };
  }

  function impactOf(row: IncidentRow, viewer: { current: IncidentSettings; index: ImpactIndex }, clusters: readonly string[]) {
    return computeImpact(viewer.index, {
      services: row.services, clusters, startedAtMs: (row.impact_started_at ?? row.first_alert_at)?.getTime() ?? null,
      untilMs: (row.mitigated_at ?? row.resolved_at ?? row.closed_at)?.getTime() ?? clock.nowMs(),
    }, viewer.current.severityPolicy.atRiskHops);
  }

  function summarise(row: IncidentRow, viewer: Showing): IncidentSummary {
    return toSummary(row, viewer.findUser, {
      impact: impactOf(row, viewer, []), expiresAt: expiryOf(row, viewer.current.declarePolicy.candidateExpiryMinutes),
      type: typeOf(viewer.current.incidentTypes, row.incident_type).id, cause: viewer.causes.get(row.number) ?? null,
    });
  }

  /** Who sees it, with their names. */
  async function privacyOf(orgId: OrgId, row: IncidentRow): Promise<Privacy | null> {
    const found = row.is_private ? await findPrivacy(db, orgId, row.number) : null;
    if (found === null) return null;
    const known = await users.find(orgId, found.members);
    return { since: found.since.toISOString(), by: found.by, reason: found.reason, members: found.members.map((key) => known.get(key) ?? { key, login: key, name: key }) };
  }

  async function read(caller: Caller, number: IncidentNumber): Promise<Incident> {
    const { orgId } = caller;
    const viewer: Viewer = viewerOf(caller);
    const row = await findIncident(db, orgId, viewer, number);
    if (row === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    const [shown, extras, times, hidden] = await Promise.all([
      showing(orgId, [row]), findIncidentExtras(db, orgId, viewer, number), deps.times.read(orgId, row), privacyOf(orgId, row),
    ]);
    const type = typeOf(shown.current.incidentTypes, row.incident_type);
    const fields = toFields(row.fields);
    return {
      ...summarise(row, shown),
      description: row.description,
      groupingReason: toDecisionReason(row.grouping_reason),
      declarationReason: row.declaration_reason,
      declaration: toDeclaration(row.declaration),
      assessment: shownAssessment(row),
      impactDetails: impactOf(row, shown, extras.clusters),
      severityInputs: toSeverityInputs(row.severity_inputs),
      fields,
      links: toLinks(row.links),
      recurrences: extras.recurrences.map(toIncidentNumber),
      times,
      privacy: hidden,
      availableCommands: availableCommands(lifecycleFacts(row), clock.nowMs(), rules).map((command) => ({
        ...command, missingFields: missingFields(type, fields, command.to).map((field) => field.label),
      })),
      mergedFrom: extras.mergedFrom.map(toIncidentNumber),
      lastEventPosition: extras.lastEventPosition,
    };
  }

  function lifecycle(what: LifecycleCommand) {
    return async (request: { params: { number: IncidentNumber }; body: { reason?: string | undefined } }, context: RequestContext): Promise<Incident> => {
      await service.run(commandOf(context), request.params.number, what, request.body.reason);
      return read(context.caller, request.params.number);
    };
  }

  return {
    async listIncidents({ query }, { caller }) {
      const { rows, nextCursor, total } = await listIncidentRows(db, caller.orgId, viewerOf(caller), query);
      const shown = await showing(caller.orgId, rows);
      return { items: rows.map((row) => summarise(row, shown)), nextCursor, total };
    },
    async countIncidents(_request, { caller }) {
      const rows = await countOpen(db, caller.orgId, viewerOf(caller));
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
      if (body.private !== undefined) authorize('makeIncidentPrivate', context.caller);
      return read(context.caller, await service.declare(commandOf(context), body));
    },
    getIncident: ({ params }, { caller }) => read(caller, params.number),
    async editIncident({ params, body }, context) {
      await service.edit(commandOf(context), params.number, body);
      return read(context.caller, params.number);
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
      return read(context.caller, params.number);
    },
    async assignCommander({ params, body }, context) {
      await service.assignCommander(commandOf(context), params.number, body.commander);
      return read(context.caller, params.number);
    },
    async setIncidentFields({ params, body }, context) {
      await service.setFields(commandOf(context), params.number, body);
      return read(context.caller, params.number);
    },
    async mergeIncident({ params, body }, context) {
      await regrouper.merge(commandOf(context), params.number, body.into, body.reason);
      return read(context.caller, body.into);
    },
    async splitIncident({ params, body }, context) {
      return read(context.caller, await regrouper.split(commandOf(context), params.number, body));
    },
    async moveAlerts({ params, body }, context) {
      await regrouper.move(commandOf(context), params.number, body);
      return read(context.caller, params.number);
    },
    async makeIncidentPrivate({ params, body }, context) {
      await privacy.makePrivate(commandOf(context), params.number, body);
      return read(context.caller, params.number);
    },
    async makeIncidentOpen({ params, body }, context) {
      await privacy.makeOpen(commandOf(context), params.number, body.reason);
      return read(context.caller, params.number);
    },
    async setIncidentMembers({ params, body }, context) {
      await privacy.setMembers(commandOf(context), params.number, body);
      return read(context.caller, params.number);
    },
    async listPrivateIncidents({ query }, { caller }) {
      const before = decodeCursor(query.cursor, ([number, ...rest]) => /^\d{1,9}$/.test(number ?? '') && rest.length === 0);
      return toPage(await privacy.list(caller.orgId, viewerOf(caller), before === null ? null : Number(before[0]), query.limit), query.limit, ({ number }) => [String(number)]);
    },
    async enterPrivateIncident({ params, body }, context) {
      await privacy.enter(commandOf(context), params.number, body.reason);
      return read(context.caller, params.number);
    },
    async undoRegrouping({ params, body }, context) {
      return read(context.caller, await regrouper.undo(commandOf(context), params.id, body.reason));
    },
  };
}
