/** Who may do what to an update, and when. Pure. */
import type { Actor, Approval, UpdateState } from '#contract';

/** What the rules look at. */
export interface RuledUpdate {
  readonly state: UpdateState;
  readonly approval: Approval;
  /** Everybody who wrote on what it says now. */
  readonly authors: readonly Actor[];
  /** Labels of required fields that are empty. */
  readonly missing: readonly string[];
}

/** Null: it may be done. */
export type Refusal = string | null;

function isSame(a: Actor, b: Actor): boolean {
  return a.kind === b.kind && a.key === b.key;
}

function notFilled(missing: readonly string[]): string {
  return `fill in ${missing.join(', ')} first`;
}

const OVER = { published: 'it is published already; write a correction', discarded: 'it was thrown away' } as const;

/** Whether it may be changed or thrown away. */
export function refuseEdit({ state }: Pick<RuledUpdate, 'state'>): Refusal {
  return state === 'published' || state === 'discarded' ? OVER[state] : null;
}

/** Whether somebody may approve it. */
export function refuseApproval(update: RuledUpdate, by: Actor): Refusal {
  const { state } = update;
  if (state === 'published' || state === 'discarded') return OVER[state];
  if (state === 'approved') return 'it is approved already';
  if (update.missing.length > 0) return notFilled(update.missing);
  if (update.approval === 'second_person' && update.authors.some((author) => isSame(author, by))) return 'somebody other than its authors has to approve it';
  return null;
}

/** Whether it may be published. */
export function refusePublishing(update: RuledUpdate): Refusal {
  const { state } = update;
  if (state === 'published' || state === 'discarded') return OVER[state];
  if (state === 'draft' && update.approval !== 'none') return update.approval === 'second_person' ? 'a second person has to approve it first' : 'it has to be approved first';
  return state === 'draft' && update.missing.length > 0 ? notFilled(update.missing) : null;
}
