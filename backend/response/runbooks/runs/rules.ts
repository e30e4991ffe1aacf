/** Who may do what to a run, and what may be done to it now. Pure. */
import { isEndedRun, type Actor, type Role, type Run, type RunState, type StepQuestion, type UserKey } from '#contract';
import type { OpenQuestion } from '../kinds/kind.ts';
import type { StepRow, Steps } from '../plan/model.ts';
import { toUndo } from '../plan/plan.ts';
import type { RunRecord } from './record.ts';

/** How far a role reaches; one that starts no run has no rank. */
const RANK: Readonly<Record<Role, number>> = { viewer: 0, auditor: 0, responder: 1, commander: 2, manager: 3, admin: 4 };

/** Whether a role is the needed one or a higher one. */
export function reaches(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

export type RunCommand = Run['commands'][number];

/** What may be done to a run now. */
export function commandsOf(run: Pick<RunRecord, 'state' | 'ending'>, steps: Steps): RunCommand[] {
  if (isEndedRun(run.state)) return run.state !== 'undone' && run.state !== 'undo_failed' && toUndo(steps).length > 0 ? ['undo'] : [];
  if (run.ending !== null) return [];
  switch (run.state) {
    case 'paused':
      return ['resume', 'cancel'];
    case 'queued':
      return ['cancel'];
    case 'running':
      return ['pause', 'cancel'];
    default:
      return [];
  }
}

/** Who wants to answer. */
export interface Answerer {
  readonly actor: Actor;
  readonly userKey: UserKey | null;
  readonly role: Role;
}

/** Why somebody may not answer; null when they may. `starters`: keys of those who started the run, be it through a token of theirs. */
export function whyNot(question: OpenQuestion, who: Answerer, starters: readonly string[]): string | null {
  if (question.kind === 'input') return reaches(who.role, 'responder') ? null : 'takes a responder or a higher role';
  if (who.userKey === null) return 'a person has to decide, not a token';
  if (starters.includes(who.userKey)) return 'whoever started the run cannot approve it';
  if (!reaches(who.role, question.role)) return `takes the role ${question.role} or a higher one`;
  if (question.approvedBy.some(({ key }) => key === who.actor.key)) return 'you have approved it; somebody else has to as well';
  return null;
}

/** The question as one person sees it. */
export function questionFor(question: OpenQuestion | null, who: Answerer, starters: readonly string[]): StepQuestion | null {
  if (question === null) return null;
  const why = whyNot(question, who, starters);
  return { ...question, mayAnswer: why === null, whyNot: why };
}

/** A value that a manual step was not given right: which, and why; null when all are right. */
export function faultOfValues(ask: Extract<OpenQuestion, { kind: 'input' }>['ask'], values: Readonly<Record<string, string | number | boolean>>): { readonly name: string; readonly message: string } | null {
  for (const { name, type } of ask) {
    const value = values[name];
    if (value === undefined || value === '') return { name, message: 'is needed' };
    if (type === 'number' ? typeof value !== 'number' : type === 'boolean' ? typeof value !== 'boolean' : typeof value !== 'string') return { name, message: `must be ${type === 'boolean' ? 'true or false' : `a ${type}`}` };
  }
  const stranger = Object.keys(values).find((name) => !ask.some((one) => one.name === name));
  return stranger === undefined ? null : { name: stranger, message: 'is not asked for' };
}

/** Whether a person may try a step again. */
export function mayRetry(run: { readonly state: RunState; readonly ending: RunRecord['ending'] }, row: StepRow): boolean {
  if (row.state === 'unknown') return !isEndedRun(run.state) && run.ending === null;
  return row.state === 'failed' && run.state === 'failed';
}

/** Whether a person may pass over a step. */
export function maySkip(run: { readonly state: RunState; readonly ending: RunRecord['ending'] }, row: StepRow): boolean {
  if (mayRetry(run, row)) return true;
  return row.state === 'waiting' && !isEndedRun(run.state) && run.ending === null && !row.stopping;
}
