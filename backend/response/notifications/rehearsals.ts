/** Rehearsals: a test over every way of every chain, by a button and by a schedule, with a report of what would not have worked. */
import { channelId, rehearsalHop, rehearsalId, type Actor, type Rehearsal, type RehearsalHop, type RehearsalId, type OrgId } from '#contract';
import { z } from 'zod';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, notFoundError } from '../../platform/errors.ts';
import { readChains } from './chainStore.ts';
import type { Sending } from './send.ts';

export interface Rehearsals {
  start(orgId: OrgId, by: Actor): Promise<Rehearsal>;
  /** Ends those of which every way has answered, or that took too long. Starts those that the schedule asks for. */
  look(orgId: OrgId): Promise<void>;
  list(orgId: OrgId, before: string | null, limit: number): Promise<Rehearsal[]>;
  get(orgId: OrgId, id: RehearsalId): Promise<Rehearsal>;
}

export interface RehearsalDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly sending: Sending;
  settingsOf(q: Queryable, orgId: OrgId): Promise<{ readonly rehearse: 'never' | 'daily' | 'weekly'; readonly rehearseHour: number }>;
}

/** What has not arrived by then has failed. */
const LIMIT_MS = 90_000;
const DAY_MS = 86_400_000;
const plannedShape = z.array(z.object({ chain: z.string(), channel: channelId, message: z.string() }));
const reportShape = z.array(rehearsalHop);

interface Row {
  id: string;
  hops: unknown;
  report: unknown;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
  passed: boolean | null;
}

const COLUMNS = 'r.id::text, r.hops, r.report, r.started_at, r.started_by, r.ended_at, r.passed';

interface Result {
  message: string;
  state: string;
  error: string | null;
  milliseconds: number | null;
}

/** How each way did so far. */
async function resultsOf(q: Queryable, orgId: OrgId, row: Row): Promise<RehearsalHop[]> {
  const planned = plannedShape.parse(row.hops);
  const results = await q.query<Result>(
    `select d.message_id::text as message, d.state, d.error, (extract(epoch from t.ended_at - d.created_at) * 1000)::integer as milliseconds from notification_deliveries as d
       left join notification_tries as t on t.org_id = d.org_id and t.delivery_id = d.id and t.number = d.tries
     where d.org_id = $1::integer and d.message_id = any($2::bigint[])`, [orgId, planned.map(({ message }) => message)],
  );
  const byMessage = new Map(results.map((result) => [result.message, result]));
  return planned.map(({ chain, channel, message }) => {
    const result = byMessage.get(message);
    const state = result?.state === 'delivered' || result?.state === 'answered' || result?.state === 'sent' ? 'passed' : result?.state === 'failed' || result?.state === 'cancelled' ? 'failed' : 'waiting';
    return { chain, channel, state, detail: result?.error ?? null, milliseconds: state === 'waiting' ? null : (result?.milliseconds ?? null) };
  });
}

async function toRehearsal(q: Queryable, orgId: OrgId, row: Row): Promise<Rehearsal> {
  return {
    id: rehearsalId.parse(row.id), startedAt: row.started_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null, startedBy: row.started_by,
    state: row.ended_at === null ? 'running' : row.passed === true ? 'passed' : 'failed', hops: row.report === null ? await resultsOf(q, orgId, row) : reportShape.parse(row.report),
  };
}

/** The last moment before or at `nowMs` at which the schedule asks for one. Weekly ones are on Mondays. UTC. */
export function lastDue(rehearse: 'daily' | 'weekly', hour: number, nowMs: number): number {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS + hour * 3_600_000;
  const daily = today <= nowMs ? today : today - DAY_MS;
  if (rehearse === 'daily') return daily;
  const sinceMonday = (new Date(daily).getUTCDay() + 6) % 7;
  return daily - sinceMonday * DAY_MS;
}

