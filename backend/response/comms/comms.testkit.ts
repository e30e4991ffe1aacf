/** What tests of communication share: the module over real incidents, a clock that stands still, and a sender that remembers. */
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import {
  actor as actorSchema, incidentNumber, orgId, updateContent, userKey, type CallOf, type IncidentNumber, type LifecycleCommand, type Role, type Severity, type StatusUpdate, type TimelineEntry, type UserKey,
} from '#contract';
import { ALL_SEEING, findUsers } from '../../access/index.ts';
import { EMPTY_TOPOLOGY, type CatalogSnapshot } from '../../catalog/index.ts';
import { listEvents } from '../../eventlog/index.ts';
import {
  createIncidents, createSettingsReader, DEFAULT_INCIDENT_TYPES, DEFAULT_LIFECYCLE_RULES, DEFAULT_SEVERITY_POLICY, defaultDeclarePolicy, NO_CATALOG, type Command, type Incidents,
} from '../../incidents/index.ts';
import { createSimulatedClock, type Clock, type SimulatedClock } from '../../platform/clock.ts';
import type { Caller, RequestContext } from '../../platform/http/route.ts';
import { prepareJobQueue } from '../../platform/jobs/worker.ts';
import { createLogger } from '../../platform/logger.ts';
import { createOutboundClient } from '../../platform/outbound/client.ts';
import { Secret } from '../../platform/config/secret.ts';
import { createKeyRing } from '../../platform/secrets/keyRing.ts';
import { createComms, type Comms, type CommsDeps, type CommsPorts, type SendOrder } from './index.ts';

export const ORG = orgId.parse(1);
export const T0 = Date.parse('2026-11-27T10:00:00.000Z');
export const MINUTE = 60_000;
export const LOGGER = createLogger({ level: 'silent' });

/** Services `checkout` and `payments-db` of the business service `Online shop`, in Europe; `mail` of `Mail`. */
const FACTS = { regions: ['eu'], userCount: null, costPerMinute: null, runbook: null, dashboard: null };
const businessService = (name: string) => ({ name, tier: 'critical' as const, slo: null, team: null, description: '', services: 1, origin: 'manual' as const, editable: true, version: 1 });
export const CATALOG: CatalogSnapshot = {
  version: 1, topology: EMPTY_TOPOLOGY, businessServices: new Map(['Online shop', 'Mail'].map((name) => [name, businessService(name)])),
  facts: new Map([['checkout', { ...FACTS, businessService: 'Online shop' }], ['payments-db', { ...FACTS, businessService: 'Online shop' }], ['mail', { ...FACTS, businessService: 'Mail', regions: ['us'] }]]),
};

export interface Bench {
  readonly database: TestDatabase;
  readonly clock: SimulatedClock;
  readonly incidents: Incidents;
  readonly comms: Comms;
  readonly sent: SendOrder[];
  readonly ports: CommsPorts;
  /** Moves the clock. */
  pass(minutes: number): void;
  declare(severity?: Severity, services?: string[], privateTo?: readonly UserKey[] | null): Promise<IncidentNumber>;
  run(number: number, what: LifecycleCommand): Promise<void>;
  draft(number: IncidentNumber, body: Omit<CallOf<'createUpdate'>['body'], 'audience'> & { audience: string }, by?: Caller): Promise<StatusUpdate>;
  act(what: 'approveUpdate' | 'publishUpdate' | 'discardUpdate', update: StatusUpdate, by?: Caller): Promise<StatusUpdate>;
  /** Types of the events of an incident, the oldest first, with their data. */
  events(number: number): Promise<{ type: string; data: TimelineEntry['data'] }[]>;
  close(): Promise<void>;
}

/** A caller of a role. */
export function callerOf(name: string, role: Role = 'commander', org = ORG): Caller {
  const key = userKey.parse(`user:${name.toLowerCase()}`);
  return { kind: 'user', orgId: org, userKey: key, login: name.toLowerCase(), name, role, derivedRole: role, seesPrivate: false, actor: actorSchema.parse({ kind: 'user', key, name }), expiresAt: new Date(T0 + 86_400_000) };
}
export const ADA = callerOf('Ada');
export const ED = callerOf('Ed');

