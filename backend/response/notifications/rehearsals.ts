/** Rehearsals: a test over every way of every chain and every address of people, by a button and by a schedule, with a report of what would not have worked. */
import type { Actor, OrgId, Rehearsal, RehearsalHop, RehearsalId, UserKey } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, notFoundError } from '../../platform/errors.ts';
import { readChains } from './chainStore.ts';
import type { NotificationPorts } from './ports.ts';
import { chainWays, lastDue, limitOf, maskedAddress, personWays, type PlannedWay } from './rehearsalPlan.ts';
import { findRehearsal, insertRehearsal, listRehearsalRows, lockRunning, ownerOf, plannedOf, resultsOf, selectLast, toRehearsal, writePlanned, writeReport, type HasReceipts, type PlannedHop, type RehearsalRow } from './rehearsalStore.ts';
import type { Sending } from './send.ts';

export interface Rehearsals {
  /** `people`: the addresses of people as well. */
  start(orgId: OrgId, by: Actor, people: boolean): Promise<Rehearsal>;
  /** Of a person's own addresses. */
  startOwn(orgId: OrgId, by: Actor, user: UserKey): Promise<Rehearsal>;
  /** The newest of a person's own; null: there was none. */
  own(orgId: OrgId, user: UserKey): Promise<Rehearsal | null>;
  /** Ends those of which every way has answered, or that took too long. Starts those that the schedule asks for. */
  look(orgId: OrgId): Promise<void>;
  list(orgId: OrgId, before: string | null, limit: number): Promise<Rehearsal[]>;
  get(orgId: OrgId, id: RehearsalId): Promise<Rehearsal>;
}

export interface RehearsalDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly sending: Sending;
  readonly hasReceipts: HasReceipts;
  readonly peopleOf: NotificationPorts['rehearsalPeople'];
  settingsOf(q: Queryable, orgId: OrgId): Promise<{ readonly rehearse: 'never' | 'daily' | 'weekly'; readonly rehearseHour: number; readonly rehearsePeople: boolean }>;
}

/** Text messages and calls cost money: nobody has them sent to themselves all the time. */
const OWN_PAUSE_MS = 5 * 60_000;

