/** Conditions of policies: CEL over what is known of the incident. */
import { inputError } from '../../platform/errors.ts';
import { createExpressionCompiler, ExpressionError } from '../../platform/expressions/expression.ts';
import { SEVERITIES, type FieldFault, type PolicyBody } from '#contract';
import type { IncidentFacts } from './incidentFacts.ts';

/** Names that conditions may use; `rank` is 1 for SEV1, `minutes` counts from the declaration. */
const compiler = createExpressionCompiler({
  severity: 'string', rank: 'int', state: 'string', title: 'string', incident_type: 'string', services: 'list<string>', owners: 'list<string>', minutes: 'int', commander: 'bool', private: 'bool',
});
const compiled = new Map<string, (facts: Readonly<Record<string, unknown>>) => boolean>();
const MAX_COMPILED = 1000;

function conditionOf(source: string): (facts: Readonly<Record<string, unknown>>) => boolean {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const fresh = compiler.condition(source);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, fresh);
  return fresh;
}

/** Whether a condition holds of an incident. One that cannot be read holds never; saving refuses it. */
export function holdsOf(incident: IncidentFacts, owners: readonly string[], at: Date): (when: string) => boolean {
  const facts = {
    severity: incident.severity, rank: BigInt(SEVERITIES.indexOf(incident.severity) + 1), state: incident.state, title: incident.title, incident_type: incident.type, services: [...incident.services], owners: [...owners],
    minutes: BigInt(Math.max(0, Math.floor((at.getTime() - (incident.declaredAt ?? at).getTime()) / 60_000))), commander: incident.commander !== null, private: incident.members !== null,
  };
  return (when) => {
    try {
      return conditionOf(when)(facts);
    } catch (error) {
      if (error instanceof ExpressionError) return false;
      throw error;
    }
  };
}

/** Throws when an expression of a policy cannot be used, naming its field. */
export function checkConditions(body: PolicyBody): void {
  const sources: (readonly [string, string])[] = body.steps.flatMap((step, index) => (step.kind === 'condition' ? [[`body.steps[${index}].when`, step.when] as const] : []));
  if (body.starts?.condition != null) sources.push(['body.starts.condition', body.starts.condition]);
  const faults = sources.flatMap(([field, source]): FieldFault[] => {
    try {
      conditionOf(source);
      return [];
    } catch (error) {
      if (error instanceof ExpressionError) return [{ field, message: error.message }];
      throw error;
    }
  });
  if (faults.length > 0) throw inputError(faults.map(({ message }) => message).join('; '), faults);
}
