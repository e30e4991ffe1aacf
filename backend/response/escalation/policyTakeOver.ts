/** Policies that were read from another product's chains. They are known by their ids, so that taking them over again makes none anew. */
import { putPolicyBody, type Actor, type ImportFate, type OrgId, type PolicyBody, type PolicyId } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { findPolicy, insertPolicy, updatePolicy, type StoredPolicy } from './policyStore.ts';

export interface WantedPolicy {
  readonly id: PolicyId;
  readonly body: PolicyBody;
}

/** What the other product does not know stays as it was set here. */
function merged(before: StoredPolicy, { name, steps, repeat }: PolicyBody): PolicyBody {
  return putPolicyBody.parse({ ...before.body, name, steps, repeat });
}

function fateOf(before: StoredPolicy | null, body: PolicyBody): ImportFate {
  if (before === null) return 'new';
  if (JSON.stringify(before.body) === JSON.stringify(merged(before, body))) return 'same';
  return before.provisioned ? 'kept' : 'changed';
}

/** What would become of policies, in their order; changes nothing. `kept`: it is provisioned. */
export async function policyFates(q: Queryable, orgId: OrgId, wanted: readonly WantedPolicy[]): Promise<ImportFate[]> {
  const fates: ImportFate[] = [];
  for (const { id, body } of wanted) fates.push(fateOf(await findPolicy(q, orgId, id), body));
  return fates;
}

/** Makes those that are new and changes those that differ, never one that is provisioned; gives the events to append last. */
export async function takePolicies(tx: Transaction, orgId: OrgId, actor: Actor, wanted: readonly WantedPolicy[], at: Date): Promise<(NewEvent & { readonly incident: null })[]> {
  const events: (NewEvent & { readonly incident: null })[] = [];
  for (const { id, body } of wanted) {
    const before = await findPolicy(tx, orgId, id, true);
    const fate = fateOf(before, body);
    if (before === null) await insertPolicy(tx, orgId, id, body, actor.name, at, false);
    else if (fate === 'changed') await updatePolicy(tx, orgId, id, merged(before, body), actor.name, at, false);
    else continue;
    events.push({ type: before === null ? 'escalation_policy.created' : 'escalation_policy.edited', incident: null, actor, data: { policy: id, name: body.name, from: 'Grafana OnCall' } });
  }
  return events;
}
