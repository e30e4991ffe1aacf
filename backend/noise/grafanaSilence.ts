/**
 * Silences as Grafana's Alertmanager API has them, and as they are here. Pure.
 *
 * A silence made here carries its own id at the end of its comment. That is what makes it safe to send it again: when an
 * answer got lost, the silence is found in Grafana by that mark instead of being made twice.
 */
import { z } from 'zod';
import type { LabelMatcher } from '#contract';

export const grafanaSilence = z.looseObject({
  id: z.string().min(1),
  status: z.looseObject({ state: z.enum(['expired', 'active', 'pending']) }),
  matchers: z.array(z.looseObject({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().default(true) })),
  startsAt: z.string(),
  endsAt: z.string(),
  createdBy: z.string(),
  comment: z.string(),
});
export type GrafanaSilence = z.infer<typeof grafanaSilence>;
export const grafanaSilenceList = z.array(grafanaSilence);
export const createdSilence = z.looseObject({ silenceID: z.string().min(1) });

export interface OwnSilence {
  readonly id: string;
  readonly grafanaId: string | null;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly comment: string;
  readonly createdBy: string;
}

const MARK = / \[muster:([0-9a-f-]{36})\]$/;

/** Id of the silence here that a comment of Grafana's names, or null. */
export function markIn(comment: string): string | null {
  return MARK.exec(comment)?.[1] ?? null;
}

/** A comment without its mark. */
export function withoutMark(comment: string): string {
  return comment.replace(MARK, '');
}

function operatorOf(isRegex: boolean, isEqual: boolean): LabelMatcher['operator'] {
  if (isRegex) return isEqual ? '=~' : '!~';
  return isEqual ? '=' : '!=';
}

/** Matchers as they are here. */
export function toMatchers(silence: GrafanaSilence): LabelMatcher[] {
  return silence.matchers.map(({ name, value, isRegex, isEqual }) => ({ name, value, operator: operatorOf(isRegex, isEqual) }));
}

/** The body by which Grafana is told of a silence; with its id there it is replaced. */
export function toGrafanaBody(silence: OwnSilence): object {
  return {
    ...(silence.grafanaId === null ? {} : { id: silence.grafanaId }),
    matchers: silence.matchers.map(({ name, value, operator }) => ({ name, value, isRegex: operator === '=~' || operator === '!~', isEqual: operator === '=' || operator === '=~' })),
    startsAt: silence.startsAt.toISOString(), endsAt: silence.endsAt.toISOString(), createdBy: silence.createdBy, comment: `${silence.comment} [muster:${silence.id}]`,
  };
}

/** Text that is equal for equal matchers. */
function matchersText(matchers: readonly LabelMatcher[]): string {
  return JSON.stringify(matchers.map(({ name, operator, value }) => [name, operator, value]));
}

/** True when Grafana's silence says what ours says. */
export function isSame(own: OwnSilence, theirs: GrafanaSilence): boolean {
  return own.endsAt.getTime() === Date.parse(theirs.endsAt) && own.startsAt.getTime() === Date.parse(theirs.startsAt)
    && own.comment === withoutMark(theirs.comment) && matchersText(own.matchers) === matchersText(toMatchers(theirs));
}
