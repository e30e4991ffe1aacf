/** Escalation on a real database and a clock of the test. What notifications would send is noted in a table, in the transaction that sends it. */
import { randomBytes } from 'node:crypto';
import { incidentNumber, orgId, policyId, putPolicyBody, userKey, type EventType, type OrgId, type PolicyBody, type Role, type UserKey } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.ts';
import { findUsers } from '../../access/index.ts';
import { appendEvents, newestEventPosition, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import { createIncidents, DEFAULT_LIFECYCLE_RULES, NO_CATALOG, createSettingsReader, DEFAULT_INCIDENT_TYPES, DEFAULT_SEVERITY_POLICY, defaultDeclarePolicy, type Incidents } from '../../incidents/index.ts';
import { createPeople, teamMembers, type People } from '../../oncall/index.ts';
import { Secret } from '../../platform/config/secret.ts';
import { createSimulatedClock, type SimulatedClock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { RequestContext } from '../../platform/http/route.ts';
import { createLogger } from '../../platform/logger.ts';
import { createKeyRing, type KeyRing } from '../../platform/secrets/keyRing.ts';
import { createEscalation, type EscalationModule, type PageOrder } from './index.ts';
import { insertPolicy } from './policyStore.ts';

export const ORG: OrgId = orgId.parse(1);
/** A Monday noon. */
export const START_MS = Date.UTC(2026, 2, 2, 12, 0, 0);
const logger = createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });

/** The key of a person. */
export function key(name: string): UserKey {
  return userKey.parse(`user:${name}`);
}

/** A policy with the rest as usual. */
export function policy(body: Partial<PolicyBody> & Pick<PolicyBody, 'steps'>): PolicyBody {
  return putPolicyBody.parse({ name: 'Test policy', silence: null, ...body });
}

