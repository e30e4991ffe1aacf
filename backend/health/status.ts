/** How Muster itself is doing, and which hop of a connection is broken. */
import type { ConnectionReport, OrgId, SystemStatus } from '#contract';
import { readCursor } from '../correlation/index.ts';
import { pendingAlertChanges } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import { SILENT_MS } from './heartbeat.ts';
import { listReplicas } from './replicaStore.ts';
import { countFiring, countSources } from './store.ts';

/** Behind by more than this, the correlator is not keeping up. */
export const MAX_CORRELATOR_LAG_MS = 30_000;

export interface CorrelatorState {
  readonly replica: string | null;
  readonly lagMs: number;
  readonly pending: number;
}

/** How far correlation is behind the alert log. */
export async function correlatorState(db: Database, clock: Clock, orgId: OrgId): Promise<CorrelatorState> {
  const cursor = await readCursor(db, orgId);
  const pending = await pendingAlertChanges(db, orgId, cursor.position);
  const lagMs = pending.oldestAt === null ? 0 : Math.max(0, clock.nowMs() - pending.oldestAt.getTime());
  return { replica: cursor.replica, lagMs, pending: pending.count };
}

export interface HealthDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly version: string;
  /** Whether Grafana's signing keys can be had; how old they are. */
  readonly checkSigningKeys: () => Promise<{ readonly ok: boolean; readonly detail: string }>;
}

type Hop = ConnectionReport['hops'][number];

/** Makes the handlers. That a request got here at all proves the first two hops. */
export function createHealthHandlers(deps: HealthDeps): Handlers<'checkConnection' | 'getStatus'> {
  const { db, clock } = deps;

  async function sourcesHop(orgId: OrgId): Promise<Hop> {
    const { sources, lastReceivedAt } = await countSources(db, orgId);
    if (sources === 0) return { hop: 'sources', ok: false, detail: 'no alert source yet', fix: 'add one under Settings, Sources, and copy its contact point settings into Grafana' };
    if (lastReceivedAt === null) return { hop: 'sources', ok: false, detail: `${sources} set up, nothing received yet`, fix: 'send a test from the contact point in Grafana, or "Send test alert" under Settings, Sources' };
    return { hop: 'sources', ok: true, detail: `${sources} set up, last delivery ${lastReceivedAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`, fix: null };
  }

  async function correlatorHop(orgId: OrgId): Promise<Hop> {
    const state = await correlatorState(db, clock, orgId);
    const ok = state.lagMs < MAX_CORRELATOR_LAG_MS;
    return {
      hop: 'correlator', ok,
      detail: ok ? 'keeps up with the alert log' : `${state.pending} changes wait, the oldest for ${Math.round(state.lagMs / 1000)} s`,
      fix: ok ? null : 'start a replica with the role "correlator"; its log says what holds it up',
    };
  }

  return {
    async checkConnection(_request, { caller }) {
      const keys = await deps.checkSigningKeys();
      const startedAt = performance.now();
      await db.query('select 1');
      const hops: Hop[] = [
        { hop: 'plugin_route', ok: true, detail: `the plugin's route and its token are right for organisation ${caller.orgId}`, fix: null },
        {
          hop: 'id_token', ok: true,
          detail: caller.kind === 'user' ? `Grafana proved ${caller.login}, ${caller.role}` : `API token ${caller.name}, ${caller.role}`, fix: null,
        },
        { hop: 'signing_keys', ...keys, fix: keys.ok ? null : 'set grafana.url (MUSTER_GRAFANA_URL) to an address under which this service reaches Grafana' },
        { hop: 'database', ok: true, detail: `answers in ${Math.ceil(performance.now() - startedAt)} ms`, fix: null },
        await sourcesHop(caller.orgId),
        await correlatorHop(caller.orgId),
      ];
      return { ok: hops.every((hop) => hop.ok), hops };
    },
    async getStatus(_request, { caller }) {
      const [state, replicas, alertsFiring] = await Promise.all([
        correlatorState(db, clock, caller.orgId), listReplicas(db, SILENT_MS), countFiring(db, caller.orgId),
      ]);
      const status: SystemStatus = {
        version: deps.version,
        now: clock.now().toISOString(),
        correlator: { replica: state.replica, lagSeconds: state.lagMs / 1000, pendingAlerts: state.pending },
        replicas: replicas.map((replica) => ({
          id: replica.id, startedAt: replica.started_at.toISOString(), lastHeartbeatAt: replica.heartbeat_at.toISOString(), alive: replica.alive,
        })),
        alertsFiring,
      };
      return status;
    },
  };
}
