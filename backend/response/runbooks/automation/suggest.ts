/** Why a runbook fits an incident, and how well. Pure. */
import { isWithoutIncident, type RunbookDocument, type StepKind } from '#contract';
import { everyStep } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { isFor, namedServices } from './applies.ts';

export interface Fit {
  /** Strongest first; none: it does not fit. */
  readonly reasons: readonly string[];
  /** 0 to 1. */
  readonly score: number;
}

export interface FitFacts {
  readonly services: readonly string[];
  readonly scope: Scope;
  /** Runs of it that succeeded for other incidents of the same services. */
  readonly succeededBefore: number;
  holds(condition: string, scope: Scope): boolean;
}

const WEIGHTS = { service: 0.4, match: 0.3, trigger: 0.15, before: 0.15, generic: 0.05 };
/** So many successes count as many as there can be. */
const ENOUGH_SUCCESSES = 3;

/** A condition that cannot be answered for this incident does not hold. */
function isTrue(facts: FitFacts, condition: string): boolean {
  try {
    return facts.holds(condition, facts.scope);
  } catch {
    return false;
  }
}

/** True for one that names neither services nor a condition, and does not wait for warnings alone: it fits anything, and so tells little. */
export function isGeneric({ metadata, triggers }: RunbookDocument): boolean {
  return metadata.services.length === 0 && metadata.match === undefined && triggers.every((trigger) => trigger.when === undefined)
    && (triggers.length === 0 || triggers.some(({ on }) => !isWithoutIncident(on)));
}

/** How a runbook fits an incident. One that is for other services never does. */
export function fitOf(document: RunbookDocument, facts: FitFacts): Fit {
  if (!isFor(document, facts.services)) return { reasons: [], score: 0 };
  const found: { readonly reason: string; readonly weight: number }[] = [];
  const named = namedServices(document, facts.services);
  if (named.length > 0) found.push({ reason: `It is for ${named.join(', ')}`, weight: WEIGHTS.service });
  if (document.metadata.match !== undefined && isTrue(facts, document.metadata.match)) found.push({ reason: 'Its condition holds for this incident', weight: WEIGHTS.match });
  if (document.triggers.some((trigger) => trigger.when !== undefined && isTrue(facts, trigger.when))) found.push({ reason: 'One of its triggers matches this incident', weight: WEIGHTS.trigger });
  if (facts.succeededBefore > 0) {
    const times = facts.succeededBefore === 1 ? 'once' : `${facts.succeededBefore} times`;
    found.push({ reason: `It succeeded ${times} before on the same services`, weight: WEIGHTS.before * Math.min(1, facts.succeededBefore / ENOUGH_SUCCESSES) });
  }
  if (found.length === 0 && isGeneric(document)) found.push({ reason: 'It fits any incident', weight: WEIGHTS.generic });
  const ordered = found.sort((a, b) => b.weight - a.weight);
  return { reasons: ordered.map(({ reason }) => reason), score: Math.min(1, ordered.reduce((sum, { weight }) => sum + weight, 0)) };
}

/** Kinds of steps that look, compute, wait or ask leave: nothing is changed by them, nor by a person whom they tell to. */
const READING: readonly StepKind[] = ['grafanaQuery', 'promql', 'script', 'wait', 'waitUntil', 'approval', 'branch', 'parallel', 'forEach'];

/** True when no step of it changes anything, here or elsewhere. */
export function onlyReads({ steps }: Pick<RunbookDocument, 'steps'>): boolean {
  return everyStep(steps).every(({ step }) => READING.includes(step.kind) && step.undo === undefined);
}

/** Why nothing is suggested. */
export function whyNone(live: readonly RunbookDocument[], services: readonly string[]): string {
  if (live.length === 0) return 'No runbook is published yet.';
  if (services.length === 0) return 'The incident names no service, and no runbook has a condition that holds for it.';
  return `None of ${live.length === 1 ? 'the one published runbook' : `the ${live.length} published runbooks`} is for ${services.join(', ')} or has a condition that holds for this incident.`;
}
