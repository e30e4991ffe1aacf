/** Use cases of swaps: a shift changes hands when one asks and another accepts. */
import { randomUUID } from 'node:crypto';
import type { OrgId, Swap, SwapBody, UserKey } from '#contract';
import type { Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notAllowedError, notFoundError } from '../../platform/errors.ts';
import type { Caller } from '../../platform/http/route.ts';
import { gapsIn, shiftsBetween, type WholeSchedule } from './resolve.ts';
import { checkVersion, mustFind, rangeOf, type ScheduleServiceDeps } from './scheduleService.ts';
import { insertOverride, namedIn, readWhole, type StoredOverride } from './scheduleStore.ts';
import type { Span } from './spans.ts';
import { answerSwap, insertSwap, selectSwap, selectSwaps, type StoredSwap, type SwapFilter } from './swapStore.ts';
import { swapNotice, type SwapStep } from './swapWords.ts';
import { personOf, spanView } from './view.ts';

export interface SwapService {
  list(orgId: OrgId, filter: SwapFilter): Promise<{ place: string; swap: Swap }[]>;
  request(caller: Caller, schedule: string, body: SwapBody): Promise<Swap>;
  accept(caller: Caller, id: string, version: number | null, answer: string): Promise<Swap>;
  decline(caller: Caller, id: string, version: number | null, answer: string): Promise<Swap>;
  withdraw(caller: Caller, id: string, version: number | null, answer: string): Promise<Swap>;
}

const MAX_SWAP_MS = 92 * 86_400_000;
/** What begins sooner is told more urgently. */
const SOON_MS = 86_400_000;
/** Of those who may take a shift so many are told. */
const MAX_TOLD = 50;

function personCalling(caller: Caller): UserKey {
  if (caller.userKey === null) throw notAllowedError('shifts are swapped by people, not by API tokens');
  return caller.userKey;
}

/** True when somebody is on call throughout a span. */
function holds(whole: WholeSchedule, user: UserKey, span: Span): boolean {
  const own = shiftsBetween(whole, span.startMs, span.endMs).filter((shift) => shift.users.includes(user));
  return gapsIn(own, span).length === 0;
}

