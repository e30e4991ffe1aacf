/** Escalation policies over HTTP and from their file. */
import { z } from 'zod';
import { createPolicyBody, putPolicyBody, type Actor, type OrgId, type PolicyBody, type UserKey } from '#contract';
import { appendEvents, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { AppError, conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { requiredVersion, type Handlers, type RequestContext } from '../../platform/http/route.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import { checkConditions } from './conditions.ts';
import { deletePolicy, findPolicy, insertPolicy, selectPolicies, showPolicy, updatePolicy, type StoredPolicy } from './policyStore.ts';
import type { EscalationPorts } from './ports.ts';

export type PolicyOperation = 'listPolicies' | 'createPolicy' | 'getPolicy' | 'putPolicy' | 'deletePolicy';

export interface Policies {
  readonly handlers: Handlers<PolicyOperation>;
  /** Makes the policies those of `escalation.yaml`; those made on the page are left alone. Gives how many changed. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

export interface PoliciesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: Pick<EscalationPorts, 'users'>;
}

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };
const policyFile = z.strictObject({ apiVersion: z.literal(1), policies: z.array(createPolicyBody) });
const ALL = 10_000;

function noPolicy(id: string): Error {
  return notFoundError(`there is no escalation policy "${id}"`);
}

function told(type: NewEvent['type'], actor: Actor, id: string, name: string): NewEvent {
  return { type, incident: null, actor, data: { policy: id, name } };
}

/** Makes the handlers. */
export function createPolicies({ db, clock, ports }: PoliciesDeps): Policies {
  async function check(orgId: OrgId, body: PolicyBody): Promise<void> {
    checkConditions(body);
    const users = body.steps.flatMap((step, index): { user: UserKey; index: number }[] => (step.kind === 'user' ? [{ user: step.user, index }] : []));
    const known = await ports.users.find(orgId, users.map(({ user }) => user));
    const faults = users.filter(({ user }) => !known.has(user)).map(({ index }) => ({ field: `body.steps[${index}].user`, message: 'must be the key of a user seen in this organisation' }));
    if (faults.length > 0) throw inputError('somebody of these was never seen in this organisation', faults);
  }

  async function change(context: RequestContext, id: StoredPolicy['id'], work: (tx: Transaction, before: StoredPolicy, at: Date) => Promise<NewEvent>): Promise<void> {
    const { orgId } = context.caller;
    const version = requiredVersion(context);
    await db.transaction(async (tx) => {
      const before = await findPolicy(tx, orgId, id, true);
      if (before === null) throw noPolicy(id);
      if (before.version !== version) throw versionMismatchError(`“${before.body.name}” was changed since you looked; look again and repeat what still makes sense`, { extra: { currentVersion: before.version } });
      if (before.provisioned) throw conflictError('this policy is provisioned: change it in escalation.yaml and restart Muster', { extra: { provisioned: true } });
      const at = clock.now();
      await appendEvents(tx, orgId, at, [await work(tx, before, at)]);
    });
  }

  async function read(orgId: OrgId, id: StoredPolicy['id']) {
    const found = await findPolicy(db, orgId, id);
    if (found === null) throw noPolicy(id);
    return showPolicy(found);
  }

  return {
    handlers: {
      async listPolicies({ query }, { caller }) {
        const after = decodeCursor(query.cursor, (values) => values.length === 1);
        const { items, nextCursor } = toPage(await selectPolicies(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, (policy) => [policy.id]);
        return { items: items.map(showPolicy), nextCursor };
      },
      async createPolicy({ body: { id, ...body } }, { caller }) {
        await check(caller.orgId, body);
        const at = clock.now();
        await db.transaction(async (tx) => {
          if (!(await insertPolicy(tx, caller.orgId, id, body, caller.actor.name, at, false))) throw conflictError(`there is an escalation policy "${id}" already`);
          await appendEvents(tx, caller.orgId, at, [told('escalation_policy.created', caller.actor, id, body.name)]);
        });
        return read(caller.orgId, id);
      },
      getPolicy: ({ params }, { caller }) => read(caller.orgId, params.policy),
      async putPolicy({ params, body }, context) {
        const { orgId, actor } = context.caller;
        await check(orgId, body);
        await change(context, params.policy, async (tx, _before, at) => {
          await updatePolicy(tx, orgId, params.policy, body, actor.name, at, false);
          return told('escalation_policy.edited', actor, params.policy, body.name);
        });
        return read(orgId, params.policy);
      },
      async deletePolicy({ params }, context) {
        const { orgId, actor } = context.caller;
        await change(context, params.policy, async (tx, before) => {
          await deletePolicy(tx, orgId, params.policy);
          return told('escalation_policy.deleted', actor, params.policy, before.body.name);
        });
        return { ok: true };
      },
    },
    async provision(orgId, file) {
      const read = file === null ? null : readProvisioningFile(file, policyFile);
      const wanted = (read?.value.policies ?? []).map(({ id, ...body }) => ({ id, body }));
      wanted.forEach(({ id, body }, index) => {
        if (wanted.findIndex((other) => other.id === id) < index) throw read?.faultAt(['policies', index, 'id'], `"${id}" is listed twice`) ?? conflictError('listed twice');
        try {
          checkConditions(body);
        } catch (error) {
          if (!(error instanceof AppError) || read === null) throw error;
          throw read.faultAt(['policies', index, 'steps'], error.message, error);
        }
      });
      return db.transaction(async (tx) => {
        // Replicas start together with the same file: one applies it, the others wait and find nothing to do.
        await tx.query('select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [`escalation-policies/${orgId}`]);
        const at = clock.now();
        const events: NewEvent[] = [];
        const stored = await selectPolicies(tx, orgId, null, ALL);
        for (const { id, body } of wanted) {
          const before = stored.find((policy) => policy.id === id);
          if (before !== undefined && before.provisioned && JSON.stringify(before.body) === JSON.stringify(putPolicyBody.parse(body))) continue;
          if (before === undefined) await insertPolicy(tx, orgId, id, body, PROVISIONING_ACTOR.name, at, true);
          else await updatePolicy(tx, orgId, id, body, PROVISIONING_ACTOR.name, at, true);
          events.push(told(before === undefined ? 'escalation_policy.created' : 'escalation_policy.edited', PROVISIONING_ACTOR, id, body.name));
        }
        for (const policy of stored.filter(({ id, provisioned }) => provisioned && !wanted.some((other) => other.id === id))) {
          await deletePolicy(tx, orgId, policy.id);
          events.push(told('escalation_policy.deleted', PROVISIONING_ACTOR, policy.id, policy.body.name));
        }
        await appendEvents(tx, orgId, at, events);
        return events.length;
      });
    },
  };
}
