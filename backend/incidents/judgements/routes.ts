/** Judgements over HTTP: what people say of the grouping, each with its event. */
import { incidentKey, type Judgement, type OrgId } from '#contract';
import { ANYBODY, viewerOf } from '../../access/index.ts';
import { labelAlerts, type AlertLabels } from '../../correlation/index.ts';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { inputError, notFoundError } from '../../platform/errors.ts';
import type { Caller, Handlers } from '../../platform/http/route.ts';
import { existingIncidents, membersOf, removeJudgement, selectJudgement, selectJudgements, writeJudgement } from './judgementStore.ts';

export type JudgementOperation = 'getJudgement' | 'putJudgement' | 'deleteJudgement' | 'listJudgements';

/** Labels of the alerts of judged incidents that everybody may see, whose episodes began in a period: what a back-test is scored against. */
export async function labelsOf(db: Database, orgId: OrgId, from: Date, to: Date): Promise<AlertLabels> {
  const judgements = await selectJudgements(db, orgId, ANYBODY, {});
  const incidents = judgements.flatMap(({ incident, judgement }) => (judgement.verdict === 'should_merge' ? [incident, ...judgement.with] : [incident]));
  return labelAlerts(judgements, await membersOf(db, orgId, incidents, from, to));
}

/** Makes the handlers. */
export function createJudgementHandlers({ db, clock }: { readonly db: Database; readonly clock: Clock }): Handlers<JudgementOperation> {
  async function answer(caller: Caller, number: number): Promise<{ judgement: Judgement | null }> {
    return { judgement: await selectJudgement(db, caller.orgId, viewerOf(caller), number) };
  }

  async function requireIncident(caller: Caller, number: number): Promise<void> {
    if (!(await existingIncidents(db, caller.orgId, viewerOf(caller), [number])).has(number)) throw notFoundError(`${incidentKey(number)} does not exist`);
  }

  return {
    async getJudgement({ params }, { caller }) {
      await requireIncident(caller, params.number);
      return answer(caller, params.number);
    },
    async putJudgement({ params, body }, { caller }) {
      await requireIncident(caller, params.number);
      if (body.verdict === 'should_merge') {
        const existing = await existingIncidents(db, caller.orgId, viewerOf(caller), body.with);
        const stranger = body.with.findIndex((other) => other === params.number || !existing.has(other));
        if (stranger >= 0) throw inputError('name other incidents that exist', [{ field: `body.with[${stranger}]`, message: 'is no other incident of this organisation' }]);
      }
      const at = clock.now();
      await db.transaction(async (tx) => {
        await writeJudgement(tx, caller.orgId, params.number, at, caller.actor, body);
        await appendEvents(tx, caller.orgId, at, [{ type: 'incident.judged', incident: params.number, actor: caller.actor, data: { verdict: body.verdict } }]);
      });
      return answer(caller, params.number);
    },
    async deleteJudgement({ params }, { caller }) {
      await requireIncident(caller, params.number);
      await db.transaction(async (tx) => {
        if (!(await removeJudgement(tx, caller.orgId, params.number))) return;
        await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'incident.judged', incident: params.number, actor: caller.actor, data: { verdict: null } }]);
      });
      return { judgement: null };
    },
    async listJudgements({ query }, { caller }) {
      if (query.cursor !== undefined && !/^\d{1,9}$/.test(query.cursor)) throw inputError('the cursor is not one of this list', [{ field: 'cursor', message: 'start again without a cursor' }]);
      const items = await selectJudgements(db, caller.orgId, viewerOf(caller), { ...(query.cursor === undefined ? {} : { before: Number(query.cursor) }), limit: query.limit + 1 });
      const shown = items.slice(0, query.limit);
      return { items: shown, nextCursor: items.length > shown.length ? String(shown.at(-1)?.incident) : null };
    },
  };
}
