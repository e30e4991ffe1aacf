/** The mobilisation of incidents over HTTP. */
import { incidentKey, incidentNumber, type IncidentNumber, type Mobilisation, type OrgId, type PageId, type PagePersonBody } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { appendEvents, type NewEvent } from '../../eventlog/index.ts';
import { commandOf, loadIncident, refuseMerged } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError } from '../../platform/errors.ts';
import type { Caller, Handlers, RequestContext } from '../../platform/http/route.ts';
import type { Advance } from './advance.ts';
import type { Answers } from './answers.ts';
import { lockEscalation } from './escalationStore.ts';
import { isUnderWay, readFacts, type IncidentFacts } from './incidentFacts.ts';
import { findPage, selectOpenCallsOf } from './pageStore.ts';
import { findPolicy } from './policyStore.ts';
import type { EscalationPorts } from './ports.ts';
import { planByHand, type CalledByHand, type Starter } from './starter.ts';
import { readMobilisation } from './view.ts';

export type MobilisationOperation = 'getMobilisation' | 'startEscalation' | 'pagePerson' | 'stopEscalation' | 'answerPage' | 'listMyPages';

export interface MobilisationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly starter: Starter;
  readonly advance: Pick<Advance, 'stop'>;
  readonly answers: Pick<Answers, 'take'>;
  readonly ports: Pick<EscalationPorts, 'users' | 'people' | 'onCall'>;
}

