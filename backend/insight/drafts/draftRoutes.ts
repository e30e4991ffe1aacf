/** Summaries and drafts over HTTP: made of what Muster's own operations answer to the asker, so that nobody reads in them what they may not read elsewhere. */
import { incidentKey, type Audience, type AudienceId, type IncidentNumber } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import { inputError } from '../../platform/errors.ts';
import type { Handlers, RequestContext } from '../../platform/http/route.ts';
import { digestOf } from './digest.ts';
import type { DraftFacts } from './facts.ts';
import type { ModelDesk } from './modelDesk.ts';
import { draftFor } from './updateDraft.ts';

/** Operations whose answers it reads. */
export type DraftSources = Handlers<'getIncident' | 'getCauses' | 'getChangesBefore' | 'listTimeline' | 'listRuns' | 'listIncidentTasks' | 'getIncidentComms' | 'getCommunication'>;
export type DraftOperation = 'getSummary' | 'writeDraft' | 'previewDraft';

export interface DraftDeps {
  readonly clock: Clock;
  readonly desk: ModelDesk;
  /** Asked for when they are needed: they are put together after this. */
  readonly sources: () => DraftSources;
}

const NOTES = 20;
const RUNS = 20;
const TASKS = 50;

/** Reads everything that is known. Throws where there is no such incident. */
export async function readFacts({ clock, sources }: Pick<DraftDeps, 'clock' | 'sources'>, number: IncidentNumber, context: RequestContext): Promise<DraftFacts> {
  const ask = sources();
  const params = { number };
  const incident = await ask.getIncident({ params, query: undefined, body: undefined }, context);
  const [board, changes, notes, runs, tasks, comms] = await Promise.all([
    ask.getCauses({ params, query: undefined, body: undefined }, context), ask.getChangesBefore({ params, query: undefined, body: undefined }, context),
    ask.listTimeline({ params, query: { kind: 'notes', order: 'newest', limit: NOTES }, body: undefined }, context), ask.listRuns({ params: undefined, query: { incident: number, state: 'all', limit: RUNS }, body: undefined }, context),
    ask.listIncidentTasks({ params, query: { state: 'open', limit: TASKS }, body: undefined }, context), ask.getIncidentComms({ params, query: undefined, body: undefined }, context),
  ]);
  return { incident, board, changes, notes: notes.items, runs: runs.items, tasks: tasks.items, comms, now: clock.now() };
}

/** Makes the handlers. */
export function createDraftHandlers(deps: DraftDeps): Handlers<DraftOperation> {
  async function prepare(number: IncidentNumber, wanted: AudienceId, context: RequestContext): Promise<{ facts: DraftFacts; audience: Audience }> {
    const facts = await readFacts(deps, number, context);
    const { audiences } = await deps.sources().getCommunication({ params: undefined, query: undefined, body: undefined }, context);
    const audience = audiences.find(({ id }) => id === wanted);
    if (audience === undefined) throw inputError(`there is no audience “${wanted}” to write to about ${incidentKey(number)}`, [{ field: 'body.audience', message: `is not known; known are ${audiences.map(({ id }) => id).join(', ')}` }]);
    return { facts, audience };
  }

  return {
    async getSummary({ params }, context) {
      return digestOf(await readFacts(deps, params.number, context));
    },
    async writeDraft({ params, body }, context) {
      const { facts, audience } = await prepare(params.number, body.audience, context);
      const { orgId } = context.caller;
      const draft = { ...draftFor(audience, facts), modelOffered: await deps.desk.isOffered(orgId, facts) };
      if (body.by === 'template') return draft;
      const outcome = await deps.desk.reword(orgId, audience, facts, body.seen ?? null);
      return 'draft' in outcome ? { ...outcome.draft, modelOffered: true } : { ...draft, whyNotModel: outcome.whyNot };
    },
    async previewDraft({ params, body }, context) {
      const { facts, audience } = await prepare(params.number, body.audience, context);
      return deps.desk.preview(context.caller.orgId, audience, facts);
    },
  };
}
