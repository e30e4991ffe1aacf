/** What becomes of a group of alerts: ignored for now, proposed as a candidate, or declared. Pure. */
import { SEVERITIES, type Contribution, type DeclareDecision, type DeclarePolicy, type DeclareRule, type Severity } from '#contract';
import { percentOf } from '../platform/percent.ts';

/** What the policy looks at. */
export interface DeclareFacts {
  readonly severity: Severity;
  readonly alerts: number;
  readonly services: readonly string[];
  /** The engine's; null when there is no assessment. */
  readonly confidence: number | null;
  /** What people made of such candidates before, as a part of the score; null when it says nothing. */
  readonly taught?: Contribution | null;
  /** Business services that are affected, and whether one of them is critical; null when the catalogue knows none of the services. */
  readonly business: { readonly names: readonly string[]; readonly critical: boolean; readonly important: boolean } | null;
}

/** The policy of an organisation that has set none. `rules` come from the configuration. */
export function defaultDeclarePolicy(rules: readonly DeclareRule[]): DeclarePolicy {
  return {
    rules: [...rules],
    weights: { confidence: 0.4, breadth: 0.2, severity: 0.25, business: 0.15 },
    proposeFrom: 0,
    declareFrom: 0.75,
    fullBreadthServices: 8,
    candidateExpiryMinutes: 24 * 60,
  };
}

/** What a severity adds: all of its share for sev1, nothing for sev5. */
function severityShare(severity: Severity): number {
  return (SEVERITIES.length - 1 - SEVERITIES.indexOf(severity)) / (SEVERITIES.length - 1);
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The parts of the score. What is not known is left out, and the other weights take its place. */
function contributionsOf(policy: DeclarePolicy, facts: DeclareFacts): Contribution[] {
  const { weights } = policy;
  const breadth = Math.min(1, facts.services.length / policy.fullBreadthServices);
  const parts: { kind: string; text: string; share: number; weight: number }[] = [
    { kind: 'severity', text: `its severity is ${facts.severity.toUpperCase()}`, share: severityShare(facts.severity), weight: weights.severity },
    { kind: 'breadth', text: `${plural(facts.services.length, 'service')} affected`, share: breadth, weight: weights.breadth },
  ];
  if (facts.confidence !== null) {
    parts.push({ kind: 'confidence', text: `${percentOf(facts.confidence)} sure that it is one cause`, share: facts.confidence, weight: weights.confidence });
  }
  if (facts.business !== null) {
    const { names, critical, important } = facts.business;
    parts.push({
      kind: 'business', text: names.length === 0 ? 'no business service is affected' : `affects ${names.join(', ')}`,
      share: critical ? 1 : important ? 0.6 : names.length > 0 ? 0.3 : 0, weight: weights.business,
    });
  }
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const weighed = parts.map(({ kind, text, share, weight }) => ({ kind, text, weight: total === 0 ? 0 : (share * weight) / total }));
  return facts.taught == null ? weighed : [...weighed, facts.taught];
}

/** Why a rule holds, condition by condition; null when one does not. */
function ruleHolds(rule: DeclareRule, facts: DeclareFacts, score: number): string | null {
  const reasons: string[] = [];
  if (rule.severity !== undefined) {
    if (SEVERITIES.indexOf(facts.severity) > SEVERITIES.indexOf(rule.severity)) return null;
    reasons.push(facts.severity.toUpperCase());
  }
  if (rule.minAlerts !== undefined) {
    if (facts.alerts < rule.minAlerts) return null;
    reasons.push(plural(facts.alerts, 'alert'));
  }
  if (rule.minServices !== undefined) {
    if (facts.services.length < rule.minServices) return null;
    reasons.push(plural(facts.services.length, 'service'));
  }
  if (rule.minConfidence !== undefined) {
    if (facts.confidence === null || facts.confidence < rule.minConfidence) return null;
    reasons.push(`${percentOf(facts.confidence)} sure`);
  }
  if (rule.minScore !== undefined) {
    if (score < rule.minScore) return null;
    reasons.push(`${points(score)} of 100 points`);
  }
  if (rule.businessServices !== undefined) {
    const hit = facts.business?.names.find((name) => rule.businessServices?.includes(name) === true);
    if (hit === undefined) return null;
    reasons.push(`affects ${hit}`);
  }
  if (rule.services !== undefined) {
    const hit = facts.services.find((name) => rule.services?.includes(name) === true);
    if (hit === undefined) return null;
    reasons.push(`${hit} has alerts`);
  }
  return reasons.length === 0 ? 'always' : reasons.join(', ');
}

/** A score from 0 to 1 in points of a hundred. */
function points(score: number): number {
  return Math.round(score * 100);
}

/** Decides by the first rule that holds, else by the score. Without an assessment the score alone declares nothing. */
export function decideDeclaration(policy: DeclarePolicy, facts: DeclareFacts): DeclareDecision {
  const contributions = contributionsOf(policy, facts);
  // Rounded, so that a score that is exactly on a line counts as being on it.
  const score = Math.min(1, Math.round(contributions.reduce((sum, part) => sum + part.weight, 0) * 10_000) / 10_000);
  for (const rule of policy.rules) {
    const why = ruleHolds(rule, facts, score);
    if (why !== null) return { outcome: rule.outcome, score, contributions, reason: `rule "${rule.name}": ${why}`, rule: rule.name };
  }
  const shown = `${points(score)} of 100 points`;
  if (policy.declareFrom !== null && facts.confidence !== null && score >= policy.declareFrom) {
    return { outcome: 'declare', score, contributions, reason: `${shown}; ${points(policy.declareFrom)} are enough`, rule: null };
  }
  if (score >= policy.proposeFrom) {
    const line = policy.declareFrom === null ? 'only a rule declares by itself' : `${points(policy.declareFrom)} would declare it by itself`;
    return { outcome: 'propose', score, contributions, reason: `${shown}; ${line}`, rule: null };
  }
  return { outcome: 'ignore', score, contributions, reason: `${shown}; candidates are shown from ${points(policy.proposeFrom)}`, rule: null };
}