export interface Stage {
  readonly database: TestDatabase;
  readonly clock: SimulatedClock;
  readonly ring: KeyRing;
  readonly people: People;
  readonly incidents: Incidents;
  readonly escalation: EscalationModule;
  /** Called before an order is noted; may throw. */
  onSend: (tx: Transaction, order: PageOrder) => Promise<void>;
  /** On call by schedule. */
  onCall: Map<string, UserKey[]>;
  /** Teams of services, as the catalogue calls them. */
  owners: Map<string, string>;
  person(...names: string[]): Promise<void>;
  team(id: string, members: readonly string[]): Promise<void>;
  policy(id: string, body: PolicyBody): Promise<void>;
  incident(number: number, given?: { state?: string; severity?: number; services?: readonly string[]; members?: readonly string[] }): Promise<void>;
  happens(type: EventType, incident: number | null, data?: Readonly<Record<string, unknown>>, by?: UserKey): Promise<void>;
  look(): Promise<void>;
  /** Goes on by so many seconds, and looks at each. */
  pass(seconds: number): Promise<void>;
  /** Goes on by so many seconds in which nothing falls due before their end, and looks then. */
  skip(seconds: number): Promise<void>;
  /** Orders so far, the oldest first. */
  sent(): Promise<PageOrder[]>;
  /** Who was paged, in order: names of persons, or `#channel`. */
  paged(): Promise<string[]>;
  /** Types and data of what was told. */
  told(...types: EventType[]): Promise<{ type: string; data: Record<string, unknown> }[]>;
  /** The token in the link of the last order to somebody. */
  tokenOf(name: string): Promise<string>;
  answer(name: string, answer: 'accept' | 'decline' | 'help'): Promise<void>;
  as(name: string, ifMatch?: number): RequestContext;
  board(number?: number): ReturnType<EscalationModule['handlers']['getMobilisation']>;
  /** A second replica on the same database. */
  another(): EscalationModule;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the stage. */
export async function startStage(): Promise<Stage> {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = createSimulatedClock(START_MS);
  const ring = createKeyRing([{ id: 'test', key: new Secret(randomBytes(32).toString('base64')) }]);
  const users = { find: (org: OrgId, keys: readonly UserKey[]) => findUsers(db, org, keys) };
  await db.query('create table test_orders (id bigint generated always as identity, key text unique, body jsonb not null)');
  const people = createPeople({
    db, clock, ring, orgs: [ORG], sendTest: () => Promise.resolve(), recordEvent: async (tx, org, event) => void (await appendEvents(tx, org, clock.now(), [event])),
    grafana: { isConnected: () => Promise.resolve(false), call: () => Promise.reject(new Error('not connected')) },
    channels: { list: () => Promise.resolve([]), faultOf: () => Promise.resolve(null), emailChannel: () => Promise.resolve('email') },
  });
  const settings = createSettingsReader({ declarePolicy: defaultDeclarePolicy([]), severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: DEFAULT_INCIDENT_TYPES });
  const incidents = createIncidents({ db, clock, users, rules: DEFAULT_LIFECYCLE_RULES, settings, catalog: NO_CATALOG, leadingCauses: () => Promise.resolve(new Map()), roleMoved: async () => [] });

  function make(): EscalationModule {
    return createEscalation({
      db, clock, logger, ring, orgs: [ORG], publicUrl: 'https://muster.example.com', incidentUrl: (number) => `https://grafana.example.com/incidents/${number}`,
      ports: {
        users, people: { ...people, teamMembers }, takeRole: incidents.takeRole, onCall: async (_q, _org, schedule) => stage.onCall.get(schedule) ?? [],
        teamsOf: async (_org, services) => new Map([...stage.owners].filter(([service]) => services.includes(service))),
        notifier: {
          async send(tx, _org, order) {
            await stage.onSend(tx, order);
            await tx.query('insert into test_orders (key, body) values ($1::text, $2::jsonb) on conflict do nothing', [order.dedupKey, JSON.stringify(order)]);
          },
          async cancel(tx, _org, dedupKey) {
            await tx.query(`update test_orders set body = body || '{"cancelled":true}' where key = $1::text`, [dedupKey]);
          },
        },
      },
    });
  }

  let since = '0';
  const escalation = make();
  const stage: Stage = {
    database, clock, ring, people, incidents, escalation, onSend: async () => undefined, onCall: new Map(), owners: new Map(),
    async person(...names) {
      for (const name of names) {
        await db.query(
          `insert into users (org_id, user_key, login, name, email, derived_role, first_seen_at, last_seen_at) values (1, $1::text, $2::text, $3::text, $4::text, 'responder', now(), now()) on conflict do nothing`,
          [key(name), name, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, `${name}@example.com`],
        );
      }
    },
    async team(id, members) {
      await stage.person(...members);
      await db.query(`insert into teams (org_id, id, name, description, aliases) values (1, $1::text, $1::text, '', '{}')`, [id]);
      for (const [place, name] of members.entries()) await db.query('insert into team_members (org_id, team, user_key, place) values (1, $1::text, $2::text, $3::integer)', [id, key(name), place]);
    },
    async policy(id, body) {
      await db.transaction((tx) => insertPolicy(tx, ORG, policyId.parse(id), body, 'Ada', clock.now(), false));
    },
    async incident(number, { state = 'declared', severity = 1, services = ['checkout'], members } = {}) {
      await db.query(
        `insert into incidents (org_id, number, title, state, severity, severity_origin, origin, primary_service, services, group_keys, detected_at, declared_at, updated_at)
         values (1, $1::integer, 'Checkout is down', $2::text, $3::smallint, 'manual', 'manual', $4::text, $5::text[], '{}', $6::timestamptz, $6::timestamptz, $6::timestamptz)`,
        [number, state, severity, services[0] ?? null, services, clock.now()],
      );
      if (members !== undefined) {
        await db.query(`insert into private_incidents (org_id, incident_number, members, made_at, made_by, reason) values (1, $1::integer, $2::text[], now(), $3::jsonb, 'test')`, [number, members.map(key), JSON.stringify(SYSTEM_ACTOR)]);
      }
    },
    async happens(type, incident, data = {}, by) {
      await db.transaction((tx) => appendEvents(tx, ORG, clock.now(), [{ type, incident, actor: by === undefined ? SYSTEM_ACTOR : { kind: 'user', key: by, name: by }, data }]));
    },
    look: () => escalation.watch.look(ORG),
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        await stage.look();
      }
    },
    async skip(seconds) {
      clock.advance(seconds * 1_000);
      await stage.look();
    },
    async sent() {
      const rows = await db.query<{ body: PageOrder }>('select o.body from test_orders as o order by o.id');
      return rows.map(({ body }) => body);
    },
    async paged() {
      return (await stage.sent()).map(({ to: [recipient] }) => (recipient?.kind === 'person' ? recipient.user.replace('user:', '') : `#${recipient?.kind === 'channel' ? recipient.channel : (recipient?.name ?? '')}`));
    },
    async told(...types) {
      return db.query<{ type: string; data: Record<string, unknown> }>('select e.type, e.data from event_log as e where e.org_id = 1 and e.type = any($1::text[]) and e.position > $2::bigint order by e.position', [types, since]);
    },
    async tokenOf(name) {
      const order = (await stage.sent()).filter(({ to: [recipient] }) => recipient?.kind === 'person' && recipient.user === key(name)).at(-1);
      const url = order?.actions[0]?.url;
      if (url === undefined) throw new Error(`${name} got no link`);
      return new URL(url).pathname.replace('/respond/', '');
    },
    async answer(name, answer) {
      const [mine] = (await escalation.handlers.listMyPages({ params: undefined, query: undefined, body: undefined }, stage.as(name))).pages;
      if (mine === undefined) throw new Error(`${name} has no page`);
      await escalation.handlers.answerPage({ params: { id: mine.id }, query: undefined, body: { answer, note: '' } }, stage.as(name));
    },
    as(name, ifMatch) {
      const role: Role = 'responder';
      const display = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      return {
        requestId: 'test', ifMatch: ifMatch ?? null, logger,
        caller: {
          kind: 'user', orgId: ORG, userKey: key(name), login: name, name: display, role, derivedRole: role, seesPrivate: false, actor: { kind: 'user', key: key(name), name: display }, expiresAt: new Date(START_MS + 1e12),
        },
      };
    },
    board: (number = 1) => escalation.handlers.getMobilisation({ params: { number: incidentNumber.parse(number) }, query: undefined, body: undefined }, stage.as('ada')),
    another: make,
    async clear() {
      stage.onSend = async () => undefined;
      stage.onCall.clear();
      stage.owners.clear();
      await db.query('truncate incident_clocks, clock_rules, escalations, escalation_pages, escalation_turns, escalation_policies, teams, team_members, contact_points, contact_settings, users, incidents, incident_roles, incident_role_offers, private_incidents, test_orders restart identity cascade');
      await db.query('update escalation_cursors as c set position = coalesce((select max(e.position) from event_log as e), 0)');
      since = await newestEventPosition(db, ORG);
      await stage.person('ada');
    },
    async close() {
      await database.drop();
    },
  };
  await db.query('insert into escalation_cursors (org_id, position) values (1, 0) on conflict do nothing');
  return stage;
}

