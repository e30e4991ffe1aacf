/** Which alerts a rule, window or silence means: compiled once, asked for every alert. Pure. */
import { RE2JS } from 're2js';
import { drillOf, SEVERITIES, type AlertScope, type FieldFault, type LabelMatcher, type Labels, type Severity } from '#contract';
import { createExpressionCompiler, ExpressionError } from '../platform/expressions/expression.ts';

/** What can be asked of an alert. */
export interface AlertFacts {
  readonly sourceId: string;
  readonly name: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly service: string | null;
  readonly team: string | null;
  readonly environment: string | null;
  readonly cluster: string | null;
  readonly labels: Labels;
}

export type AlertTest = (alert: AlertFacts) => boolean;

/** A scope that cannot be used, with the field at fault. */
export class ScopeError extends Error {
  readonly fault: FieldFault;

  constructor(fault: FieldFault) {
    super(`${fault.field}: ${fault.message}`);
    this.name = 'ScopeError';
    this.fault = fault;
  }
}

const conditions = createExpressionCompiler({
  name: 'string', summary: 'string', severity: 'string', rank: 'int', service: 'string', team: 'string', environment: 'string',
  cluster: 'string', source: 'string', labels: 'map<string, string>',
});

/** The facts as a condition sees them; what is not known is empty text. */
function conditionFacts(alert: AlertFacts): Readonly<Record<string, unknown>> {
  return {
    name: alert.name, summary: alert.summary, severity: alert.severity, rank: BigInt(SEVERITIES.indexOf(alert.severity) + 1),
    service: alert.service ?? '', team: alert.team ?? '', environment: alert.environment ?? '', cluster: alert.cluster ?? '',
    source: alert.sourceId, labels: alert.labels,
  };
}

/** A label of the alert, else the field of that name; empty when it has neither. For what must be alike or is counted apart. */
export function valueOf(alert: AlertFacts, name: string): string {
  const label = alert.labels[name];
  if (label !== undefined) return label;
  switch (name) {
    case 'service':
      return alert.service ?? '';
    case 'team':
      return alert.team ?? '';
    case 'environment':
      return alert.environment ?? '';
    case 'cluster':
      return alert.cluster ?? '';
    case 'severity':
      return alert.severity;
    case 'source':
      return alert.sourceId;
    case 'name':
      return alert.name;
    default:
      return '';
  }
}

/** Values of several labels or fields as one key. Alerts of a drill share none with real ones: they neither explain nor count with them. */
export function keyOf(alert: AlertFacts, names: readonly string[]): string {
  const values = names.map((name) => valueOf(alert, name));
  const drill = drillOf(alert.labels);
  return JSON.stringify(drill === null ? values : [...values, { drill }]);
}

function compileMatcher({ name, operator, value }: LabelMatcher, field: string): (labels: Labels) => boolean {
  switch (operator) {
    case '=':
      return (labels) => (labels[name] ?? '') === value;
    case '!=':
      return (labels) => (labels[name] ?? '') !== value;
    case '=~':
    case '!~': {
      const wanted = operator === '=~';
      let pattern: RE2JS;
      try {
        pattern = RE2JS.compile(`^(?:${value})$`, RE2JS.DOTALL);
      } catch (error) {
        throw new ScopeError({ field: `${field}.value`, message: `is not a pattern (RE2): ${error instanceof Error ? error.message : 'unreadable'}` });
      }
      return (labels) => pattern.matches(labels[name] ?? '') === wanted;
    }
  }
}

/** Whether labels meet all matchers. Throws `ScopeError` for a pattern that cannot be used. */
export function compileMatchers(matchers: readonly LabelMatcher[], field: string): (labels: Labels) => boolean {
  const tests = matchers.map((matcher, index) => compileMatcher(matcher, `${field}[${index}]`));
  return (labels) => tests.every((test) => test(labels));
}

/** True when a scope names nothing: it then means every alert. */
export function isEmptyScope(scope: AlertScope): boolean {
  return scope.services.length === 0 && scope.environments.length === 0 && scope.matchers.length === 0 && scope.condition === null;
}

/** Compiles a scope; `field` is its place in the request, for faults. Throws `ScopeError`. */
export function compileScope(scope: AlertScope, field: string): AlertTest {
  const services = new Set(scope.services);
  const environments = new Set(scope.environments);
  const matchers = compileMatchers(scope.matchers, `${field}.matchers`);
  let condition: ((facts: Readonly<Record<string, unknown>>) => boolean) | null = null;
  if (scope.condition !== null) {
    try {
      condition = conditions.condition(scope.condition);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const place = error.position === null ? '' : ` (character ${error.position + 1})`;
      throw new ScopeError({ field: `${field}.condition`, message: `${error.message}${place}` });
    }
  }
  return (alert) =>
    (services.size === 0 || (alert.service !== null && services.has(alert.service)))
    && (environments.size === 0 || (alert.environment !== null && environments.has(alert.environment)))
    && matchers(alert.labels)
    && (condition === null || condition(conditionFacts(alert)));
}
