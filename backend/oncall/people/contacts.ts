/** What people set about how they are reached: addresses, proven by a code, with consent; order by urgency; quiet hours. */
import { randomInt } from 'node:crypto';
import type { ContactPoint, ContactPointId, MyContacts, UserKey } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Caller, type Handlers } from '../../platform/http/route.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import {
  countTry, deletePoint, insertPoint, lockPoint, markVerified, replaceSettings, selectPeople, selectPoints, selectSettings, UNSET, writeCode, type StoredPoint,
} from './contactStore.ts';
import { planContacts } from './plan.ts';
import type { ChannelPort, EventSink, SendTest } from './ports.ts';
import { isQuiet } from './quiet.ts';
import { readContacts } from './reach.ts';

export type ContactOperation = 'getMyContacts' | 'putContactRules' | 'addContactPoint' | 'sendContactCode' | 'verifyContactPoint' | 'removeContactPoint';

export interface ContactsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ring: Pick<KeyRing, 'mac' | 'isMac'>;
  readonly channels: ChannelPort;
  readonly sendTest: SendTest;
  readonly recordEvent: EventSink;
}

const CODE_LIFE_MS = 15 * 60_000;
const RESEND_MS = 30_000;
const MAX_TRIES = 5;
const MAX_POINTS = 20;
const PURPOSE = 'contact-code';

function noPoint(): Error {
  return notFoundError('you have no such contact point');
}

function userOf(caller: Caller): UserKey {
  if (caller.userKey === null) throw conflictError('an API token is nobody: contact points belong to people');
  return caller.userKey;
}

