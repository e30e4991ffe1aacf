/** Begins escalations: a policy, or a page to one person by hand. */
import { putPolicyBody, type Actor, type OrgId, type PolicyBody, type PolicyId, type UserKey } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Advance } from './advance.ts';
import { insertEscalation, type EscalationRow } from './escalationStore.ts';

export interface StartCommand {
  readonly incident: number;
  readonly policy: { readonly id: PolicyId; readonly version: number } | null;
  readonly plan: PolicyBody;
  readonly cause: string;
  readonly by: Actor;
  readonly at: Date;
}

export interface Starter {
  /** Makes it due at once, and leaves paging to whoever takes what is due. Gives the events; null when the policy is under way for the incident already. */
  begin(tx: Transaction, orgId: OrgId, command: StartCommand): Promise<NewEvent[] | null>;
  /** Begins it and calls the first ones in the same transaction. */
  start(tx: Transaction, orgId: OrgId, command: StartCommand): Promise<NewEvent[] | null>;
}

/** Waits between pages to one person who was called by hand. */
const BY_HAND_WAIT_SECONDS = 300;
const BY_HAND_REPEAT = 2;

/** Whom somebody calls by hand: all of them at once. */
export type CalledByHand = { readonly kind: 'user'; readonly user: UserKey } | { readonly kind: 'team'; readonly team: string } | { readonly kind: 'schedule'; readonly schedule: string };

/** The plan of a page by hand. */
export function planByHand(called: CalledByHand, name: string): PolicyBody {
  return putPolicyBody.parse({ name: `${name}, by hand`, steps: [{ ...called, waitSeconds: BY_HAND_WAIT_SECONDS }], repeat: BY_HAND_REPEAT, silence: null });
}

/** Makes it. */
export function createStarter({ advance }: { readonly advance: Pick<Advance, 'carryOn'> }): Starter {
  async function insert(tx: Transaction, orgId: OrgId, { incident, policy, plan, cause, by, at }: StartCommand): Promise<{ readonly run: EscalationRow; readonly told: NewEvent } | null> {
    const run = await insertEscalation(tx, orgId, { incident, policy, plan, cause, by, at });
    return run === null ? null : { run, told: { type: 'escalation.started', incident, actor: by, data: { escalation: run.id, policy: policy?.id ?? null, name: plan.name, cause } } };
  }

  return {
    async begin(tx, orgId, command) {
      const begun = await insert(tx, orgId, command);
      return begun === null ? null : [begun.told];
    },
    async start(tx, orgId, command) {
      const begun = await insert(tx, orgId, command);
      return begun === null ? null : [begun.told, ...await advance.carryOn(tx, orgId, begun.run, command.at)];
    },
  };
}
