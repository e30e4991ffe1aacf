/** What people do about who sees an incident. */
import { incidentKey, userKey, type IncidentNumber, type MakePrivateBody, type OrgId, type PrivateIncident, type SetMembersBody, type UserKey } from '#contract';
import { ALL_SEEING, findPrivacy, findUsers, listPrivate, removePrivacy, writePrivacy, type Privacy, type Viewer } from '../access/index.ts';
import { appendEvents, listEvents, type NewEvent } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError } from '../platform/errors.ts';
import { lockIncident } from './commandStore.ts';
import { checkVersion, eventBy, loadIncident, refuseMerged, type Command } from './guards.ts';
import { toIncidentNumber, type IncidentRow } from './incident.ts';
import { findFamily, touchIncident } from './privacyStore.ts';
import { bumpLinkMark } from './regroupStore.ts';
import { lockLinks } from './sinkStore.ts';

export interface PrivacyService {
  makePrivate(command: Command, number: IncidentNumber, body: MakePrivateBody): Promise<void>;
  makeOpen(command: Command, number: IncidentNumber, reason: string): Promise<void>;
  setMembers(command: Command, number: IncidentNumber, body: SetMembersBody): Promise<void>;
  /** Makes the caller a member of a private incident that they do not see. */
  enter(command: Command, number: IncidentNumber, reason: string): Promise<void>;
  /** Hides an incident that is being declared; gives the event. */
  declarePrivate(tx: Transaction, command: Command, at: Date, number: number, body: MakePrivateBody): Promise<NewEvent>;
  /** All of them, without what they are about. */
  list(orgId: OrgId, viewer: Viewer, before: number | null, limit: number): Promise<PrivateIncident[]>;
}

export interface PrivacyServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Entries into private incidents that the list shows. */
const MAX_ENTRIES = 1_000;