/** Makes the handlers. */
export function createContactHandlers({ db, clock, ring, channels, sendTest, recordEvent }: ContactsDeps): Handlers<ContactOperation> {
  async function show(q: Queryable, caller: Caller): Promise<MyContacts> {
    const { orgId } = caller;
    const key = userOf(caller);
    const person = (await selectPeople(q, orgId, [key])).get(key);
    const settings = (await selectSettings(q, orgId, [key])).get(key) ?? UNSET;
    const points = (await selectPoints(q, orgId, [key])).get(key) ?? [];
    const known = await channels.list(q, orgId);
    const nameOf = (id: string): string => known.find((channel) => channel.id === id)?.name ?? id;
    const contacts = (await readContacts(q, channels, orgId, [key])).get(key);
    const planned = (urgency: 'critical' | 'high' | 'normal' | 'low') =>
      (contacts === undefined ? [] : planContacts(contacts, urgency, clock.nowMs())).map((hop) => ({ ...hop, channelName: nameOf(hop.channel) }));
    return {
      user: { key, login: person?.login ?? caller.login, name: person?.name ?? caller.name },
      points: points.map((point): ContactPoint => ({
        id: point.id, channel: point.channel, channelName: nameOf(point.channel), address: point.address, verified: point.verifiedAt !== null,
        verifiedAt: point.verifiedAt?.toISOString() ?? null, consentAt: point.consentAt.toISOString(), codeSentAt: point.codeSentAt?.toISOString() ?? null,
      })),
      rules: settings.rules, quietHours: [...settings.quietHours], zone: settings.zone, quietNow: isQuiet(settings.quietHours, settings.zone, clock.nowMs()),
      plan: { critical: planned('critical'), high: planned('high'), normal: planned('normal'), low: planned('low') },
      channels: known.map(({ id, name, addressLabel }) => ({ id, name, addressLabel })), version: settings.version,
    };
  }

  async function sendCode(tx: Transaction, caller: Caller, point: { readonly id: ContactPointId; readonly channel: string; readonly address: string }, at: Date): Promise<void> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await writeCode(tx, caller.orgId, point.id, { mac: ring.mac(`${point.id}:${code}`, PURPOSE), at });
    await sendTest(tx, { orgId: caller.orgId, dedupKey: `contact-code/${point.id}/${at.getTime()}`, channel: point.channel, address: point.address, name: caller.name, code });
  }

  /** Changes one of the caller's own points. */
  async function change(caller: Caller, id: ContactPointId, work: (tx: Transaction, point: StoredPoint, at: Date) => Promise<void>): Promise<MyContacts> {
    const at = clock.now();
    await db.transaction(async (tx) => {
      const point = await lockPoint(tx, caller.orgId, userOf(caller), id);
      if (point === null) throw noPoint();
      await work(tx, point, at);
    });
    return show(db, caller);
  }

  return {
    getMyContacts: (_request, { caller }) => show(db, caller),

    async putContactRules({ body }, context) {
      const { caller } = context;
      const key = userOf(caller);
      const version = requiredVersion(context);
      const own = new Set((await selectPoints(db, caller.orgId, [key])).get(key)?.map(({ id }) => id) ?? []);
      const faults = (['critical', 'high', 'normal', 'low'] as const).flatMap((urgency) => (body.rules[urgency] ?? []).flatMap(({ point }, index) =>
        (own.has(point) ? [] : [{ field: `body.rules.${urgency}[${index}].point`, message: 'must be a contact point of yours' }])));
      if (faults.length > 0) throw inputError('there is no such contact point', faults);
      await db.transaction(async (tx) => {
        if (!(await replaceSettings(tx, caller.orgId, key, version, body))) {
          const current = (await selectSettings(tx, caller.orgId, [key])).get(key)?.version ?? 0;
          throw versionMismatchError('your rules were changed in the meantime: look again and repeat your change', { extra: { currentVersion: current } });
        }
        await recordEvent(tx, caller.orgId, { type: 'contacts.rules_changed', actor: caller.actor, incident: null, data: { user: key, quietHours: body.quietHours.length, zone: body.zone } });
      });
      return show(db, caller);
    },

    async addContactPoint({ body }, { caller }) {
      const key = userOf(caller);
      const at = clock.now();
      await db.transaction(async (tx) => {
        const fault = await channels.faultOf(tx, caller.orgId, body.channel, body.address);
        if (fault !== null) throw inputError(fault.message, [{ field: `body.${fault.field}`, message: fault.message }]);
        if (((await selectPoints(tx, caller.orgId, [key])).get(key)?.length ?? 0) >= MAX_POINTS) throw conflictError(`you have ${MAX_POINTS} contact points: remove one first`);
        const id = await insertPoint(tx, caller.orgId, key, body.channel, body.address, at);
        if (id === null) throw conflictError('you have that address on that channel already');
        await sendCode(tx, caller, { id, channel: body.channel, address: body.address }, at);
        // The address itself is nobody's business but its owner's.
        await recordEvent(tx, caller.orgId, { type: 'contacts.point_added', actor: caller.actor, incident: null, data: { user: key, point: id, channel: body.channel, consentAt: at.toISOString() } });
      });
      return show(db, caller);
    },

    sendContactCode: ({ params }, { caller }) => change(caller, params.id, async (tx, point, at) => {
      if (point.verifiedAt !== null) throw conflictError('this address is proven already');
      const waitMs = (point.codeSentAt?.getTime() ?? 0) + RESEND_MS - at.getTime();
      if (waitMs > 0) throw conflictError(`a code is on its way; ask again in ${Math.ceil(waitMs / 1000)} s`);
      await sendCode(tx, caller, point, at);
    }),

    async verifyContactPoint({ params, body }, { caller }) {
      const isWrong = await db.transaction(async (tx) => {
        const at = clock.now();
        const point = await lockPoint(tx, caller.orgId, userOf(caller), params.id);
        if (point === null) throw noPoint();
        if (point.verifiedAt !== null) throw conflictError('this address is proven already');
        if (point.codeMac === null || point.codeSentAt === null || at.getTime() - point.codeSentAt.getTime() > CODE_LIFE_MS) throw conflictError('that code is too old: get another one');
        if (point.codeTries >= MAX_TRIES) throw conflictError('too many wrong codes: get another one');
        if (!ring.isMac(point.codeMac, `${point.id}:${body.code}`, PURPOSE)) {
          await countTry(tx, caller.orgId, point.id);
          return true;
        }
        await markVerified(tx, caller.orgId, point.id, at);
        await recordEvent(tx, caller.orgId, { type: 'contacts.point_verified', actor: caller.actor, incident: null, data: { user: caller.userKey, point: point.id, channel: point.channel } });
        return false;
      });
      if (isWrong) throw inputError('that is not the code', [{ field: 'body.code', message: 'is not the code of the last message' }]);
      return show(db, caller);
    },

    removeContactPoint: ({ params }, { caller }) => change(caller, params.id, async (tx, point) => {
      await deletePoint(tx, caller.orgId, point.id);
      await recordEvent(tx, caller.orgId, { type: 'contacts.point_removed', actor: caller.actor, incident: null, data: { user: caller.userKey, point: point.id, channel: point.channel } });
    }),
  };
}
