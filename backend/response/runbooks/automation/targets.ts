/** How many targets a run would touch at most, as far as it can be told before it runs. Pure. */
import { STEP_KIND_SPECS, type RunbookDocument, type Step } from '#contract';
import type { Scope } from '../kinds/kind.ts';

export interface TargetDeps {
  evaluate(expression: string, scope: Scope): unknown;
  /** A live runbook by name, for the steps that run one. */
  find(id: string): RunbookDocument | undefined;
}

/** Kinds of the group of systems that leave them as they are, or change only what Muster and Grafana show. */
const HARMLESS: ReadonlySet<string> = new Set(['annotate', 'silence', 'grafanaQuery', 'promql', 'script']);

/** A step that changes a system and does not say how many, touches one. */
function ofKind(step: Step): number {
  if (step.kind === 'branch' || step.kind === 'parallel' || step.kind === 'forEach' || HARMLESS.has(step.kind)) return 0;
  if (step.kind === 'http') return step.with.method === 'GET' ? 0 : 1;
  if (step.kind === 'kubernetes') return step.with.action === 'logs' ? 0 : 1;
  return STEP_KIND_SPECS[step.kind].group === 'systems' ? 1 : 0;
}

function sum(counts: readonly (number | null)[]): number | null {
  return counts.reduce((a, b) => (a === null || b === null ? null : a + b), 0);
}

function most(counts: readonly (number | null)[]): number | null {
  return counts.reduce((a, b) => (a === null || b === null ? null : Math.max(a, b)), 0);
}

/** The most that a run of the document touches; null when it depends on what its steps find. */
export function countTargets(document: RunbookDocument, scope: Scope, deps: TargetDeps, seen: readonly string[] = []): number | null {
  const evaluated = (expression: string): unknown => {
    try {
      return deps.evaluate(expression, scope);
    } catch {
      return null;
    }
  };

  function ofList(steps: readonly Step[]): number | null {
    return sum(steps.map(ofStep));
  }

  function ofStep(step: Step): number | null {
    if (typeof step.targets === 'number') return step.targets;
    if (step.targets !== undefined) {
      const value = evaluated(step.targets);
      const count = typeof value === 'bigint' ? Number(value) : value;
      return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? Math.ceil(count) : null;
    }
    switch (step.kind) {
      // One of its ways is taken.
      case 'branch':
        return most([...step.cases.map((one) => ofList(one.steps)), ofList(step.otherwise)]);
      case 'parallel':
        return sum(step.lanes.map((lane) => ofList(lane.steps)));
      case 'forEach': {
        const each = ofList(step.steps);
        if (each === 0 || each === null) return each;
        const items = evaluated(step.items);
        return Array.isArray(items) ? each * items.length : null;
      }
      case 'subRunbook': {
        const child = deps.find(step.with.runbook);
        if (child === undefined || seen.includes(child.metadata.id)) return null;
        // Its inputs are made when it starts: what depends on them is not known.
        return countTargets(child, {}, deps, [...seen, document.metadata.id, child.metadata.id]);
      }
      default:
        return ofKind(step);
    }
  }

  return ofList(document.steps);
}
