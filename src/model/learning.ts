/** What was learned, in words. */
import type { LearnedItem } from '#contract';

/** What it is about: `checkout + search`, `ProbeFailed + mail`, `Candidates around mail`. */
export function learnedName({ subject, other }: Pick<LearnedItem, 'subject' | 'other'>): string {
  return other === null ? `Candidates around ${subject.name}` : `${subject.name}${subject.kind === 'rule' ? ' (alert rule)' : ''} + ${other.name}`;
}

/** Counts behind a pair that its summary does not say; empty for candidates. */
export function learnedEvidence({ kind, subject, other, evidence }: Pick<LearnedItem, 'kind' | 'subject' | 'other' | 'evidence'>): string {
  if (kind === 'candidate' || other === null || evidence.together === 0) {
    return '';
  }
  const lift = evidence.lift === null ? '' : `, ${evidence.lift} times as often as chance would have it`;
  return `${evidence.together} incidents with both${lift}; ${evidence.withSubject} with ${subject.name}, ${evidence.withOther} with ${other.name}, of ${evidence.incidents} in all`;
}
