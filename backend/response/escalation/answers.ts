/** What people say to a page, over a link, the API or a channel, and what became of it on its way. */
import type { Actor, OrgId, PageAnswer, PageId, PageState } from '#contract';
import { SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { conflictError, notFoundError } from '../../platform/errors.ts';
import type { Advance } from './advance.ts';
import { lockEscalation, updateEscalation, type EscalationRow } from './escalationStore.ts';
import { findPage, findPageByKey, markFailed, selectPages, supersedePages, writeAnswer, writeDelivery, type PageRow } from './pageStore.ts';
import type { EscalationPorts, PageOutcome } from './ports.ts';

export interface Answer {
  readonly page: PageId;
  readonly answer: PageAnswer;
  readonly note: string;
  /** `link`, `api`, or the channel on which it was said. */
  readonly over: string;
  readonly at: Date;
}

export interface Answers {
  /** Takes an answer in the transaction of the caller; gives the events. Throws when the page cannot be answered any more. */
  take(tx: Transaction, orgId: OrgId, answer: Answer): Promise<NewEvent[]>;
  /** What became of a page on its way; gives the events. */
  outcome(tx: Transaction, outcome: PageOutcome, at: Date): Promise<NewEvent[]>;
}

export interface AnswersDeps {
  readonly advance: Advance;
  readonly ports: Pick<EscalationPorts, 'takeRole' | 'notifier'>;
}

const STATES: Readonly<Record<PageAnswer, PageState>> = { accept: 'accepted', decline: 'declined', help: 'help' };
const MINUTE_MS = 60_000;

/** Why a page cannot be answered; null: it can. */
export function refusalOf(page: Pick<PageRow, 'kind' | 'state' | 'expiresAt'>, at: Date): string | null {
  if (page.kind !== 'page') return 'this asks for no answer';
  if (page.state === 'accepted' || page.state === 'help') return 'you have accepted this already';
  if (page.state === 'declined') return 'you have declined this already';
  return at >= page.expiresAt ? 'this page is too old to be answered' : null;
}

/** Makes it. */
export function createAnswers({ advance, ports }: AnswersDeps): Answers {
  /** Holds the escalation first, then looks at the page: two answers at once come one after the other. */
  async function hold(tx: Transaction, orgId: OrgId, seen: PageRow | null): Promise<{ run: EscalationRow; page: PageRow } | null> {
    const run = seen === null ? null : await lockEscalation(tx, orgId, seen.escalation);
    const page = seen === null ? null : await findPage(tx, orgId, seen.id);
    return run === null || page === null ? null : { run, page };
  }

  /** Nobody is left to be waited for at the step of a page: goes back to it, for the next of its pool, and on from there. */
  async function goOnAfter(tx: Transaction, orgId: OrgId, run: EscalationRow, page: PageRow, at: Date): Promise<NewEvent[]> {
    if (run.state !== 'active') return [];
    const others = (await selectPages(tx, orgId, [run.id])).filter((other) => other.kind === 'page' && other.round === page.round && other.step === page.step);
    if (others.some(({ state }) => state === 'open')) return [];
    const newest = (await selectPages(tx, orgId, [run.id])).filter(({ kind }) => kind === 'page').at(-1);
    // It has gone on long since: whoever was called after is being waited for.
    if (newest !== undefined && (newest.round !== page.round || newest.step !== page.step)) return [];
    const back = await updateEscalation(tx, orgId, run, { round: page.round, step: page.step, nextAt: at });
    return advance.carryOn(tx, orgId, back, at);
  }

  async function accept(tx: Transaction, orgId: OrgId, run: EscalationRow, page: PageRow, actor: Actor, needsHelp: boolean, at: Date): Promise<NewEvent[]> {
    const { user } = page;
    if (user === null || run.state === 'stopped') return [];
    const roles = run.plan.role === null ? [] : await ports.takeRole(tx, { orgId, incident: run.incident, role: run.plan.role, user, actor, at, insteadOf: run.silentUser });
    if (needsHelp) {
      const helped = await updateEscalation(tx, orgId, run, { state: 'active', answeredBy: user, answeredAt: at, nextAt: at, endedAt: null, endReason: null });
      return [...roles, ...await advance.carryOn(tx, orgId, helped, at)];
    }
    const nextAt = run.plan.silence === null ? null : new Date(at.getTime() + run.plan.silence.nudgeMinutes * MINUTE_MS);
    // Whoever comes as second helps the first; it is the first who is watched.
    if (run.state === 'answered') return [...roles];
    const answered = await updateEscalation(tx, orgId, run, { state: 'answered', answeredBy: user, answeredAt: at, nextAt, nudgedAt: null, silentUser: null, endedAt: null, endReason: null });
    await advance.closePages(tx, orgId, answered);
    return [...roles];
  }

  async function take(tx: Transaction, orgId: OrgId, { page: id, answer, note, over, at }: Answer): Promise<NewEvent[]> {
    const held = await hold(tx, orgId, await findPage(tx, orgId, id));
    if (held === null) throw notFoundError('there is no such page');
    const { run, page } = held;
    const refusal = refusalOf(page, at);
    if (refusal !== null) throw conflictError(refusal, { extra: { state: page.state } });
    await writeAnswer(tx, orgId, page.id, STATES[answer], at, over, note);
    // An answer to an older page is one to the newest: that is the one that is waited for.
    const own = (await selectPages(tx, orgId, [run.id])).filter((each) => each.id === page.id || (each.kind === 'page' && each.state === 'open' && each.user !== null && each.user === page.user));
    // Whoever has answered is not sought over their other ways, nor asked again for having been called more than once.
    const others = page.user === null ? [] : await supersedePages(tx, orgId, run.id, page.user);
    for (const key of [page.dedupKey, ...others]) await ports.notifier.cancel(tx, orgId, key);
    const actor: Actor = page.user === null ? SYSTEM_ACTOR : { kind: 'user', key: page.user, name: page.name };
    const told: NewEvent = {
      type: 'escalation.answered', incident: run.incident, actor, data: { escalation: run.id, name: run.plan.name, page: page.id, answer, person: page.name, user: page.user, over, note, role: run.plan.role },
    };
    const then = answer === 'decline' ? await goOnAfter(tx, orgId, run, own.at(-1) ?? page, at) : await accept(tx, orgId, run, page, actor, answer === 'help', at);
    return [told, ...then];
  }

  return {
    take,
    async outcome(tx, { orgId, dedupKey, state, channel, answer }, at) {
      const seen = await findPageByKey(tx, orgId, dedupKey);
      if (seen !== null && (state === 'sent' || state === 'delivered')) {
        // Nothing follows from it: whoever carries the escalation on is not waited for.
        await writeDelivery(tx, orgId, seen.id, state, channel);
        return [];
      }
      const held = await hold(tx, orgId, seen);
      if (held === null) return [];
      const { run, page } = held;
      await writeDelivery(tx, orgId, page.id, state, channel);
      if (state === 'answered' && (answer === 'accept' || answer === 'decline' || answer === 'help')) {
        // Pressed twice, or too late: the first answer stands.
        return refusalOf(page, at) === null ? take(tx, orgId, { page: page.id, answer, note: '', over: channel ?? 'channel', at }) : [];
      }
      if (state !== 'failed' || page.kind !== 'page' || !(await markFailed(tx, orgId, page.id))) return [];
      const told: NewEvent = { type: 'escalation.not_reached', incident: run.incident, actor: SYSTEM_ACTOR, data: { escalation: run.id, name: run.plan.name, person: page.name, user: page.user } };
      return [told, ...await goOnAfter(tx, orgId, run, page, at)];
    },
  };
}
