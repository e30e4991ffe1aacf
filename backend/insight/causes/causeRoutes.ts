/** The board of causes over HTTP: what is suspected, adding to it, and saying what became of a suspicion. */
import { incidentAssessment, incidentKey, type Actor, type Cause, type CauseBoard, type CauseMetrics, type IncidentAssessment, type OrgId, type JudgeCauseBody } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { appendEvents } from '../../eventlog/index.ts';
import type { WatchedSource } from '../../detection/index.ts';
import { commandOf, findIncidentScope, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import { isShadow } from '../../standing/index.ts';
import { boardOf, type Hypothesis } from './board.ts';
import { insertHypothesis, selectAssessment, selectHypotheses, writeVerdict, type Standing } from './causeStore.ts';
import { REFRESH_MS } from './metrics/diagnoser.ts';
import { askFor, readDiagnosis, type MadeDiagnosis } from './metrics/diagnosisStore.ts';
import { suspectsOf, type Suspect } from './metrics/suspects.ts';

export type CauseOperation = 'getCauses' | 'addHypothesis' | 'judgeCause';

const MOST_HYPOTHESES = 50;
/** Metrics are asked of what began no longer ago: later they are often gone. */
const ASKED_MS = 7 * 86_400_000;
const UNASKED = { at: null, series: 0, services: 0, failed: [], leftOut: 0 } as const;

interface Present {
  readonly assessment: IncidentAssessment | null;
  readonly suspects: readonly Suspect[];
  readonly loudest: string | null;
  readonly hypotheses: readonly Hypothesis[];
}

export interface CauseDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly watched: WatchedSource;
}

/** Makes the handlers. */
export function createCauseHandlers({ db, clock, watched }: CauseDeps): Handlers<CauseOperation> {
  async function suspectsNow(q: Queryable, orgId: OrgId, number: number, assessment: IncidentAssessment | null): Promise<Suspect[]> {
    return suspectsOf(assessment?.roots ?? [], (await readDiagnosis(q, orgId, number))?.result ?? null);
  }

  /** What metrics told, and asks for it anew where that is old. */
  async function metricsOf(orgId: OrgId, number: number, made: MadeDiagnosis | null, onsetAt: string | null): Promise<CauseMetrics> {
    const isYoung = onsetAt !== null && clock.nowMs() - new Date(onsetAt).getTime() < ASKED_MS;
    const isUsed = await watched.isUsed(orgId);
    if (isUsed && isYoung) await askFor(db, orgId, number, clock.now(), new Date(clock.nowMs() - REFRESH_MS));
    if (made !== null) return { state: made.result.state, at: made.madeAt.toISOString(), ...made.result.counts };
    return { state: isUsed && isYoung ? 'preparing' : 'none', ...UNASKED, failed: [] };
  }

  /** The incident as it is, locked for whoever changes its board. */
  async function lock(tx: Transaction, command: Command, number: number): Promise<Present> {
    const row = await loadIncident(tx, command, number);
    refuseMerged(row);
    const assessment = row.assessment === null ? null : incidentAssessment.parse(row.assessment);
    return {
      assessment, suspects: await suspectsNow(tx, command.orgId, number, assessment), loudest: row.primary_service, hypotheses: await selectHypotheses(tx, command.orgId, number),
    };
  }

  async function readCause(tx: Transaction, command: Command, number: number, suspects: readonly Suspect[], id: string): Promise<Cause> {
    const found = boardOf(suspects, await selectHypotheses(tx, command.orgId, number)).find((each) => each.id === id);
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
      const { assessment, suspects, loudest, hypotheses } = await lock(tx, command, number);
      const before = boardOf(suspects, hypotheses).find((each) => each.id === cause);
      if (before === undefined) throw notFoundError(`${incidentKey(number)} has no such cause`);
      if (before.version !== seenVersion) throw changedMeanwhile(before);
      const id = await rowFor(tx, command, number, before);
      const standing: Standing = { suspects: suspects.map(({ service }) => service), loudest, confidence: suspects[0]?.score ?? null };
      if (!(await writeVerdict(tx, command.orgId, id, Math.max(1, seenVersion), verdict, note, at, command.actor, standing))) throw changedMeanwhile(before);
      const after = await readCause(tx, command, number, suspects, cause);
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
      const [hypotheses, made, scope, shadow] = await Promise.all([
        selectHypotheses(db, caller.orgId, params.number), readDiagnosis(db, caller.orgId, params.number), findIncidentScope(db, caller.orgId, viewerOf(caller), params.number),
        isShadow(db, caller.orgId, 'diagnosis'),
      ]);
      const onsetAt = assessment?.onsetAt ?? null;
      return {
        // What people added or judged stays.
        items: boardOf(shadow ? [] : suspectsOf(assessment?.roots ?? [], made?.result ?? null), hypotheses), confidence: shadow ? null : assessment?.confidence ?? null, onsetAt, shadow,
        metrics: await metricsOf(caller.orgId, params.number, made, onsetAt ?? scope?.beganAt.toISOString() ?? null),
      };
    },
    async addHypothesis({ params, body }, context) {
      const command = commandOf(context);
      const at = clock.now();
      return db.transaction(async (tx) => {
        const { suspects, hypotheses } = await lock(tx, command, params.number);
        if (hypotheses.length >= MOST_HYPOTHESES) throw conflictError(`${incidentKey(params.number)} has ${MOST_HYPOTHESES} hypotheses; judge those first`);
        const actor: Actor = command.actor;
        const id = await insertHypothesis(tx, command.orgId, params.number, { origin: 'person', text: body.text, service: body.service ?? null }, at, actor);
        const added = await readCause(tx, command, params.number, suspects, `hypothesis:${id ?? ''}`);
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
