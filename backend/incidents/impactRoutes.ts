/** The blast radius and the regroupings of an incident over HTTP. */
import { incidentKey, UNDO_WITHIN_MINUTES, type Regrouping } from '#contract';
import { viewerOf } from '../access/index.ts';
import { severityOf } from '../ingest/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { notFoundError } from '../platform/errors.ts';
import { decodeCursor, toPage } from '../platform/http/cursor.ts';
import type { Caller, Handlers } from '../platform/http/route.ts';
import { listServiceAlertRows } from './alertStore.ts';
import { blastRadiusOf, impactIndexOf } from './impact.ts';
import { causeAskedOf, toIncidentNumber, type IncidentRow } from './incident.ts';
import type { CatalogLookup, LeadingCauses } from './ports.ts';
import { findIncident } from './readStore.ts';
import { listRegroupingRows, type RegroupingRow } from './regroupStore.ts';
import type { SettingsReader } from './settingsStore.ts';

export interface ImpactRoutesDeps {
  readonly db: Queryable;
  readonly settings: SettingsReader;
  readonly catalog: CatalogLookup;
  readonly leadingCauses: LeadingCauses;
}

function toRegrouping(row: RegroupingRow): Regrouping {
  return {
    id: row.id, kind: row.kind, at: row.at.toISOString(), by: row.actor, from: toIncidentNumber(row.from_incident),
    into: row.into_incident === null ? null : toIncidentNumber(row.into_incident), alerts: row.alerts, reason: row.reason,
    undoableUntil: new Date(row.at.getTime() + UNDO_WITHIN_MINUTES * 60_000).toISOString(), undoneAt: row.undone_at?.toISOString() ?? null,
  };
}

/** Makes the handlers. */
export function createImpactHandlers({ db, settings, catalog, leadingCauses }: ImpactRoutesDeps): Handlers<'getBlastRadius' | 'listRegroupings'> {
  async function find(caller: Caller, number: number): Promise<IncidentRow> {
    const row = await findIncident(db, caller.orgId, viewerOf(caller), number);
    if (row === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    return row;
  }

  return {
    async getBlastRadius({ params }, { caller }) {
      const row = await find(caller, params.number);
      const [alerts, current, snapshot, causes] = await Promise.all([
        listServiceAlertRows(db, caller.orgId, params.number), settings.read(db, caller.orgId), catalog.catalogOf(caller.orgId), leadingCauses(caller.orgId, [causeAskedOf(row)]),
      ]);
      const named = new Set(alerts.map((entry) => entry.service));
      // Services that the engine read out of texts, or that a person named, have no alert by label.
      const unnamed = row.services.filter((service) => !named.has(service)).map((service) => ({ service, firing: 0, total: 0, gravest: null }));
      return blastRadiusOf(impactIndexOf(snapshot), [...alerts, ...unnamed].map((entry) => ({
        service: entry.service, firing: entry.firing, total: entry.total, gravestFiring: entry.gravest === null ? null : severityOf(entry.gravest),
      })), causes.get(row.number)?.service ?? null, current.severityPolicy.atRiskHops);
    },
    async listRegroupings({ params, query }, { caller }) {
      await find(caller, params.number);
      const before = decodeCursor(query.cursor, ([id, ...rest]) => /^\d{1,18}$/.test(id ?? '') && rest.length === 0);
      const rows = await listRegroupingRows(db, caller.orgId, viewerOf(caller), params.number, before?.[0] ?? null, query.limit);
      return toPage(rows.map(toRegrouping), query.limit, ({ id }) => [id]);
    },
  };
}
