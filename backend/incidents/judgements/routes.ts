/** Judgements over HTTP: what people say of the grouping, each with its event. */
import { incidentKey, type JudgementAnswer, type JudgementBody, type OrgId } from '#contract';
import { ANYBODY, viewerOf } from '../../access/index.ts';
import { labelAlerts, type AlertLabels } from '../../correlation/index.ts';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Caller, type Handlers } from '../../platform/http/route.ts';
import { existingIncidents, membersOf, selectJudgement, selectJudgements, writeJudgement } from './judgementStore.ts';

export type JudgementOperation = 'getJudgement' | 'putJudgement' | 'deleteJudgement' | 'listJudgements';

/** Labels of the alerts of judged incidents that everybody may see, whose episodes began in a period: what a back-test is scored against. */
export async function labelsOf(db: Database, orgId: OrgId, from: Date, to: Date): Promise<AlertLabels> {
  const judgements = await selectJudgements(db, orgId, ANYBODY, {});
  const incidents = judgements.flatMap(({ incident, judgement }) => (judgement.verdict === 'should_merge' ? [incident, ...judgement.with] : [incident]));
  return labelAlerts(judgements, await membersOf(db, orgId, incidents, from, to));
}

/** Makes the handlers. */
export function createJudgementHandlers({ db, clock }: { readonly db: Database; readonly clock: Clock }): Handlers<JudgementOperation> {
  function answer(caller: Caller, number: number): Promise<JudgementAnswer> {
    return selectJudgement(db, caller.orgId, viewerOf(caller), number);
  }

  /** Says it, or with null takes it back, on the version that was seen. */
  async function judge(caller: Caller, number: number, seen: number, body: JudgementBody | null): Promise<JudgementAnswer> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const before = await selectJudgement(tx, caller.orgId, viewerOf(caller), number);
      if (body === null && before.judgement === null && before.version === seen) return before;
      if (!(await writeJudgement(tx, caller.orgId, number, seen, at, caller.actor, body))) {
        const { judgement, version } = await selectJudgement(tx, caller.orgId, viewerOf(caller), number);
        const happened = judgement === null ? 'the judgement was taken back' : `was judged by ${judgement.judgedBy.name}`;
        throw versionMismatchError(`${incidentKey(number)}: ${happened} since you looked; look again and repeat what still makes sense`, { extra: { currentVersion: version } });
      }
      await appendEvents(tx, caller.orgId, at, [{ type: 'incident.judged', incident: number, actor: caller.actor, data: { verdict: body?.verdict ?? null } }]);
      return selectJudgement(tx, caller.orgId, viewerOf(caller), number);
    });
  }

  async function requireIncident(caller: Caller, number: number): Promise<void> {
    if (!(await existingIncidents(db, caller.orgId, viewerOf(caller), [number])).has(number)) throw notFoundError(`${incidentKey(number)} does not exist`);
  }

  return {
    async getJudgement({ params }, { caller }) {
      await requireIncident(caller, params.number);
      return answer(caller, params.number);
    },
    async putJudgement({ params, body }, context) {
      const { caller } = context;
      await requireIncident(caller, params.number);
      if (body.verdict === 'should_merge') {
        const existing = await existingIncidents(db, caller.orgId, viewerOf(caller), body.with);
        const stranger = body.with.findIndex((other) => other === params.number || !existing.has(other));
        if (stranger >= 0) throw inputError('name other incidents that exist', [{ field: `body.with[${stranger}]`, message: 'is no other incident of this organisation' }]);
      }
      return judge(caller, params.number, requiredVersion(context), body);
    },
    async deleteJudgement({ params }, context) {
      const { caller } = context;
      await requireIncident(caller, params.number);
      return judge(caller, params.number, requiredVersion(context), null);
    },
    async listJudgements({ query }, { caller }) {
      if (query.cursor !== undefined && !/^\d{1,9}$/.test(query.cursor)) throw inputError('the cursor is not one of this list', [{ field: 'cursor', message: 'start again without a cursor' }]);
      const items = await selectJudgements(db, caller.orgId, viewerOf(caller), { ...(query.cursor === undefined ? {} : { before: Number(query.cursor) }), limit: query.limit + 1 });
      const shown = items.slice(0, query.limit);
      return { items: shown, nextCursor: items.length > shown.length ? String(shown.at(-1)?.incident) : null };
    },
  };
}
