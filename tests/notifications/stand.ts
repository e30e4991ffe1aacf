/** The module alone, on a real database and a clock of the test's own, with webhooks as its channels. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { channelId, incidentNumber, orgId as orgIdShape, type ChannelId, type ChannelChain, type OrgId, type UserKey } from '../../backend/contract/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import type { Database } from '../../backend/platform/db/database.ts';
import type { Caller, RequestContext } from '../../backend/platform/http/route.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createOutboundClient } from '../../backend/platform/outbound/client.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { createNotifications, type ContactWay, type DeliveryOutcome, type Notifications, type NotificationsDeps, type Order, type RehearsalPerson } from '../../backend/response/notifications/index.ts';

export const ORG: OrgId = orgIdShape.parse(1);
export const START_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const logger = createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });

export interface Stand {
  readonly notifications: Notifications;
  readonly clock: SimulatedClock;
  readonly outcomes: DeliveryOutcome[];
  /** How people want to be reached. */
  readonly plans: Map<string, readonly ContactWay[]>;
  /** Whom rehearsals try. */
  readonly people: RehearsalPerson[];
  addChannel(id: string, url: string, more?: { readonly perSecond?: number }): Promise<ChannelId>;
  setChains(chains: readonly Partial<ChannelChain>[]): Promise<void>;
  order(order: Partial<Order> & Pick<Order, 'to'>): Promise<string>;
  /** Works until nothing is under way, moving the clock meanwhile when it is told how far. */
  work(forMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** As whom handlers are called. */
export function contextOf(ifMatch: number | null): RequestContext {
  const caller: Caller = {
    kind: 'user', orgId: ORG, userKey: null, login: 'ada', name: 'Ada', role: 'admin', derivedRole: 'admin', seesPrivate: true, actor: { kind: 'user', key: 'user:ada', name: 'Ada' }, expiresAt: new Date(8.64e15),
  };
  return { requestId: 'test', caller, ifMatch, logger };
}

/** Makes one; `clock` may be shared by several that work on one database, as replicas do. */
export function createStand(db: Database, options: { readonly clock?: SimulatedClock; /** How many calls the providers let hang now. */ readonly hanging?: () => number; readonly replicaId?: string; readonly kinds?: NotificationsDeps['kinds'] } = {}): Stand {
  const clock = options.clock ?? createSimulatedClock(START_MS);
  const outbound = createOutboundClient({ allow: ['127.0.0.1'], allowPrivate: ['127.0.0.1'] });
  const outcomes: DeliveryOutcome[] = [];
  const people: RehearsalPerson[] = [];
  const plans = new Map<string, readonly ContactWay[]>();
  const notifications = createNotifications({
    db, clock, logger, replicaId: options.replicaId ?? 'replica-1', orgs: [ORG], publicUrl: 'https://muster.example.com', ring: createKeyRing([{ id: 'test', key: new Secret(Buffer.alloc(32, 7).toString('base64')) }]),
    ...(options.kinds === undefined ? {} : { kinds: options.kinds }),
    ports: {
      users: { find: (_orgId, keys) => Promise.resolve(new Map(keys.map((key: UserKey) => [key, { key, login: key, name: key }]))) },
      rehearsalPeople: (_q, _orgId, only) => Promise.resolve(people.filter(({ person }) => only === null || person.key === only)),
      contactPlan: (_q, _orgId, user) => Promise.resolve(plans.get(user) ?? []),
      onOutcome: [(_tx, outcome) => {
        outcomes.push(outcome);
        return Promise.resolve([]);
      }],
      channelUsers: [], callOut: (request) => outbound.call(request),
      mail: { send: () => Promise.reject(new Error('no mail here')), close: () => Promise.resolve() },
      grafana: { isConnected: () => Promise.resolve(false), call: () => Promise.reject(new Error('no Grafana here')) },
    },
  });
  const { worker } = notifications;

  /** Until only calls that the provider lets hang are under way, and what has its place in time still before it. */
  async function quiet(): Promise<void> {
    for (let before = -1; before !== worker.progress().begun;) {
      before = worker.progress().begun;
      await worker.sweep();
      await worker.look();
      while (worker.progress().isTaking || worker.progress().calling > (options.hanging?.() ?? 0)) await delay(1);
    }
  }

  return {
    notifications, clock, outcomes, plans, people,
    async addChannel(id, url, more = {}) {
      const channel = channelId.parse(id);
      await notifications.handlers.createChannel({ params: undefined, query: undefined, body: { id: channel, kind: 'webhook', name: id, enabled: true, config: { url }, secrets: {}, perSecond: more.perSecond ?? 1_000 } }, contextOf(null));
      return channel;
    },
    async setChains(chains) {
      const { version } = await notifications.handlers.getChains({ params: undefined, query: undefined, body: undefined }, contextOf(null));
      await notifications.handlers.putChains({ params: undefined, query: undefined, body: { chains: chains.map((chain) => ({ name: 'Default', team: null, messageClass: null, urgency: null, channels: [], ...chain })) } }, contextOf(version));
    },
    order: (order) => db.transaction((tx) => notifications.send(tx, ORG, {
      dedupKey: randomUUID(), messageClass: 'page', urgency: 'critical', incident: incidentNumber.parse(1), subject: 'Checkout is down', text: 'Every second order fails.', facts: [], link: null, actions: [], thread: null, ...order,
    })),
    async work(forMs = 250) {
      const endMs = clock.nowMs() + forMs;
      for (;;) {
        await quiet();
        if (clock.nowMs() >= endMs) return;
        clock.moveTo(Math.min(endMs, clock.nowMs() + 250));
      }
    },
    async close() {
      const closing = worker.close();
      // What hangs comes to its limit of time.
      clock.advance(60_000);
      await closing;
      await outbound.close();
    },
  };
}