/** Makes them. */
export function createRehearsals({ db, clock, sending, peopleOf, hasReceipts, settingsOf }: RehearsalDeps): Rehearsals {
  /** Sends a test over each way that is tried. */
  async function carryOut(tx: Transaction, orgId: OrgId, id: string, ways: readonly PlannedWay[], isOwn: boolean): Promise<void> {
    const planned: PlannedHop[] = [];
    for (const [index, { address, ...way }] of ways.entries()) {
      const shown = { ...way, address: address !== null && isOwn ? maskedAddress(address) : null };
      if (way.not !== null || way.channel === null) {
        planned.push({ ...shown, message: null });
        continue;
      }
      const text = way.chain !== null
        ? `A rehearsal tries every channel of the chain **${way.chain}**. This message shows that this one works. Nothing has to be done.`
        : 'A rehearsal tries how you are reached. This message shows that this address works. Nothing has to be done.';
      const message = await sending.send(tx, orgId, {
        dedupKey: way.chain === null ? `rehearsal/${id}/person/${index}` : `rehearsal/${id}/${way.chain}/${way.channel}`, messageClass: 'test', urgency: 'normal', incident: null,
        to: [address === null ? { kind: 'channel', channel: way.channel } : { kind: 'address', channel: way.channel, address, name: way.person?.name ?? '' }],
        subject: 'Rehearsal of Muster', text, facts: [], link: null, actions: [], thread: null,
      });
      planned.push({ ...shown, message });
    }
    await writePlanned(tx, orgId, id, planned);
  }

  async function begin(tx: Transaction, orgId: OrgId, by: Actor, people: boolean): Promise<string | null> {
    // One at a time: two would find each other's messages in their way.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [`rehearsal:${orgId}`]);
    const last = await selectLast(tx, orgId, null);
    if (last !== undefined && last.ended_at === null) return null;
    const ways = [...chainWays((await readChains(tx, orgId)).chains), ...(people ? personWays(await peopleOf(tx, orgId, null, clock.now()), false) : [])];
    const id = await insertRehearsal(tx, orgId, clock.now(), by.name, null);
    await carryOut(tx, orgId, id, ways, false);
    await appendEvents(tx, orgId, clock.now(), [{ type: 'rehearsal.started', incident: null, actor: by, data: { id, ways: ways.length } }]);
    return id;
  }

  async function find(orgId: OrgId, id: string): Promise<Rehearsal> {
    const row = await findRehearsal(db, orgId, id);
    if (row === undefined) throw notFoundError('there is no such rehearsal');
    return toRehearsal(db, orgId, row, hasReceipts);
  }

  /** Ends one whose ways have all answered, or that took too long; null: it goes on. */
  async function end(tx: Transaction, orgId: OrgId, row: RehearsalRow): Promise<NewEvent | null> {
    const isLate = clock.nowMs() - row.started_at.getTime() >= limitOf(plannedOf(row));
    const results = await resultsOf(tx, orgId, row, hasReceipts);
    if (!isLate && results.some(({ state }) => state === 'waiting')) return null;
    const report = results.map((hop): RehearsalHop => (hop.state === 'waiting' ? { ...hop, state: 'failed', detail: hop.detail ?? 'nothing arrived in time' } : hop));
    const failed = report.filter(({ state }) => state === 'failed');
    await writeReport(tx, orgId, row.id, report, clock.now(), failed.length === 0);
    return {
      type: 'rehearsal.ended', incident: null, actor: SYSTEM_ACTOR,
      data: { id: row.id, ways: report.length, failed: failed.length, channels: [...new Set(failed.flatMap(({ channel }) => channel ?? []))], ...(ownerOf(row) === null ? {} : { own: row.started_by }) },
    };
  }

  return {
    async start(orgId, by, people) {
      const id = await db.transaction((tx) => begin(tx, orgId, by, people));
      if (id === null) throw conflictError('a rehearsal is under way already');
      return find(orgId, id);
    },
    async startOwn(orgId, by, user) {
      const now = clock.now();
      return db.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [`rehearsal:${orgId}:${user}`]);
        const last = await selectLast(tx, orgId, user);
        if (last !== undefined && last.ended_at === null) throw conflictError('your addresses are being tried already');
        const waitMs = last === undefined ? 0 : last.started_at.getTime() + OWN_PAUSE_MS - now.getTime();
        if (waitMs > 0) throw conflictError(`your addresses were tried just now; again in ${Math.ceil(waitMs / 60_000)} min`);
        const ways = personWays(await peopleOf(tx, orgId, user, now), true);
        const id = await insertRehearsal(tx, orgId, now, by.name, user);
        await carryOut(tx, orgId, id, ways, true);
        const row = await selectLast(tx, orgId, user);
        if (row === undefined) throw new Error('the rehearsal vanished');
        const started = await toRehearsal(tx, orgId, row, hasReceipts);
        await appendEvents(tx, orgId, now, [{ type: 'rehearsal.started', incident: null, actor: by, data: { id, ways: ways.length, own: by.name } }]);
        return started;
      });
    },
    async own(orgId, user) {
      const row = await selectLast(db, orgId, user);
      return row === undefined ? null : toRehearsal(db, orgId, row, hasReceipts);
    },
    async look(orgId) {
      await db.transaction(async (tx) => {
        const events: NewEvent[] = [];
        for (const row of await lockRunning(tx, orgId)) {
          const event = await end(tx, orgId, row);
          if (event !== null) events.push(event);
        }
        await appendEvents(tx, orgId, clock.now(), events);
      });
      const { rehearse, rehearseHour, rehearsePeople } = await settingsOf(db, orgId);
      if (rehearse === 'never') return;
      const dueMs = lastDue(rehearse, rehearseHour, clock.nowMs());
      const last = await selectLast(db, orgId, null);
      // A fresh installation is not tried before its first turn comes.
      if (last === undefined ? clock.nowMs() - dueMs > 3_600_000 : last.started_at.getTime() >= dueMs) return;
      if (!rehearsePeople && (await readChains(db, orgId)).chains.every(({ channels }) => channels.length === 0)) return;
      await db.transaction((tx) => begin(tx, orgId, SYSTEM_ACTOR, rehearsePeople));
    },
    async list(orgId, before, limit) {
      const shown = [];
      for (const row of await listRehearsalRows(db, orgId, before, limit)) shown.push(await toRehearsal(db, orgId, row, hasReceipts));
      return shown;
    },
    get: find,
  };
}
