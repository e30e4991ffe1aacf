/** What more evidence means for an incident: its severity, and whether it is ignored, proposed or declared. Pure. */
import { isGraver, SEVERITIES, type Contribution, type DeclareDecision, type IncidentState, type Severity, type SeverityInputs } from '#contract';
import { SOONER_SCORE, whyHeld, whySooner, type LearnedCandidate } from '../correlation/index.ts';
import { decideDeclaration } from './declarePolicy.ts';
import { computeImpact, type ImpactIndex } from './impact.ts';
import { assessSeverity } from './severityMatrix.ts';
import type { IncidentSettings } from './settingsStore.ts';

export interface EvaluationFacts {
  /** Made by this very batch. */
  readonly fresh: boolean;
  readonly state: IncidentState;
  readonly severity: Severity;
  /** The gravest that the machine ever made it; null when it never did. */
  readonly computedSeverity: Severity | null;
  readonly gravestAlert: Severity | null;
  readonly services: readonly string[];
  readonly alertsTotal: number;
  readonly confidence: number | null;
  readonly ignoredByPolicy: boolean;
  /** What people made of candidates of its kind, and the alert rules that are in it; left out or null: nothing is known. */
  readonly taught?: { readonly learned: LearnedCandidate; readonly rules: readonly string[] } | null;
}

export interface Evaluation {
  readonly severity: Severity;
  readonly computedSeverity: Severity | null;
  readonly inputs: SeverityInputs | null;
  /** Null: the policy was not asked. */
  readonly declaration: DeclareDecision | null;
  readonly state: IncidentState;
}

function nextState(facts: EvaluationFacts, decision: DeclareDecision): IncidentState {
  switch (decision.outcome) {
    case 'declare':
      return 'declared';
    case 'propose':
      return 'candidate';
    case 'ignore':
      // What was shown once stays shown: only people lower.
      return facts.fresh ? 'rejected' : facts.state;
  }
}

/** What was promoted before scores more. */
function promotedBefore({ taught }: EvaluationFacts): Contribution | null {
  const why = taught == null ? null : whySooner(taught.learned);
  return why === null ? null : { kind: 'history', text: why, weight: SOONER_SCORE };
}

/** What would be proposed, but was rejected again and again, is held. What the policy declares is declared. */
function holdRejected(facts: EvaluationFacts, severity: Severity, services: readonly string[], decision: DeclareDecision): DeclareDecision {
  if (decision.outcome !== 'propose' || facts.taught == null) return decision;
  const { learned, rules } = facts.taught;
  const why = whyHeld(learned, { services, rules, severity: SEVERITIES.indexOf(severity) + 1, alerts: facts.alertsTotal });
  return why === null ? decision : { ...decision, outcome: 'ignore', reason: why, contributions: [...decision.contributions, { kind: 'history', text: why, weight: 0 }], rule: null };
}

/**
 * Evaluates an incident. The severity is never lowered: a new incident gets the computed one, another
 * one is raised when the computed one becomes graver than it ever was, even over a person's choice.
 */
export function evaluateIncident(facts: EvaluationFacts, settings: Pick<IncidentSettings, 'declarePolicy' | 'severityPolicy'>, index: ImpactIndex): Evaluation {
  const impact = computeImpact(index, { services: facts.services, clusters: [], startedAtMs: null, untilMs: 0 }, settings.severityPolicy.atRiskHops);
  const inputs = facts.gravestAlert === null
    ? null
    : assessSeverity(settings.severityPolicy, { gravestAlert: facts.gravestAlert, impact, allUsers: index.allUsers });
  const machine = inputs?.severity ?? null;
  const worsened = machine !== null && (facts.computedSeverity === null || isGraver(machine, facts.computedSeverity));
  const computedSeverity = worsened ? machine : facts.computedSeverity;
  const severity = machine !== null && facts.fresh ? machine : worsened && isGraver(machine, facts.severity) ? machine : facts.severity;
  const undecided = facts.state === 'candidate' || (facts.state === 'rejected' && facts.ignoredByPolicy);
  if (!undecided) return { severity, computedSeverity, inputs, declaration: null, state: facts.state };
  const affected = impact.businessServices.filter((business) => business.state === 'affected');
  const known = impact.affected.some((service) => index.knows(service));
  const decided = decideDeclaration(settings.declarePolicy, {
    taught: promotedBefore(facts),
    severity, alerts: facts.alertsTotal, services: impact.affected, confidence: facts.confidence,
    business: known
      ? {
        names: affected.map((business) => business.name), critical: affected.some((business) => business.criticality === 'critical'),
        important: affected.some((business) => business.criticality === 'important'),
      }
      : null,
  });
  const declaration = holdRejected(facts, severity, facts.services, decided);
  return { severity, computedSeverity, inputs, declaration, state: nextState(facts, declaration) };
}
