/** The board of causes over HTTP: what is suspected, adding to it, and saying what became of a suspicion. */
import { incidentAssessment, incidentKey, type Actor, type Cause, type CauseBoard, type IncidentAssessment, type JudgeCauseBody } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { appendEvents } from '../../eventlog/index.ts';
import { commandOf, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { conflictError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import { isShadow } from '../helpers/helperStore.ts';
import { boardOf, type Hypothesis } from './board.ts';
import { insertHypothesis, selectAssessment, selectHypotheses, writeVerdict, type Standing } from './causeStore.ts';

export type CauseOperation = 'getCauses' | 'addHypothesis' | 'judgeCause';

const MOST_HYPOTHESES = 50;

interface Present {
  readonly assessment: IncidentAssessment | null;
  readonly loudest: string | null;
  readonly hypotheses: readonly Hypothesis[];
}

/** Makes the handlers. */
export function createCauseHandlers({ db, clock }: { readonly db: Database; readonly clock: Clock }): Handlers<CauseOperation> {
  /** The incident as it is, locked for whoever changes its board. */
  async function lock(tx: Transaction, command: Command, number: number): Promise<Present> {
    const row = await loadIncident(tx, command, number);
    refuseMerged(row);
    return {
      assessment: row.assessment === null ? null : incidentAssessment.parse(row.assessment), loudest: row.primary_service, hypotheses: await selectHypotheses(tx, command.orgId, number),
    };
  }

  async function readCause(tx: Transaction, command: Command, number: number, assessment: IncidentAssessment | null, id: string): Promise<Cause> {
    const found = boardOf(assessment?.roots ?? [], await selectHypotheses(tx, command.orgId, number)).find((each) => each.id === id);
    if (found === undefined) throw new Error(`cause ${id} is not on the board`);
    return found;
  }

  /** Where the verdict is to be written: what a person added, or what the engine suspects, written down with the first verdict. */
  async function rowFor(tx: Transaction, command: Command, number: number, seen: Cause): Promise<string> {
    const [kind = '', id = ''] = splitOnce(seen.id);
    if (kind === 'hypothesis') return id;
    const made = await insertHypothesis(tx, command.orgId, number, { origin: 'engine', text: seen.text, service: seen.service }, clock.now(), null);
    const present = await selectHypotheses(tx, command.orgId, number);
    const row = made ?? present.find(({ origin, service }) => origin === 'engine' && service === seen.service)?.id;
    if (row === undefined) throw new Error(`the suspect ${seen.id} could not be written down`);
    return row;
  }

  async function judge(command: Command, number: number, seenVersion: number, { cause, verdict, note }: JudgeCauseBody): Promise<Cause> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const { assessment, loudest, hypotheses } = await lock(tx, command, number);
      const before = boardOf(assessment?.roots ?? [], hypotheses).find((each) => each.id === cause);
      if (before === undefined) throw notFoundError(`${incidentKey(number)} has no such cause`);
      if (before.version !== seenVersion) throw changedMeanwhile(before);
      const id = await rowFor(tx, command, number, before);
      const standing: Standing = { suspects: assessment?.roots.map(({ service }) => service) ?? [], loudest };
      if (!(await writeVerdict(tx, command.orgId, id, Math.max(1, seenVersion), verdict, note, at, command.actor, standing))) throw changedMeanwhile(before);
      const after = await readCause(tx, command, number, assessment, cause);
      await appendEvents(tx, command.orgId, at, [{
        type: 'incident.cause_judged', incident: number, actor: command.actor, data: { cause, text: before.text, service: before.service, verdict, reason: note, onsetAt: assessment?.onsetAt ?? null },
      }]);
      return after;
    });
  }

  return {
    async getCauses({ params }, { caller }): Promise<CauseBoard> {
      const assessment = await selectAssessment(db, caller.orgId, viewerOf(caller), params.number);
      if (assessment === undefined) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      const [hypotheses, shadow] = await Promise.all([selectHypotheses(db, caller.orgId, params.number), isShadow(db, caller.orgId, 'diagnosis')]);
      const items = boardOf(shadow ? [] : assessment?.roots ?? [], hypotheses);
      return { items, confidence: shadow ? null : assessment?.confidence ?? null, onsetAt: assessment?.onsetAt ?? null, shadow };
    },
    async addHypothesis({ params, body }, context) {
      const command = commandOf(context);
      const at = clock.now();
      return db.transaction(async (tx) => {
        const { assessment, hypotheses } = await lock(tx, command, params.number);
        if (hypotheses.length >= MOST_HYPOTHESES) throw conflictError(`${incidentKey(params.number)} has ${MOST_HYPOTHESES} hypotheses; judge those first`);
        const actor: Actor = command.actor;
        const id = await insertHypothesis(tx, command.orgId, params.number, { origin: 'person', text: body.text, service: body.service ?? null }, at, actor);
        const added = await readCause(tx, command, params.number, assessment, `hypothesis:${id ?? ''}`);
        await appendEvents(tx, command.orgId, at, [{ type: 'incident.hypothesis_added', incident: params.number, actor, data: { text: body.text, service: body.service ?? null } }]);
        return added;
      });
    },
    judgeCause: ({ params, body }, context) => judge(commandOf(context), params.number, requiredVersion(context), body),
  };
}

function splitOnce(id: string): string[] {
  const at = id.indexOf(':');
  return [id.slice(0, at), id.slice(at + 1)];
}

function changedMeanwhile(before: Cause): Error {
  const happened = before.judgedBy === null ? 'was put on the board' : `was judged by ${before.judgedBy.name}`;
  return versionMismatchError(`"${before.text}" ${happened} since you looked; look again and repeat what still makes sense`, { extra: { currentVersion: before.version } });
}