/** Use cases over a database. */
export function createSwapService({ db, clock, ports }: ScheduleServiceDeps): SwapService {
  async function views(orgId: OrgId, swaps: readonly StoredSwap[]): Promise<Swap[]> {
    const keys = swaps.flatMap((swap) => [swap.requestedBy, swap.asked, swap.answeredBy]).filter((key) => key !== null);
    const people = await ports.users.find(orgId, [...new Set(keys)]);
    return swaps.map((swap) => ({
      id: swap.id, schedule: swap.schedule, state: swap.state === 'open' && swap.endMs <= clock.nowMs() ? 'lapsed' : swap.state, requestedBy: personOf(people, swap.requestedBy),
      asked: swap.asked === null ? null : personOf(people, swap.asked), ...spanView(swap), inReturn: swap.inReturn === null ? null : spanView(swap.inReturn), message: swap.message,
      createdAt: swap.createdAt.toISOString(), answeredBy: swap.answeredBy === null ? null : personOf(people, swap.answeredBy), answeredAt: swap.answeredAt?.toISOString() ?? null, answer: swap.answer, version: swap.version,
    }));
  }

  async function one(orgId: OrgId, id: string): Promise<Swap> {
    const stored = await selectSwap(db, orgId, id);
    const [view] = stored === null ? [] : await views(orgId, [stored]);
    if (view === undefined) throw notFoundError(`there is no request "${id}" to swap a shift`);
    return view;
  }

  /** Holds the schedule and the request, in this order, and checks that it can still be answered. */
  async function hold(tx: Transaction, orgId: OrgId, id: string, version: number | null): Promise<{ readonly swap: StoredSwap; readonly team: string | null }> {
    const seen = await selectSwap(tx, orgId, id);
    if (seen === null) throw notFoundError(`there is no request "${id}" to swap a shift`);
    const { body } = await mustFind(tx, orgId, seen.schedule.id, true);
    const swap = await selectSwap(tx, orgId, id, true);
    if (swap === null) throw notFoundError(`there is no request "${id}" to swap a shift`);
    checkVersion(swap, version);
    if (swap.state !== 'open') throw conflictError(`the request was ${swap.state} already`);
    if (swap.endMs <= clock.nowMs()) throw conflictError('the time of the shift is over');
    return { swap, team: body.team };
  }

  async function mustHold(tx: Transaction, orgId: OrgId, schedule: string, user: UserKey, span: Span, message: string, field: string | null): Promise<void> {
    const whole = await readWhole(tx, orgId, schedule, new Date(span.startMs), new Date(span.endMs));
    if (whole !== null && holds(whole, user, span)) return;
    throw field === null ? conflictError(message) : inputError(message, [{ field, message }]);
  }

  /** Tells those whom it concerns, then the log, which comes last. */
  async function tell(tx: Transaction, caller: Caller, step: SwapStep, swap: Omit<StoredSwap, 'place' | 'state' | 'answeredBy' | 'answeredAt' | 'answer' | 'version'>, said: string, team: string | null, to: readonly (UserKey | null)[]): Promise<void> {
    const people = [...new Set(to)].filter((key) => key !== null && key !== caller.userKey).slice(0, MAX_TOLD);
    if (people.length > 0) {
      await ports.tellPeople(tx, caller.orgId, {
        dedupKey: `swap/${swap.id}/${step}`, to: people.flatMap((key) => key ?? []), team, isSoon: swap.startMs - clock.nowMs() < SOON_MS,
        ...swapNotice({ step, schedule: swap.schedule, span: swap, inReturn: swap.inReturn, by: caller.name, isNamed: swap.asked !== null, said }),
      });
    }
    await ports.recordEvent(tx, caller.orgId, { type: `schedule.swap_${step}`, incident: null, actor: caller.actor, data: { schedule: swap.schedule.id, name: swap.schedule.name, swap: swap.id, requestedBy: swap.requestedBy, asked: swap.asked, ...spanView(swap) } });
  }

  return {
    async list(orgId, filter) {
      const stored = await selectSwaps(db, orgId, filter);
      const seen = await views(orgId, stored);
      return stored.flatMap(({ place }, index) => {
        const swap = seen[index];
        return swap === undefined ? [] : [{ place, swap }];
      });
    },
    async request(caller, schedule, body) {
      const requestedBy = personCalling(caller);
      const span = rangeOf(body.startsAt, body.endsAt, MAX_SWAP_MS, 'body.endsAt');
      const inReturn = body.inReturn === null ? null : rangeOf(body.inReturn.startsAt, body.inReturn.endsAt, MAX_SWAP_MS, 'body.inReturn.endsAt');
      if (span.startMs < clock.nowMs() - 60_000) throw inputError('the shift has begun already', [{ field: 'body.startsAt', message: 'must be in the future' }]);
      if (body.asked === requestedBy) throw inputError('ask somebody else', [{ field: 'body.asked', message: 'is yourself' }]);
      if (inReturn !== null && body.asked === null) throw inputError('a shift in return is somebody’s', [{ field: 'body.asked', message: 'say whose shift you take in return' }]);
      const id = randomUUID();
      await db.transaction(async (tx) => {
        const stored = await mustFind(tx, caller.orgId, schedule, true);
        await mustHold(tx, caller.orgId, schedule, requestedBy, span, 'you are not on call throughout this time', 'body.startsAt');
        if (inReturn !== null && body.asked !== null) await mustHold(tx, caller.orgId, schedule, body.asked, inReturn, 'they are not on call throughout this time', 'body.inReturn.startsAt');
        const made = { ...span, id, schedule: { id: stored.id, name: stored.body.name, timeZone: stored.body.timeZone }, requestedBy, asked: body.asked, inReturn, message: body.message, createdAt: clock.now() };
        await insertSwap(tx, caller.orgId, made);
        await tell(tx, caller, 'requested', made, made.message, stored.body.team, made.asked === null ? namedIn(stored.body) : [made.asked]);
      });
      return one(caller.orgId, id);
    },
    async accept(caller, id, version, answer) {
      const user = personCalling(caller);
      await db.transaction(async (tx) => {
        const { swap, team } = await hold(tx, caller.orgId, id, version);
        if (swap.requestedBy === user) throw notAllowedError('it is your own request: somebody else has to take the shift');
        if (swap.asked !== null && swap.asked !== user) throw notAllowedError('somebody else was asked');
        await mustHold(tx, caller.orgId, swap.schedule.id, swap.requestedBy, swap, 'the shift has changed hands meanwhile', null);
        if (swap.inReturn !== null) await mustHold(tx, caller.orgId, swap.schedule.id, user, swap.inReturn, 'the shift in return has changed hands meanwhile', null);
        const made = (span: Span, users: UserKey[], replaces: UserKey): StoredOverride => ({
          startMs: span.startMs, endMs: span.endMs, id: randomUUID(), users, replaces, reason: swap.message, swap: id, createdAt: clock.now(), createdBy: caller.actor,
        });
        await insertOverride(tx, caller.orgId, swap.schedule.id, made(swap, [user], swap.requestedBy));
        if (swap.inReturn !== null) await insertOverride(tx, caller.orgId, swap.schedule.id, made(swap.inReturn, [swap.requestedBy], user));
        await answerSwap(tx, caller.orgId, id, 'accepted', user, clock.now(), answer);
        await tell(tx, caller, 'accepted', swap, answer, team, [swap.requestedBy]);
      });
      return one(caller.orgId, id);
    },
    async decline(caller, id, version, answer) {
      const user = personCalling(caller);
      await db.transaction(async (tx) => {
        const { swap, team } = await hold(tx, caller.orgId, id, version);
        if (swap.asked !== user) throw notAllowedError(swap.asked === null ? 'nobody was asked by name: leave it to others' : 'somebody else was asked');
        await answerSwap(tx, caller.orgId, id, 'declined', user, clock.now(), answer);
        await tell(tx, caller, 'declined', swap, answer, team, [swap.requestedBy]);
      });
      return one(caller.orgId, id);
    },
    async withdraw(caller, id, version, answer) {
      const user = personCalling(caller);
      await db.transaction(async (tx) => {
        const { swap, team } = await hold(tx, caller.orgId, id, version);
        if (swap.requestedBy !== user && !ports.mayManage(caller.role)) throw notAllowedError('only who asked takes the request back');
        await answerSwap(tx, caller.orgId, id, 'withdrawn', user, clock.now(), answer);
        await tell(tx, caller, 'withdrawn', swap, answer, team, [swap.asked, swap.requestedBy]);
      });
      return one(caller.orgId, id);
    },
  };
}
