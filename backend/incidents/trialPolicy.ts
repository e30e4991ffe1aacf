/** The policy in force, as a back-test asks it: how grave would this be, and would it be declared? */
import type { OrgId } from '#contract';
import type { TrialPolicy } from '../correlation/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { evaluateIncident } from './evaluate.ts';
import { impactIndexOf } from './impact.ts';
import type { CatalogLookup } from './ports.ts';
import type { SettingsReader } from './settingsStore.ts';

/** Reads policy and catalogue as they are now; the answer asks nothing more. */
export async function trialPolicyOf(q: Queryable, orgId: OrgId, settings: SettingsReader, catalog: CatalogLookup): Promise<TrialPolicy> {
  const inForce = await settings.read(q, orgId);
  const index = impactIndexOf(await catalog.catalogOf(orgId));
  return (facts) => {
    const { severity, state } = evaluateIncident({
      fresh: true, state: 'candidate', severity: facts.gravestAlert, computedSeverity: null, gravestAlert: facts.gravestAlert, services: facts.services,
      alertsTotal: facts.alerts, confidence: facts.confidence, ignoredByPolicy: false,
    }, inForce, index);
    return { severity, declared: state === 'declared' };
  };
}
