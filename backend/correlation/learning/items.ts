/** What was learned as people, the table and the engine see it. Pure. */
import { learnedItem, type LearnedKind } from '#contract';
import { z } from 'zod';
import type { LearnedLink } from '../engine/index.ts';
import { SOONER_SCORE, whySooner, type LearnedCandidate } from './learnCandidates.ts';
import type { LearnedPair } from './learnPairs.ts';

export const itemContent = learnedItem.omit({ id: true, ignored: true });
export type ItemContent = z.infer<typeof itemContent>;

/** A row to store. */
export interface NewItem {
  readonly key: string;
  readonly kind: LearnedKind;
  readonly names: string;
  readonly content: ItemContent & Record<string, unknown>;
  readonly lastSeenAt: Date;
}

/** What the sink must know of a kind of candidates beside what people see. */
export const candidateContent = itemContent.extend({
  counts: z.object({ services: z.record(z.string(), z.number()), rules: z.record(z.string(), z.number()), severity: z.number(), alerts: z.number() }),
});

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Why a pair counts, seen from one that goes with `other`. */
function pairText(pair: LearnedPair, other: string, withOther: number): string {
  const { together, merged, parted } = pair.evidence;
  const parts: string[] = [];
  if (pair.effect > 0 && together > 0) parts.push(`fired together in ${together} of the last ${times(withOther, 'incident')} with ${other}`);
  if (merged > 0) parts.push(`people put it together with ${other} in ${times(merged, 'incident')}`);
  if (parted > 0) parts.push(`people took it apart from ${other} in ${times(parted, 'incident')}`);
  return parts.join('; ');
}

/** A pair as the engine asks for it. */
export function toLink(pair: LearnedPair): LearnedLink {
  const { kind, name, service, effect, evidence } = pair;
  return { kind, name, service, effect, text: pairText(pair, service, evidence.withOther), reverseText: pairText(pair, name, evidence.withSubject) };
}

/** A pair as a row. */
export function pairItem(pair: LearnedPair): NewItem {
  const { kind, name, service, effect, evidence, incidents, lastSeenAt, key } = pair;
  return {
    key, kind: 'pair', names: `${name} ${service}`, lastSeenAt,
    content: {
      kind: 'pair', subject: { kind, name }, other: { kind: 'service', name: service }, effect: effect > 0 ? 'together' : 'apart', weight: effect,
      summary: `${name}: ${pairText(pair, service, evidence.withOther)}`, evidence, incidents: [...incidents], lastSeenAt: lastSeenAt.toISOString(), link: toLink(pair),
    },
  };
}

function candidateSummary(learned: LearnedCandidate): string {
  switch (learned.effect) {
    case 'held':
      return `rejected ${times(learned.rejected, 'time')} in the last 30 days: held, until one is graver, broader or larger`;
    case 'sooner':
      return whySooner(learned) ?? '';
    default:
      return learned.rejected > 0 ? `rejected ${times(learned.rejected, 'time')} in the last 30 days; held from 3 on` : `promoted ${times(learned.promoted, 'time')} in the last 30 days; sooner from 2 on`;
  }
}

/** A kind of candidates as a row. */
export function candidateItem(learned: LearnedCandidate): NewItem {
  const { key, cause, effect, rejected, promoted, services, rules, severity, alerts, incidents, lastSeenAt } = learned;
  return {
    key, kind: 'candidate', names: [cause, ...Object.keys(services), ...Object.keys(rules)].join(' '), lastSeenAt,
    content: {
      kind: 'candidate', subject: { kind: 'cause', name: cause }, other: null, effect, weight: effect === 'sooner' ? SOONER_SCORE : 0, summary: candidateSummary(learned),
      evidence: { together: 0, withSubject: 0, withOther: 0, incidents: incidents.length, lift: null, merged: 0, parted: 0, rejected, promoted },
      incidents: [...incidents], lastSeenAt: lastSeenAt.toISOString(), counts: { services, rules, severity, alerts },
    },
  };
}

/** A kind of candidates from its row. */
export function candidateOf(key: string, stored: z.infer<typeof candidateContent>): LearnedCandidate {
  return {
    key, cause: stored.subject.name, effect: stored.effect, rejected: stored.evidence.rejected, promoted: stored.evidence.promoted, ...stored.counts,
    incidents: stored.incidents, lastSeenAt: new Date(stored.lastSeenAt),
  };
}

export const linkContent = z.object({
  link: z.object({ kind: z.enum(['service', 'rule']), name: z.string(), service: z.string(), effect: z.number(), text: z.string(), reverseText: z.string() }),
});

