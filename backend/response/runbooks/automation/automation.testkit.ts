/** Automation on a real database and a clock of the test; runs are noted in a table in the transaction that starts them. */
import { orgId, runId, userKey, type Actor, type EventType, type OrgId, type Role } from '#contract';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../platform/clock.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import type { RequestContext } from '../../../platform/http/route.ts';
import { createLogger } from '../../../platform/logger.ts';
import { parseRunbook } from '../format/index.ts';
import { createIncidentScopes } from '../runs/index.ts';
import { createAutomation, type Automation, type AutomationPorts, type LiveRunbook, type PreflightPorts, type StartCommand } from './index.ts';

export const ORG: OrgId = orgId.parse(1);
export const OTHER_ORG: OrgId = orgId.parse(2);
export const START_MS = Date.UTC(2026, 2, 2, 10, 0, 0);
const logger = createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });

export interface IncidentGiven {
  readonly state?: string;
  readonly severity?: number;
  readonly services?: readonly string[];
  readonly declaredAt?: Date | null;
  readonly org?: OrgId;
}

export interface Started {
  readonly runbook: string;
  readonly incident: number | null;
  readonly needsApproval: string | null;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface AutomationStage {
  readonly database: TestDatabase;
  readonly clock: SimulatedClock;
  readonly automation: Automation;
  /** Called before a run is noted; may throw, wait or break the connection. */
  onStart: (tx: Transaction, command: StartCommand) => Promise<void>;
  preflight: PreflightPorts;
  figures: Awaited<ReturnType<AutomationPorts['figuresOf']>>;
  /** Puts a runbook in use, since now unless said otherwise. */
  publish(id: string, text: string, options?: { readonly services?: readonly string[]; readonly match?: string; readonly links?: string; readonly org?: OrgId }): void;
  retire(id: string): void;
  incident(number: number, given?: IncidentGiven): Promise<void>;
  merge(number: number, into: number): Promise<void>;
  happens(type: EventType, incident: number | null, data?: Readonly<Record<string, unknown>>, org?: OrgId): Promise<string>;
  look(): Promise<void>;
  started(): Promise<Started[]>;
  /** `runbook: outcome, reason`, the oldest first. */
  records(): Promise<string[]>;
  /** Events of automation that were told. */
  told(): Promise<{ type: string; incident: number | null; data: Record<string, unknown> }[]>;
  /** A second replica on the same database. */
  another(): Automation;
  close(): Promise<void>;
}

const WHO: Readonly<Record<'ada' | 'vera', { readonly role: Role; readonly name: string }>> = { ada: { role: 'admin', name: 'Ada' }, vera: { role: 'viewer', name: 'Vera' } };

/** The context of a request by somebody. */
export function askedBy(who: 'ada' | 'vera', options: { readonly ifMatch?: number; readonly org?: OrgId } = {}): RequestContext {
  const { role, name } = WHO[who];
  const actor: Actor = { kind: 'user', key: `user:${who}`, name };
  return {
    requestId: 'test', ifMatch: options.ifMatch ?? null, logger,
    caller: {
      kind: 'user', orgId: options.org ?? ORG, userKey: userKey.parse(`user:${who}`), login: who, name, role, derivedRole: role, seesPrivate: false, actor, expiresAt: new Date(START_MS + 1e9),
    },
  };
}

const REFUSING: PreflightPorts = {
  call: () => Promise.reject(new Error('nothing is called here')), openSecrets: async () => new Map(), agentsOf: async () => [], countSeries: async () => 1,
};

/** Starts the stage. */
export async function startAutomationStage(): Promise<AutomationStage> {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = createSimulatedClock(START_MS);
  const live = new Map<OrgId, Map<string, LiveRunbook>>();
  const scopes = createIncidentScopes(() => null);
  await db.query('create table test_starts (id bigint generated always as identity, command jsonb not null)');

  function make(): Automation {
    return createAutomation({
      db, clock, logger, orgs: [ORG, OTHER_ORG],
      ports: {
        listLive: async (_q, org) => [...(live.get(org) ?? new Map<string, LiveRunbook>()).values()],
        async startRun(tx, command) {
          await stage.onStart(tx, command);
          const [row] = await tx.query<{ id: string }>('insert into test_starts (command) values ($1::jsonb) returning id::text', [JSON.stringify(command)]);
          return runId.parse(row?.id);
        },
        figuresOf: async () => stage.figures,
        async incidentScope(q, org, incident) {
          const { scope, number } = await scopes.read(q, org, incident);
          return number === null ? null : scope;
        },
        preflight: {
          call: (request) => stage.preflight.call(request), openSecrets: (...given) => stage.preflight.openSecrets(...given),
          agentsOf: (...given) => stage.preflight.agentsOf(...given), countSeries: (...given) => stage.preflight.countSeries(...given),
        },
      },
    });
  }

  const automation = make();
  const stage: AutomationStage = {
    database, clock, automation, onStart: async () => undefined, preflight: REFUSING, figures: new Map(),
    publish(id, text, { services = [], match, links, org = ORG } = {}) {
      const source = `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: ${id}, services: [${services.join(', ')}]${match === undefined ? '' : `, match: '${match}'`}${links === undefined ? '' : `, links: ${links}`} }\n${text}\n`;
      const { document, findings } = parseRunbook(source);
      if (document === null) throw new Error(JSON.stringify(findings));
      const ofOrg = live.get(org) ?? new Map<string, LiveRunbook>();
      const before = ofOrg.get(id);
      ofOrg.set(id, { version: (before?.version ?? 0) + 1, document, source, since: before?.since ?? clock.now() });
      live.set(org, new Map([...ofOrg].sort(([a], [b]) => (a < b ? -1 : 1))));
    },
    retire: (id) => void live.get(ORG)?.delete(id),
    async incident(number, { state = 'declared', severity = 2, services = ['checkout'], declaredAt = clock.now(), org = ORG } = {}) {
      await db.query(
        `insert into incidents (org_id, number, title, state, severity, severity_origin, origin, primary_service, services, group_keys, detected_at, declared_at, updated_at)
         values ($1::integer, $2::integer, 'Checkout is down', $3::text, $4::smallint, 'manual', 'manual', $5::text, $6::text[], '{}', $7::timestamptz, $8::timestamptz, $7::timestamptz)`,
        [org, number, state, severity, services[0] ?? null, services, clock.now(), declaredAt],
      );
    },
    merge: async (number, into) => void (await db.query(`update incidents set state = 'duplicate', merged_into = $2::integer where org_id = 1 and number = $1::integer`, [number, into])),
    async happens(type, incident, data = {}, org = ORG) {
      const [position] = await db.transaction((tx) => appendEvents(tx, org, clock.now(), [{ type, incident, actor: SYSTEM_ACTOR, data }]));
      if (position === undefined) throw new Error('nothing was appended');
      return position;
    },
    look: () => automation.watch.look(ORG),
    async started() {
      const rows = await db.query<{ command: StartCommand }>('select s.command from test_starts as s order by s.id');
      return rows.map(({ command }) => ({ runbook: command.runbook, incident: command.incident, needsApproval: command.needsApproval ?? null, inputs: command.inputs }));
    },
    async records() {
      const rows = await db.query<{ runbook: string; outcome: string; reason: string }>('select r.runbook, r.outcome, r.reason from trigger_records as r where r.org_id = 1 order by r.id');
      return rows.map(({ runbook, outcome, reason }) => `${runbook}: ${outcome}, ${reason}`);
    },
    async told() {
      return db.query<{ type: string; incident: number | null; data: Record<string, unknown> }>(
        `select e.type, e.incident_number as incident, e.data from event_log as e where e.org_id = 1 and e.type like 'automation.%' order by e.position`,
      );
    },
    another: make,
    async close() {
      await database.drop();
    },
  };
  // An organisation without events before: it begins at its first.
  for (const org of [ORG, OTHER_ORG]) await db.query('insert into trigger_cursors (org_id, position) values ($1::integer, 0) on conflict do nothing', [org]);
  return stage;
}
