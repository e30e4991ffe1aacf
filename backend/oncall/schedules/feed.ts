/** A schedule as a calendar that is read without login, at addresses that carry a signature of the schedule's own key. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import { orgId, userKey, type OrgId, type ScheduleFeed, type UserKey } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import type { Caller } from '../../platform/http/route.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import type { SealedColumn } from '../../platform/secrets/rotate.ts';
import { CALENDAR_ADDRESSES } from './calendarStore.ts';
import { calendarText } from './calendarText.ts';
import type { SchedulePorts } from './ports.ts';
import { shiftsBetween } from './resolve.ts';
import { selectFeedKey, selectOverrides, selectSchedule, updateFeedKey } from './scheduleStore.ts';

export interface FeedDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'seal' | 'open'>;
  readonly publicUrl: string;
  readonly ports: Pick<SchedulePorts, 'users' | 'recordEvent'>;
}

export interface Feeds {
  /** Addresses; the first call makes the key. */
  addresses(caller: Caller, id: string): Promise<ScheduleFeed>;
  /** New addresses; the old ones are dead from now on. */
  renew(caller: Caller, id: string): Promise<ScheduleFeed>;
  /** To be mounted at `/api/calendar`. */
  readonly router: Router;
}

const DAY_MS = 86_400_000;
const PAST_MS = 31 * DAY_MS;
const AHEAD_MS = 184 * DAY_MS;
const MAX_AGE_SECONDS = 300;

/** Binds a sealed key to its schedule: copied to another row it does not open. */
function purposeOf(org: OrgId, id: string): string {
  return `schedules.feed_key\n${org}\n${id}`;
}

function signatureOf(key: string, org: OrgId, id: string, user: UserKey | null): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(JSON.stringify([org, id, user])).digest();
}

/** Makes it. */
export function createFeeds({ db, clock, ring, publicUrl, ports }: FeedDeps): Feeds {
  function addressesWith(key: string, org: OrgId, id: string, user: UserKey | null): ScheduleFeed {
    const base = `${publicUrl.replace(/\/$/, '')}/api/calendar/${org}/${encodeURIComponent(id)}`;
    const signed = (of: UserKey | null): string => signatureOf(key, org, id, of).toString('base64url');
    return { address: `${base}/${signed(null)}.ics`, mine: user === null ? null : `${base}/${signed(user)}.ics?of=${encodeURIComponent(user)}` };
  }

  async function keyOf(caller: Caller, id: string, anew: boolean): Promise<string> {
    return db.transaction(async (tx) => {
      const sealed = await selectFeedKey(tx, caller.orgId, id, true);
      if (sealed === undefined) throw notFoundError(`there is no schedule "${id}"`);
      if (sealed !== null && !anew) return ring.open(sealed, purposeOf(caller.orgId, id));
      const key = randomBytes(32).toString('base64url');
      await updateFeedKey(tx, caller.orgId, id, ring.seal(key, purposeOf(caller.orgId, id)));
      const stored = await selectSchedule(tx, caller.orgId, id);
      await ports.recordEvent(tx, caller.orgId, { type: 'schedule.feed_renewed', incident: null, actor: caller.actor, data: { schedule: id, name: stored?.body.name ?? id } });
      return key;
    });
  }

  async function read(org: OrgId, id: string, signature: string, user: UserKey | null): Promise<string | null> {
    const sealed = await selectFeedKey(db, org, id);
    if (sealed === undefined || sealed === null) return null;
    const given = Buffer.from(signature, 'base64url');
    const right = signatureOf(ring.open(sealed, purposeOf(org, id)), org, id, user);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const stored = await selectSchedule(db, org, id);
    if (stored === null) return null;
    // Whole hours, so that the same calendar is read twice as the same text.
    const nowMs = Math.floor(clock.nowMs() / 3_600_000) * 3_600_000;
    const [fromMs, toMs] = [nowMs - PAST_MS, nowMs + AHEAD_MS];
    const overrides = (await selectOverrides(db, org, [id], new Date(fromMs), new Date(toMs))).get(id) ?? [];
    const shifts = shiftsBetween({ body: stored.body, overrides }, fromMs, toMs).filter((shift) => user === null || shift.users.includes(user));
    const people = await ports.users.find(org, [...new Set(shifts.flatMap((shift) => shift.users))]);
    return calendarText({ schedule: id, name: user === null ? stored.body.name : `${stored.body.name} (mine)`, timeZone: stored.body.timeZone, writtenMs: nowMs }, shifts, people);
  }

  const router = Router();
  router.get('/:org/:id/:file', async (request, response) => {
    const org = orgId.safeParse(Number(request.params.org));
    const match = /^([A-Za-z0-9_-]{43})\.ics$/.exec(request.params.file);
    const of = request.query['of'];
    const user = of === undefined ? null : userKey.safeParse(of);
    const text = !org.success || match?.[1] === undefined || user?.success === false ? null : await read(org.data, request.params.id, match[1], user === null ? null : user.data);
    if (text === null) throw notFoundError('there is no calendar at this address');
    response.set('Cache-Control', `private, max-age=${MAX_AGE_SECONDS}`);
    response.set('Content-Disposition', 'inline; filename="on-call.ics"');
    response.type('text/calendar; charset=utf-8').send(text);
  });

  return {
    addresses: async (caller, id) => addressesWith(await keyOf(caller, id, false), caller.orgId, id, caller.userKey),
    renew: async (caller, id) => addressesWith(await keyOf(caller, id, true), caller.orgId, id, caller.userKey),
    router,
  };
}

/** The sealed columns of this module, for the rotation of keys. */
export const SCHEDULE_SEALED_COLUMNS: readonly SealedColumn[] = [CALENDAR_ADDRESSES, {
  name: 'schedules.feed_key',
  async list(q) {
    const rows = await q.query<{ org_id: number; id: string; feed_key: string }>('select org_id, id, feed_key from schedules where feed_key is not null order by org_id, id');
    return rows.map((row) => ({
      envelope: row.feed_key,
      purpose: purposeOf(orgId.parse(row.org_id), row.id),
      async replace(connection, sealed) {
        const written = await connection.query('update schedules set feed_key = $4::text where org_id = $1::integer and id = $2::text and feed_key = $3::text returning 1', [row.org_id, row.id, row.feed_key, sealed]);
        return written.length === 1;
      },
    }));
  },
}];
