/** Alerts over HTTP, each with the incident it belongs to and why. */
import { incidentKey, sourceId, type AlertSummary, type IncidentLane, type IncidentLanes } from '#contract';
import { viewerOf } from '../access/index.ts';
import { alertIdOf, severityOf, splitAlertId } from '../ingest/index.ts';
import { readAlertNoise } from '../noise/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { notFoundError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/route.ts';
import { summariseTrend } from './alertTrend.ts';
import { selectAlertPast } from './alertTrendStore.ts';
import { findAlertHistory, findAlertRow, listAlertRows, listIncidentAlertRows, type AlertRow, type LooseAlertRow } from './alertStore.ts';
import { toDecisionReason, toIncidentNumber } from './incident.ts';
import { listLaneBarRows, type LaneBarRow } from './laneStore.ts';
import { incidentExists } from './readStore.ts';

/** Members of the payload that lead somewhere, by the name of the link. */
const LINK_MEMBERS = {
  rule: 'generatorURL', silence: 'silenceURL', dashboard: 'dashboardURL', panel: 'panelURL', image: 'imageURL',
} as const;

/** Only web addresses become links; anything else a sender may write stays text. */
function webAddress(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) ? value : null;
}

function linksOf(row: AlertRow): AlertSummary['links'] {
  const links: AlertSummary['links'] = {};
  for (const name of ['rule', 'silence', 'dashboard', 'panel', 'image'] as const) {
    const address = webAddress(row.details[LINK_MEMBERS[name]]);
    if (address !== null) links[name] = address;
  }
  const runbook = webAddress(row.annotations['runbook_url']);
  if (runbook !== null) links.runbook = runbook;
  return links;
}

function toAlertSummary(row: AlertRow): AlertSummary {
  return {
    id: alertIdOf(row.alert_key, row.starts_at),
    source: sourceId.parse(row.source_id),
    fingerprint: row.fingerprint,
    name: row.name,
    summary: row.summary,
    status: row.status,
    severity: severityOf(row.severity),
    service: row.service,
    team: row.team,
    environment: row.environment,
    cluster: row.cluster,
    startsAt: row.starts_at.toISOString(),
    saidStartsAt: typeof row.details['startsAt'] === 'string' ? row.details['startsAt'] : null,
    endsAt: row.ends_at?.toISOString() ?? null,
    endReason: row.end_reason,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    occurrences: Number(row.occurrences),
    labels: row.labels,
    links: linksOf(row),
    incident: row.incident_number === null ? null : toIncidentNumber(row.incident_number),
    why: toDecisionReason(row.reason),
    whyNot: null,
  };
}

/** The same of an alert that may be in no incident. */
function toLooseAlert(row: LooseAlertRow): AlertSummary {
  const reason = toDecisionReason(row.why_not);
  if (row.why_not_at === null || reason === null) return toAlertSummary(row);
  return { ...toAlertSummary(row), whyNot: { at: row.why_not_at.toISOString(), nearest: row.why_not_nearest === null ? null : toIncidentNumber(row.why_not_nearest), reason } };
}

/** More services than this tell no story any more. */
const MOST_LANES = 60;

/** Rows come lane by lane. */
function toLanes(rows: readonly LaneBarRow[]): IncidentLanes {
  const lanes: IncidentLane[] = [];
  for (const row of rows) {
    let lane = lanes.at(-1);
    if (lane === undefined || lane.service !== row.service) {
      lane = {
        service: row.service, firstAt: row.first_at.toISOString(), alertsFiring: row.firing, alertsTotal: row.total, worst: severityOf(row.worst), bars: [],
      };
      lanes.push(lane);
    }
    lane.bars.push({
      id: alertIdOf(row.alert_key, row.starts_at), name: row.name, summary: row.summary, severity: severityOf(row.severity), status: row.status,
      startsAt: row.starts_at.toISOString(), endsAt: row.ends_at?.toISOString() ?? null,
    });
  }
  return { lanes, leftOut: (rows[0]?.lanes ?? 0) - lanes.length };
}

/** A member of a payload, if it is an object. */
function objectMember(details: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> | null {
  const value = details[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** Makes the handlers. */
export function createAlertHandlers(deps: { readonly db: Queryable; readonly clock: Clock }): Handlers<'listAlerts' | 'getAlert' | 'getAlertTrend' | 'listIncidentAlerts' | 'getIncidentLanes'> {
  const { db, clock } = deps;
  return {
    async listAlerts({ query }, { caller }) {
      const { rows, nextCursor, total } = await listAlertRows(db, caller.orgId, viewerOf(caller), query);
      return { items: rows.map(toLooseAlert), nextCursor, total };
    },
    async listIncidentAlerts({ params, query }, { caller }) {
      if (!(await incidentExists(db, caller.orgId, viewerOf(caller), params.number))) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      const { rows, nextCursor, total } = await listIncidentAlertRows(db, caller.orgId, params.number, query);
      return { items: rows.map(toAlertSummary), nextCursor, total };
    },
    async getAlertTrend({ params }, { caller }) {
      const past = await selectAlertPast(db, caller.orgId, viewerOf(caller), splitAlertId(params.id).keyBigint);
      if (past === null) throw notFoundError(`alert ${params.id} does not exist`);
      return summariseTrend(past.episodes, past.firstMs, past.capped, clock.nowMs());
    },
    async getIncidentLanes({ params }, { caller }) {
      if (!(await incidentExists(db, caller.orgId, viewerOf(caller), params.number))) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      return toLanes(await listLaneBarRows(db, caller.orgId, params.number, MOST_LANES));
    },
    async getAlert({ params }, { caller }) {
      const { keyBigint, startsAt } = splitAlertId(params.id);
      const row = await findAlertRow(db, caller.orgId, viewerOf(caller), keyBigint, startsAt);
      if (row === undefined) throw notFoundError(`alert ${params.id} does not exist`);
      const [history, noise] = await Promise.all([
        findAlertHistory(db, caller.orgId, keyBigint, startsAt),
        readAlertNoise(db, caller.orgId, viewerOf(caller), clock.now(), {
          alertKey: row.alert_key, startsAt, sourceId: row.source_id, name: row.name, summary: row.summary, severity: severityOf(row.severity), service: row.service,
          team: row.team, environment: row.environment, cluster: row.cluster, labels: { ...row.derived, ...row.labels }, firing: row.status === 'firing',
        }),
      ]);
      return {
        ...toLooseAlert(row),
        derived: row.derived ?? {},
        annotations: row.annotations,
        values: objectMember(row.details, 'values'),
        details: row.details,
        notification: row.envelope,
        noise,
        history: history.map((change) => ({
          at: change.recorded_at.toISOString(), kind: change.kind, endsAt: change.ends_at?.toISOString() ?? null, values: change.content?.values ?? null,
        })),
      };
    },
  };
}