/** A request of a caller who saw that version. */
export function contextOf(caller: Caller, ifMatch: number | null = null): RequestContext {
  return { requestId: 'request-1', caller, ifMatch, logger: LOGGER };
}

/** Starts one. Close it again. */
export async function startBench(options: Partial<Pick<CommsDeps, 'statusPage' | 'statuspageUrl'>> = {}): Promise<Bench> {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = createSimulatedClock(T0);
  await prepareJobQueue(db);
  const users = { find: (org: typeof ORG, keys: Parameters<typeof findUsers>[2]) => findUsers(db, org, keys) };
  for (const { userKey: key, login, name } of [ADA, ED]) {
    await db.query(`insert into users (org_id, user_key, login, name, derived_role, first_seen_at, last_seen_at) values (1, $1, $2, $3, 'commander', now(), now())`, [key, login, name]);
  }
  const incidents = createIncidents({
    db, clock, users, rules: DEFAULT_LIFECYCLE_RULES, catalog: NO_CATALOG, leadingCauses: () => Promise.resolve(new Map()), roleMoved: () => Promise.resolve([]),
    settings: createSettingsReader({ declarePolicy: defaultDeclarePolicy([]), severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: DEFAULT_INCIDENT_TYPES }),
  });
  const sent: SendOrder[] = [];
  const ports: CommsPorts = {
    async send(_tx, _org, order) {
      sent.push(order);
    },
    spreadOf: () => Promise.resolve({ counts: { recipients: 0, arrived: 0, taken: 0, waiting: 0, failed: 0, cancelled: 0, elsewhere: 0 }, troubled: [] }),
    teamMembers: (_q, _org, team) => Promise.resolve(team === 'commanders' ? [ADA, ED].flatMap(({ userKey: key }) => key ?? []) : []),
    users, snapshotOf: () => Promise.resolve(CATALOG), urlOfIncident: (number) => `https://grafana.example.com/incidents/${number}`,
  };
  const outbound = createOutboundClient({ allow: ['*'], allowPrivate: ['127.0.0.1'], timeoutMs: 2_000 });
  const ring = createKeyRing([{ id: 'test', key: new Secret(Buffer.alloc(32, 7).toString('base64')) }]);
  // Whoever waits lets time pass.
  const waiting: Clock = {
    ...clock,
    after(ms, run) {
      clock.advance(ms);
      run();
      return { stop: () => {} };
    },
  };
  const comms = createComms({
    db, clock: waiting, logger: LOGGER, orgs: [ORG], ports, ring, callOut: (request) => outbound.call(request),
    statusPage: { port: 0, host: '127.0.0.1', publicUrl: 'https://status.example.com', exportDir: null }, trustProxy: false, ...options,
  });
  const command = (caller: Caller): Command => ({ orgId: ORG, actor: caller.actor, userKey: caller.userKey, viewer: ALL_SEEING, ifMatch: null });
  return {
    database, clock, incidents, comms, sent, ports,
    pass: (minutes) => clock.advance(minutes * MINUTE),
    declare: (severity = 'sev1', services = ['checkout'], privateTo = null) => incidents.service.declare(command(ADA), {
      title: 'Checkout is down', severity, services, description: '', alerts: [], links: [], fields: {}, ...(privateTo === null ? {} : { private: { members: [...privateTo], reason: 'a leak' } }),
    }),
    async run(number, what) {
      await incidents.service.run(command(ADA), incidentNumber.parse(number), what, 'a reason that is long enough');
    },
    draft: (number, body, by = ADA) => comms.handlers.createUpdate({
      params: { number }, query: undefined,
      body: updateContent.parse(body),
    }, contextOf(by)),
    act: (what, update, by = ADA) => comms.handlers[what]({ params: { id: update.id }, query: undefined, body: {} }, contextOf(by, update.version)),
    async events(number) {
      return (await listEvents(db, ORG, { viewer: ALL_SEEING, incident: number, order: 'oldest', limit: 1000 })).map(({ type, data }) => ({ type, data }));
    },
    async close() {
      await outbound.close();
      await database.drop();
    },
  };
}
