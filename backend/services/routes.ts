/** What the catalogue and the alerts say together: live state, alerts without a service, learned dependencies. */
import type { OrgId, UnresolvedAlert } from '#contract';
import { viewerOf } from '../access/index.ts';
import { createEntityResolver, learnDependencies, type CatalogLookup, type EntityResolver, type ProposalService, type ResolvedEntity, type ServiceAlert, type Topology } from '../catalog/index.ts';
import { alertIdOf, severityOf } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import { countFiring, selectBegun, selectFiringBeside, selectOpenIncidents, type ClueRow } from './alertStore.ts';
import { serviceStates, type FiringCount } from './serviceStates.ts';

export interface ServiceHandlersDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalog: CatalogLookup;
  readonly learner: DependencyLearner;
}

/** Alerts without a known service that are looked at one by one; more of them tell nothing new. */
const MAX_CHECKED = 2_000;
const MAX_LISTED = 200;
const LEARN_DAYS = 30;
const MAX_LEARNED_FROM = 50_000;
/** So many alerts are resolved before others get their turn. */
const RESOLVE_SLICE = 500;
const DAY_MS = 86_400_000;

/** Names by which the catalogue knows services, with the service. */
function namesOf(topology: Topology): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name, aliases } of topology.services) {
    for (const alias of aliases) names.set(alias.toLowerCase(), name);
  }
  for (const { name } of topology.services) names.set(name.toLowerCase(), name);
  return names;
}

function resolve(resolver: EntityResolver, row: ClueRow): ResolvedEntity {
  return resolver.resolve({ service: row.service, cluster: row.cluster, labels: row.labels, summary: row.summary, description: row.description ?? '' });
}

/** Why no service of the catalogue was found; null when one was, or a host or switch. */
function whyUnresolved(found: ResolvedEntity): string | null {
  if (found.kind === null) return found.why;
  if (found.kind === 'service' && !found.known) return `it is labelled ${found.name ?? ''}, but no service of the catalogue has the name or alias ${found.name ?? ''}`;
  return null;
}

export interface DependencyLearner {
  /** Looks through the alerts of the last weeks and proposes what they suggest. */
  learn(orgId: OrgId): Promise<{ readonly alerts: number; readonly proposed: number }>;
}

/** Proposes dependencies. Running it twice renews the evidence of open proposals and does no harm. */
export function createDependencyLearner({ db, clock, catalog, proposals }: {
  readonly db: Database; readonly clock: Clock; readonly catalog: CatalogLookup; readonly proposals: ProposalService;
}): DependencyLearner {
  return {
    async learn(orgId) {
      const topology = await catalog.topologyOf(orgId);
      if (topology.services.length === 0) return { alerts: 0, proposed: 0 };
      const rows = await selectBegun(db, orgId, new Date(clock.nowMs() - LEARN_DAYS * DAY_MS), MAX_LEARNED_FROM);
      const resolver = createEntityResolver(topology);
      const names = namesOf(topology);
      const alerts: ServiceAlert[] = [];
      for (const [index, row] of rows.entries()) {
        if (index % RESOLVE_SLICE === RESOLVE_SLICE - 1) await new Promise((done) => setImmediate(done));
        const found = resolve(resolver, row);
        if (found.service === null || !found.known) continue;
        const blames = found.blamed.map((name) => names.get(name.toLowerCase())).find((name) => name !== undefined);
        alerts.push({ service: found.service, atMs: row.starts_at.getTime(), name: row.name, blames: blames ?? null });
      }
      const proposed = await proposals.propose(orgId, learnDependencies(alerts, topology.edges));
      return { alerts: rows.length, proposed };
    },
  };
}

/** Makes the handlers. */
export function createServiceHandlers({ db, clock, catalog, learner }: ServiceHandlersDeps): Handlers<'getServiceStates' | 'listUnresolved' | 'learnDependencies'> {
  async function firingBeside(orgId: OrgId, topology: Topology, names: ReadonlyMap<string, string>): Promise<{ row: ClueRow; found: ResolvedEntity }[]> {
    const rows = await selectFiringBeside(db, orgId, [...names.keys()], MAX_CHECKED);
    const resolver = createEntityResolver(topology);
    return rows.map((row) => ({ row, found: resolve(resolver, row) }));
  }

  return {
    async getServiceStates(_, { caller }) {
      const topology = await catalog.topologyOf(caller.orgId);
      const names = namesOf(topology);
      const [counts, incidents] = await Promise.all([countFiring(db, caller.orgId), selectOpenIncidents(db, caller.orgId, viewerOf(caller))]);
      const firing: FiringCount[] = [];
      let unknown = false;
      for (const { service, severity, n } of counts) {
        const name = service === null ? undefined : names.get(service);
        if (name === undefined) unknown = true;
        else firing.push({ service: name, severity: severityOf(severity), alerts: n });
      }
      if (unknown && topology.services.length > 0) {
        for (const { row, found } of await firingBeside(caller.orgId, topology, names)) {
          if (found.service !== null && found.known) firing.push({ service: found.service, severity: severityOf(row.severity), alerts: 1 });
        }
      }
      const named = incidents.map((incident) => ({ ...incident, services: [...new Set(incident.services.map((service) => names.get(service) ?? service))] }));
      return { items: serviceStates(topology, firing, named), at: clock.now().toISOString() };
    },

    async listUnresolved(_, { caller }) {
      const topology = await catalog.topologyOf(caller.orgId);
      const names = namesOf(topology);
      const counts = await countFiring(db, caller.orgId);
      const known = counts.filter(({ service }) => service !== null && names.has(service)).reduce((sum, { n }) => sum + n, 0);
      const beside = await firingBeside(caller.orgId, topology, names);
      const unresolved = beside.flatMap(({ row, found }): UnresolvedAlert[] => {
        const reason = whyUnresolved(found);
        if (reason === null) return [];
        return [{
          id: alertIdOf(row.alert_key, row.starts_at), name: row.name, summary: row.summary, severity: severityOf(row.severity), startsAt: row.starts_at.toISOString(),
          labels: row.labels, reason,
        }];
      });
      return { items: unresolved.slice(0, MAX_LISTED), checked: known + beside.length, unresolved: unresolved.length };
    },

    learnDependencies: (_, { caller }) => learner.learn(caller.orgId),
  };
}
