/** Severity from impact and urgency. Pure. */
import { SEVERITIES, type IncidentImpact, type Level, type Severity, type SeverityInputs, type SeverityPolicy } from '#contract';

export const DEFAULT_SEVERITY_POLICY: SeverityPolicy = {
  matrix: [
    ['sev1', 'sev1', 'sev2', 'sev2'],
    ['sev1', 'sev2', 'sev2', 'sev3'],
    ['sev2', 'sev3', 'sev3', 'sev4'],
    ['sev3', 'sev4', 'sev4', 'sev5'],
  ],
  businessImpact: { critical: 1, important: 2, standard: 3 },
  userShares: { extensive: 0.25, significant: 0.05 },
  stepsAboveAlerts: 1,
  atRiskHops: 2,
};

/** What an alert's severity says of impact and urgency, for want of better knowledge: on the matrix it is itself. */
const IMPACT_OF_ALERT: Record<Severity, Level> = { sev1: 1, sev2: 2, sev3: 3, sev4: 4, sev5: 4 };
const URGENCY_OF_ALERT: Record<Severity, Level> = { sev1: 1, sev2: 2, sev3: 3, sev4: 3, sev5: 4 };

export interface SeverityFacts {
  readonly gravestAlert: Severity;
  readonly impact: Pick<IncidentImpact, 'businessServices' | 'users'>;
  /** Users of the most used service of the whole catalogue; null when it names none. */
  readonly allUsers: number | null;
}

interface Reasoned {
  readonly level: Level;
  readonly reason: string;
}

function lower(level: Level): Level {
  switch (level) {
    case 1:
      return 2;
    case 2:
      return 3;
    case 3:
    case 4:
      return 4;
  }
}

/** Impact as the catalogue and as users say; the worst of them counts. */
function impactOf(policy: SeverityPolicy, facts: SeverityFacts): Reasoned {
  const found: Reasoned[] = facts.impact.businessServices.map((business) => {
    const level = policy.businessImpact[business.criticality];
    return business.state === 'affected'
      ? { level, reason: `${business.name} (${business.criticality}) is affected` }
      : { level: lower(level), reason: `${business.name} (${business.criticality}) is at risk` };
  });
  if (facts.impact.users !== null && facts.allUsers !== null && facts.allUsers > 0) {
    const share = facts.impact.users / facts.allUsers;
    const level = share >= policy.userShares.extensive ? 1 : share >= policy.userShares.significant ? 2 : 3;
    found.push({ level, reason: `up to ${Math.round(share * 100)} % of users are affected` });
  }
  const worst = found.reduce<Reasoned | null>((best, next) => (best === null || next.level < best.level ? next : best), null);
  return worst ?? { level: IMPACT_OF_ALERT[facts.gravestAlert], reason: `the gravest alert is ${facts.gravestAlert}; the catalogue knows no business service here` };
}

/** The cell of a table of four by four. */
function cell<T>(cells: readonly [T, T, T, T], at: Level): T {
  switch (at) {
    case 1:
      return cells[0];
    case 2:
      return cells[1];
    case 3:
      return cells[2];
    case 4:
      return cells[3];
  }
}

/** Computes the severity and says from what. */
export function assessSeverity(policy: SeverityPolicy, facts: SeverityFacts): SeverityInputs {
  const impact = impactOf(policy, facts);
  const urgency = URGENCY_OF_ALERT[facts.gravestAlert];
  const wanted = cell(cell(policy.matrix, impact.level), urgency);
  const bound = Math.max(0, SEVERITIES.indexOf(facts.gravestAlert) - policy.stepsAboveAlerts);
  const bounded = SEVERITIES.indexOf(wanted) < bound;
  return {
    impact: impact.level, impactReason: impact.reason,
    urgency, urgencyReason: `the gravest alert is ${facts.gravestAlert.toUpperCase()}`,
    severity: bounded ? (SEVERITIES[bound] ?? wanted) : wanted,
    boundReason: bounded ? `its alerts go up to ${facts.gravestAlert.toUpperCase()} only; the matrix would say ${wanted.toUpperCase()}` : null,
  };
}