/** Makes the handlers. */
export function createMobilisationHandlers({ db, clock, starter, advance, answers, ports }: MobilisationDeps): Handlers<MobilisationOperation> {
  async function board(caller: Caller, number: number): Promise<Mobilisation> {
    const facts = await readFacts(db, caller.orgId, viewerOf(caller), number);
    if (facts === null) throw notFoundError(`${incidentKey(number)} does not exist`);
    return readMobilisation(db, ports, caller.orgId, incidentNumber.parse(facts.number));
  }

  /** Begins something for an incident that the caller may see and that is not over. */
  async function begin(context: RequestContext, number: IncidentNumber, work: (tx: Transaction, facts: IncidentFacts, at: Date) => Promise<NewEvent[]>): Promise<Mobilisation> {
    const command = commandOf(context);
    const at = clock.now();
    await db.transaction(async (tx) => {
      refuseMerged(await loadIncident(tx, command, number));
      const facts = await readFacts(tx, command.orgId, command.viewer, number);
      if (facts === null) throw notFoundError(`${incidentKey(number)} does not exist`);
      if (!isUnderWay(facts.state)) throw conflictError(`${incidentKey(number)} is ${facts.state}: nobody is called for it`, { extra: { state: facts.state } });
      await appendEvents(tx, command.orgId, at, await work(tx, facts, at));
    });
    return board(context.caller, number);
  }

  /** Whom somebody means. Throws when there is nobody, so that nobody waits for an answer in vain. */
  async function calledByHand(tx: Transaction, orgId: OrgId, { user, team, schedule }: PagePersonBody, facts: IncidentFacts, at: Date): Promise<{ readonly called: CalledByHand; readonly name: string }> {
    const { members } = facts;
    const refuse = (field: string, message: string, detail: string): Error => inputError(message, [{ field: `body.${field}`, message: detail }]);
    if (user !== undefined) {
      const person = (await ports.users.find(orgId, [user])).get(user);
      if (person === undefined) throw refuse('user', 'nobody of this organisation has that key', 'must be the key of a user seen in this organisation');
      if (members !== null && !members.includes(user)) throw refuse('user', `${person.name} does not see this private incident`, 'must be a member; let them see the incident first');
      return { called: { kind: 'user', user }, name: person.name };
    }
    const [field, id] = team === undefined ? (['schedule', schedule ?? ''] as const) : (['team', team] as const);
    const people = field === 'team' ? await ports.people.teamMembers(tx, orgId, id) : await ports.onCall(tx, orgId, id, at);
    if (people.length === 0) throw refuse(field, field === 'team' ? `there is nobody in a team "${id}"` : `nobody is on call by a schedule "${id}" now`, 'must lead to somebody');
    if (members !== null && !people.some((one) => members.includes(one))) throw refuse(field, 'nobody of them sees this private incident', 'must lead to a member; let them see the incident first');
    return field === 'team' ? { called: { kind: 'team', team: id }, name: `Team ${id}` } : { called: { kind: 'schedule', schedule: id }, name: `On call, ${id}` };
  }

  async function ownPage(caller: Caller, id: PageId) {
    const page = await findPage(db, caller.orgId, id);
    // Somebody else's page is none of theirs.
    if (page === null || page.user === null || page.user !== caller.userKey) throw notFoundError('you have no such page');
    return page;
  }

  async function titled(orgId: OrgId, caller: Caller, incident: number): Promise<IncidentFacts | null> {
    return readFacts(db, orgId, viewerOf(caller), incident);
  }

  return {
    getMobilisation: ({ params }, { caller }) => board(caller, params.number),

    startEscalation: ({ params, body }, context) => begin(context, params.number, async (tx, _facts, at) => {
      const { orgId, actor } = context.caller;
      const policy = await findPolicy(tx, orgId, body.policy);
      if (policy === null) throw inputError(`there is no escalation policy "${body.policy}"`, [{ field: 'body.policy', message: 'must be the id of an escalation policy' }]);
      const cause = body.reason === '' ? `started by ${actor.name}` : `${actor.name}: ${body.reason}`;
      const events = await starter.start(tx, orgId, { incident: params.number, policy: { id: policy.id, version: policy.version }, plan: policy.body, cause, by: actor, at });
      if (events === null) throw conflictError(`“${policy.body.name}” is under way for this incident already`);
      return events;
    }),

    pagePerson: ({ params, body }, context) => begin(context, params.number, async (tx, facts, at) => {
      const { orgId, actor } = context.caller;
      const { called, name } = await calledByHand(tx, orgId, body, facts, at);
      const cause = body.reason === '' ? `${actor.name} asks for you` : `${actor.name}: ${body.reason}`;
      return (await starter.start(tx, orgId, { incident: params.number, policy: null, plan: planByHand(called, name), cause, by: actor, at })) ?? [];
    }),

    async stopEscalation({ params, body }, { caller }) {
      const at = clock.now();
      const number = await db.transaction(async (tx) => {
        const run = await lockEscalation(tx, caller.orgId, params.id);
        if (run === null || (await readFacts(tx, caller.orgId, viewerOf(caller), run.incident)) === null) throw notFoundError('there is no such escalation');
        if (run.state !== 'active' && run.state !== 'answered') throw conflictError(`“${run.plan.name}” is over already`, { extra: { state: run.state } });
        await appendEvents(tx, caller.orgId, at, await advance.stop(tx, caller.orgId, run, caller.actor, body.reason === '' ? `stopped by ${caller.name}` : body.reason, at));
        return run.incident;
      });
      return board(caller, number);
    },

    async answerPage({ params, body }, { caller }) {
      const page = await ownPage(caller, params.id);
      const at = clock.now();
      await db.transaction(async (tx) => {
        await appendEvents(tx, caller.orgId, at, await answers.take(tx, caller.orgId, { page: page.id, answer: body.answer, note: body.note, over: 'api', at }));
      });
      return board(caller, page.incident);
    },

    async listMyPages(_request, { caller }) {
      if (caller.userKey === null) return { pages: [] };
      const pages = [];
      for (const { page, incident, role, sentAt, times } of await selectOpenCallsOf(db, caller.orgId, caller.userKey, clock.now())) {
        const facts = await titled(caller.orgId, caller, incident);
        if (facts !== null) pages.push({ id: page, incident: incidentNumber.parse(facts.number), title: facts.title, severity: facts.severity, role, sentAt: sentAt.toISOString(), times });
      }
      return { pages };
    },
  };
}