/** Makes them. */
export function createRehearsals({ db, clock, sending, settingsOf }: RehearsalDeps): Rehearsals {
  async function begin(tx: Transaction, orgId: OrgId, by: Actor): Promise<string | null> {
    // One at a time: two would find each other's messages in their way.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [`rehearsal:${orgId}`]);
    const [running] = await tx.query('select 1 from rehearsals as r where r.org_id = $1::integer and r.ended_at is null', [orgId]);
    if (running !== undefined) return null;
    const [row] = await tx.query<{ id: string }>(
      `insert into rehearsals (org_id, hops, started_at, started_by) values ($1::integer, '[]', $2::timestamptz, $3::text) returning id::text`, [orgId, clock.now(), by.name],
    );
    if (row === undefined) throw new Error('the rehearsal vanished');
    const hops = [];
    for (const { name, channels } of (await readChains(tx, orgId)).chains) {
      for (const channel of channels) {
        const message = await sending.send(tx, orgId, {
          dedupKey: `rehearsal/${row.id}/${name}/${channel}`, messageClass: 'test', urgency: 'normal', incident: null, to: [{ kind: 'channel', channel }], subject: 'Rehearsal of Muster',
          text: `A rehearsal tries every channel of the chain **${name}**. This message shows that this one works. Nothing has to be done.`, facts: [], link: null, actions: [], thread: null,
        });
        hops.push({ chain: name, channel, message });
      }
    }
    await tx.query('update rehearsals set hops = $3::jsonb where org_id = $1::integer and id = $2::bigint', [orgId, row.id, JSON.stringify(hops)]);
    await appendEvents(tx, orgId, clock.now(), [{ type: 'rehearsal.started', incident: null, actor: by, data: { id: row.id, ways: hops.length } }]);
    return row.id;
  }

  async function find(orgId: OrgId, id: string): Promise<Rehearsal> {
    const [row] = await db.query<Row>(`select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and r.id = $2::bigint`, [orgId, id]);
    if (row === undefined) throw notFoundError('there is no such rehearsal');
    return toRehearsal(db, orgId, row);
  }

  async function end(tx: Transaction, orgId: OrgId): Promise<void> {
    const [row] = await tx.query<Row>(`select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and r.ended_at is null for update of r skip locked`, [orgId]);
    if (row === undefined) return;
    const isLate = clock.nowMs() - row.started_at.getTime() >= LIMIT_MS;
    const results = await resultsOf(tx, orgId, row);
    if (!isLate && results.some(({ state }) => state === 'waiting')) return;
    const report = results.map((hop): RehearsalHop => (hop.state === 'waiting' ? { ...hop, state: 'failed', detail: hop.detail ?? 'nothing arrived in time' } : hop));
    const failed = report.filter(({ state }) => state === 'failed');
    await tx.query('update rehearsals set report = $3::jsonb, ended_at = $4::timestamptz, passed = $5::boolean where org_id = $1::integer and id = $2::bigint', [orgId, row.id, JSON.stringify(report), clock.now(), failed.length === 0]);
    await appendEvents(tx, orgId, clock.now(), [{
      type: 'rehearsal.ended', incident: null, actor: SYSTEM_ACTOR, data: { id: row.id, ways: report.length, failed: failed.length, channels: [...new Set(failed.map(({ channel }) => channel))] },
    }]);
  }

  return {
    async start(orgId, by) {
      const id = await db.transaction((tx) => begin(tx, orgId, by));
      if (id === null) throw conflictError('a rehearsal is under way already');
      return find(orgId, id);
    },
    async look(orgId) {
      await db.transaction((tx) => end(tx, orgId));
      const { rehearse, rehearseHour } = await settingsOf(db, orgId);
      if (rehearse === 'never') return;
      const dueMs = lastDue(rehearse, rehearseHour, clock.nowMs());
      const [last] = await db.query<{ started_at: Date }>('select r.started_at from rehearsals as r where r.org_id = $1::integer order by r.id desc limit 1', [orgId]);
      // A fresh installation is not tried before its first turn comes.
      if (last === undefined ? clock.nowMs() - dueMs > 3_600_000 : last.started_at.getTime() >= dueMs) return;
      if ((await readChains(db, orgId)).chains.every(({ channels }) => channels.length === 0)) return;
      await db.transaction((tx) => begin(tx, orgId, SYSTEM_ACTOR));
    },
    async list(orgId, before, limit) {
      const rows = await db.query<Row>(
        `select ${COLUMNS} from rehearsals as r where r.org_id = $1::integer and ($2::bigint is null or r.id < $2::bigint) order by r.id desc limit $3::integer`, [orgId, before, limit + 1],
      );
      const shown = [];
      for (const row of rows) shown.push(await toRehearsal(db, orgId, row));
      return shown;
    },
    get: find,
  };
}
