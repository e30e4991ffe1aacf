/** Rules as people write them, made ready to run: conditions compiled, fields to read known. */
import { SEVERITIES, type CorrelationRule, type RuleField, type Severity } from '#contract';
import type { AlertChange } from '../../ingest/index.ts';
import { createExpressionCompiler, ExpressionError } from '../../platform/expressions/expression.ts';

/** What the severity of a rule's incident is made of. */
export interface RuleGroupFacts {
  readonly alerts: number;
  readonly services: number;
  readonly worst: Severity;
}

export interface CompiledRule {
  readonly rule: CorrelationRule;
  readonly windowMs: number;
  matches(facts: AlertFacts): boolean;
  /** Values of the grouped fields as one key; null when the alert lacks one of them. */
  keyOf(change: AlertChange): string | null;
  severityOf(facts: RuleGroupFacts): Severity;
}

/** An alert as conditions see it; made once, whatever the number of rules. */
export type AlertFacts = Readonly<Record<string, unknown>>;

/** A rule that cannot be used, by its place in the list and the field at fault. */
export interface RuleFault {
  readonly field: string;
  readonly message: string;
}

const conditions = createExpressionCompiler({
  name: 'string', summary: 'string', severity: 'string', rank: 'int', service: 'string', team: 'string', environment: 'string', cluster: 'string',
  labels: 'map<string, string>',
});
const severities = createExpressionCompiler({ alerts: 'int', services: 'int', worst: 'string', rank: 'int' });

function rankOf(severity: Severity): bigint {
  return BigInt(SEVERITIES.indexOf(severity) + 1);
}

/** The variables of a condition for one alert. What it lacks is empty text. */
export function factsOf(change: AlertChange): AlertFacts {
  return {
    name: change.name, summary: change.summary, severity: change.severity, rank: rankOf(change.severity), service: change.service ?? '',
    team: change.team ?? '', environment: change.environment ?? '', cluster: change.cluster ?? '', labels: change.labels,
  };
}

function valueOf(change: AlertChange, field: RuleField): string | null {
  switch (field) {
    case 'name':
      return change.name;
    case 'service':
      return change.service;
    case 'team':
      return change.team;
    case 'environment':
      return change.environment;
    case 'cluster':
      return change.cluster;
    case 'severity':
      return change.severity;
    default: {
      const value = change.labels[field.slice('labels.'.length)];
      return value === undefined || value === '' ? null : value;
    }
  }
}

function severityFunction(rule: CorrelationRule): (facts: RuleGroupFacts) => Severity {
  const { severity } = rule;
  switch (severity.kind) {
    case 'highest':
      return (facts) => facts.worst;
    case 'fixed':
      return () => severity.severity;
    case 'expression': {
      const run = severities.text(severity.expression);
      return (facts) => {
        const given = run({ alerts: BigInt(facts.alerts), services: BigInt(facts.services), worst: facts.worst, rank: rankOf(facts.worst) });
        return SEVERITIES.find((known) => known === given) ?? facts.worst;
      };
    }
  }
}

function compileRule(rule: CorrelationRule): CompiledRule {
  return {
    rule, windowMs: rule.window.seconds * 1000,
    matches: conditions.condition(rule.condition),
    keyOf(change) {
      const values: string[] = [];
      for (const field of rule.groupBy) {
        const value = valueOf(change, field);
        if (value === null) return null;
        values.push(value);
      }
      return JSON.stringify(values);
    },
    severityOf: severityFunction(rule),
  };
}

/** Faults of rules that their schema cannot see: expressions that cannot be used, an id given twice. */
export function findRuleFaults(rules: readonly CorrelationRule[]): RuleFault[] {
  const faults: RuleFault[] = [];
  const ids = new Set<string>();
  rules.forEach((rule, index) => {
    if (ids.has(rule.id)) faults.push({ field: `rules[${index}].id`, message: `is given twice: ${rule.id}` });
    ids.add(rule.id);
    const check = (field: string, work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        faults.push({ field: `rules[${index}].${field}`, message: error.position === null ? error.message : `at character ${error.position + 1}: ${error.message}` });
      }
    };
    check('condition', () => conditions.condition(rule.condition));
    const { severity } = rule;
    if (severity.kind === 'expression') check('severity.expression', () => severities.text(severity.expression));
  });
  return faults;
}

/** The enabled rules, ready to run, in their order. Throws `ExpressionError` for one that `findRuleFaults` would name. */
export function compileRules(rules: readonly CorrelationRule[]): readonly CompiledRule[] {
  return rules.filter((rule) => rule.enabled).map(compileRule);
}
