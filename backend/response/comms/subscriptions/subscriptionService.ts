/** Use cases of subscriptions within Grafana: one's own, and those of everybody. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { severity as severitySchema, type MySubscription, type OrgId, type Subscriber, type UserKey } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import { requiredVersion, type Caller, type Handlers } from '../../../platform/http/route.ts';
import { severityNumbered } from '../incidentStore.ts';
import type { CommsPorts } from '../ports.ts';
import { readCommunication } from '../settingsStore.ts';
import { rankOf } from '../telling.ts';
import { shortAddress } from './matching.ts';
import { endById, findOfPerson, keyOf, listRows, putOfPerson, type SubscriptionRow } from './subscriptionStore.ts';

export type SubscriptionOperation = 'getMySubscription' | 'putMySubscription' | 'listSubscribers' | 'removeSubscriber';
const idSchema = z.string().regex(/^[1-9]\d{0,17}$/);

/** A token that nobody guesses. */
export function newToken(): string {
  return randomBytes(18).toString('base64url');
}

function severitiesOf(row: Pick<SubscriptionRow, 'severities'>): MySubscription['severities'] {
  return row.severities.map((rank) => severitySchema.parse(severityNumbered(rank)));
}

/** Makes the handlers. */
export function createSubscriptionHandlers({ db, clock, ports }: { readonly db: Database; readonly clock: Clock; readonly ports: Pick<CommsPorts, 'users'> }): Handlers<SubscriptionOperation> {
  async function mine(orgId: OrgId, key: UserKey | null): Promise<MySubscription> {
    const row = key === null ? undefined : await findOfPerson(db, orgId, key);
    if (row === undefined) return { audiences: [], services: [], severities: [], regions: [], version: 1 };
    return { audiences: row.audiences, services: row.services, severities: severitiesOf(row), regions: row.regions, version: row.version };
  }

  function personOf({ userKey }: Caller): UserKey {
    if (userKey === null) throw conflictError('an API token is nobody, and is told nothing');
    return userKey;
  }

  return {
    getMySubscription: (_request, { caller }) => mine(caller.orgId, caller.userKey),
    async putMySubscription({ body }, context) {
      const { orgId, actor } = context.caller;
      const version = requiredVersion(context);
      const key = personOf(context.caller);
      const known = (await readCommunication(db, orgId)).audiences.map(({ id }) => id);
      const strange = body.audiences.filter((id) => !known.includes(id));
      if (strange.length > 0) throw inputError(`there is no audience ${strange.join(', ')}`, [{ field: 'body.audiences', message: `must be of ${known.join(', ')}` }]);
      const at = clock.now();
      await db.transaction(async (tx) => {
        const wanted = { audiences: [...new Set(body.audiences)], services: body.services, severities: body.severities.map(rankOf), regions: body.regions };
        if (!(await putOfPerson(tx, orgId, key, version, wanted, newToken(), at))) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change');
        await appendEvents(tx, orgId, at, [{ type: 'subscription.changed', incident: null, actor, data: { what: body.audiences.length === 0 ? 'ended' : 'set', audiences: body.audiences } }]);
      });
      return mine(orgId, key);
    },
    async listSubscribers({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 1 && idSchema.safeParse(values[0]).success);
      const { items, nextCursor } = toPage(await listRows(db, caller.orgId, query.kind, after?.[0] ?? null, query.limit), query.limit, (row) => [row.id]);
      const people = await ports.users.find(caller.orgId, items.flatMap((row) => keyOf(row) ?? []));
      return {
        nextCursor,
        items: items.map((row): Subscriber => {
          const key = keyOf(row);
          return {
            id: row.id, kind: key === null ? 'outside' : 'person', user: key === null ? null : (people.get(key) ?? { key, login: key, name: key }), address: row.address === null ? null : shortAddress(row.address),
            state: row.state, audiences: row.audiences, services: row.services, severities: severitiesOf(row), regions: row.regions, since: row.since.toISOString(),
          };
        }),
      };
    },
    async removeSubscriber({ params }, { caller }) {
      await db.transaction(async (tx) => {
        if (!(await endById(tx, caller.orgId, params.id))) throw notFoundError('there is no such subscriber');
        await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'subscription.changed', incident: null, actor: caller.actor, data: { what: 'removed', subscriber: params.id } }]);
      });
      return { ok: true };
    },
  };
}
