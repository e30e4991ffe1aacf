/** Begins escalations: a policy, or a page to one person by hand. The first pages go out in the same transaction. */
import { putPolicyBody, type Actor, type OrgId, type PolicyBody, type PolicyId, type UserKey } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Advance } from './advance.ts';
import { insertEscalation } from './escalationStore.ts';

export interface StartCommand {
  readonly incident: number;
  readonly policy: { readonly id: PolicyId; readonly version: number } | null;
  readonly plan: PolicyBody;
  readonly cause: string;
  readonly by: Actor;
  readonly at: Date;
}

export interface Starter {
  /** Gives the events; null when the policy is under way for the incident already. */
  start(tx: Transaction, orgId: OrgId, command: StartCommand): Promise<NewEvent[] | null>;
}

/** Waits between pages to one person who was called by hand. */
const BY_HAND_WAIT_SECONDS = 300;
const BY_HAND_REPEAT = 2;

/** The plan of a page by hand. */
export function planForOne(user: UserKey, name: string): PolicyBody {
  return putPolicyBody.parse({ name: `${name}, by hand`, steps: [{ kind: 'user', user, waitSeconds: BY_HAND_WAIT_SECONDS }], repeat: BY_HAND_REPEAT, silence: null });
}

/** Makes it. */
export function createStarter({ advance }: { readonly advance: Pick<Advance, 'carryOn'> }): Starter {
  return {
    async start(tx, orgId, { incident, policy, plan, cause, by, at }) {
      const run = await insertEscalation(tx, orgId, { incident, policy, plan, cause, by, at });
      if (run === null) return null;
      const told: NewEvent = { type: 'escalation.started', incident, actor: by, data: { escalation: run.id, policy: policy?.id ?? null, name: plan.name, cause } };
      return [told, ...await advance.carryOn(tx, orgId, run, at)];
    },
  };
}