/** Makes the service. */
export function createPrivacyService({ db, clock }: PrivacyServiceDeps): PrivacyService {
  /** Those who are to see it: who was named, who says so, and who leads. */
  async function membersFor(tx: Transaction, command: Command, commander: string | null, named: readonly UserKey[]): Promise<UserKey[]> {
    if (command.userKey === null && command.viewer !== ALL_SEEING) {
      throw conflictError('this API token does not see private incidents, so that it would lose this one; let a person make it private');
    }
    const known = await findUsers(tx, command.orgId, named);
    const stranger = named.findIndex((key) => !known.has(key));
    if (stranger >= 0) throw inputError('nobody of this organisation has that key', [{ field: `body.members[${stranger}]`, message: 'must be the key of a user seen in this organisation' }]);
    const members = [...new Set([...(command.userKey === null ? [] : [command.userKey]), ...(commander === null ? [] : [userKey.parse(commander)]), ...named])];
    if (members.length === 0) throw inputError('somebody must see it', [{ field: 'body.members', message: 'name at least one person' }]);
    return members;
  }

  async function change(command: Command, number: number, work: (tx: Transaction, row: IncidentRow, privacy: Privacy | null, at: Date) => Promise<NewEvent>): Promise<void> {
    const at = clock.now();
    await db.transaction(async (tx) => {
      await lockLinks(tx, command.orgId);
      const row = await loadIncident(tx, command, number);
      refuseMerged(row);
      await checkVersion(tx, command, row);
      const event = await work(tx, row, await findPrivacy(tx, command.orgId, row.number), at);
      await touchIncident(tx, command.orgId, row.number, at);
      // The engine keeps apart what not the same people see.
      await bumpLinkMark(tx, command.orgId);
      await appendEvents(tx, command.orgId, at, [event]);
    });
  }

  function mustBePrivate(row: IncidentRow, privacy: Privacy | null): Privacy {
    if (privacy === null) throw conflictError(`${incidentKey(row.number)} is not private: everybody sees it`);
    return privacy;
  }

  async function namesOf(tx: Transaction, orgId: OrgId, keys: readonly UserKey[]): Promise<string[]> {
    const known = await findUsers(tx, orgId, keys);
    return keys.map((key) => known.get(key)?.name ?? key);
  }

  return {
    makePrivate: (command, number, body) => change(command, number, async (tx, row, privacy, at) => {
      if (row.drill !== null) throw conflictError(`${incidentKey(row.number)} is a drill: nothing of it is secret`);
      if (privacy !== null) throw conflictError(`${incidentKey(row.number)} is private already; change its members instead`);
      const members = await membersFor(tx, command, row.commander_key, body.members);
      await writePrivacy(tx, command.orgId, await findFamily(tx, command.orgId, row.number), { members, since: at, by: command.actor, reason: body.reason });
      return eventBy(command, 'incident.made_private', row.number, { wasOpen: true, reason: body.reason, members: members.length, names: await namesOf(tx, command.orgId, members) });
    }),

    makeOpen: (command, number, reason) => change(command, number, async (tx, row, privacy) => {
      mustBePrivate(row, privacy);
      await removePrivacy(tx, command.orgId, await findFamily(tx, command.orgId, row.number));
      return eventBy(command, 'incident.made_open', row.number, { reason });
    }),

    setMembers: (command, number, body) => change(command, number, async (tx, row, present) => {
      const privacy = mustBePrivate(row, present);
      const members = await membersFor(tx, command, row.commander_key, body.members);
      if (members.length > new Set(body.members).size) {
        throw inputError('you, and whoever leads the incident, see it: another member can take you out, and somebody else can lead', [{ field: 'body.members', message: 'must hold you and whoever leads' }]);
      }
      const added = members.filter((key) => !privacy.members.includes(key));
      const removed = privacy.members.filter((key) => !members.includes(key));
      await writePrivacy(tx, command.orgId, await findFamily(tx, command.orgId, row.number), { ...privacy, members });
      return eventBy(command, 'incident.members_changed', row.number, {
        added: await namesOf(tx, command.orgId, added), removed: await namesOf(tx, command.orgId, removed), keysAdded: added, keysRemoved: removed, reason: body.reason ?? null,
      });
    }),

    async enter(command, number, reason) {
      const { orgId, userKey: caller } = command;
      const at = clock.now();
      await db.transaction(async (tx) => {
        await lockLinks(tx, orgId);
        const row = await lockIncident(tx, orgId, ALL_SEEING, number);
        const privacy = row === undefined ? null : await findPrivacy(tx, orgId, number);
        if (row === undefined || privacy === null) throw notFoundError(`there is no private incident ${incidentKey(number)}`);
        if (caller === null) throw conflictError('only a person can become a member');
        if (privacy.members.includes(caller)) throw conflictError(`you are a member of ${incidentKey(number)}`);
        await writePrivacy(tx, orgId, await findFamily(tx, orgId, number), { ...privacy, members: [...privacy.members, caller] });
        await touchIncident(tx, orgId, number, at);
        await bumpLinkMark(tx, orgId);
        await appendEvents(tx, orgId, at, [eventBy(command, 'incident.entered', number, { reason })]);
      });
    },

    async declarePrivate(tx, command, at, number, body) {
      const members = await membersFor(tx, command, null, body.members);
      await writePrivacy(tx, command.orgId, [number], { members, since: at, by: command.actor, reason: body.reason });
      return eventBy(command, 'incident.made_private', number, { wasOpen: false, reason: body.reason, members: members.length, names: await namesOf(tx, command.orgId, members) });
    },

    async list(orgId, viewer, before, limit) {
      const [all, entered] = await Promise.all([
        listPrivate(db, orgId, before, limit), listEvents(db, orgId, { viewer: ALL_SEEING, types: ['incident.entered'], order: 'newest', limit: MAX_ENTRIES }),
      ]);
      return all.map(({ number, since, by, members }) => ({
        number: toIncidentNumber(number), since: since.toISOString(), by, members: members.length, mine: members.some((key) => key === viewer),
        entered: entered.filter((event) => event.incident === number).map(({ at, actor, data }) => ({ at, actor, reason: typeof data['reason'] === 'string' ? data['reason'] : '' })),
      }));
    },
  };
}
