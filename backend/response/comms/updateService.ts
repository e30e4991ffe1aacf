/** What people do to updates: each use case locks the incident, decides, writes and appends its event. */
import { incidentKey, type Audience, type ComponentStatus, type EditUpdateBody, type IncidentNumber, type UpdateContent, type UpdateId } from '#contract';
import { appendEvents, type NewEvent } from '../../eventlog/index.ts';
import { eventBy, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { phaseOf } from './dues.ts';
import { findIncidentFacts, type IncidentFacts } from './incidentStore.ts';
import type { CommsPorts } from './ports.ts';
import { publish } from './publish.ts';
import { readCommunication } from './settingsStore.ts';
import { audienceOf, createTeller, suggestComponents, type Teller, type Wording } from './telling.ts';
import { refuseApproval, refuseEdit, refusePublishing, type RuledUpdate } from './updateRules.ts';
import { findUpdate, insertDraft, markApproved, markDiscarded, rewriteDraft, type StoredUpdate } from './updateStore.ts';

export interface UpdateService {
  create(command: Command, incident: IncidentNumber, body: UpdateContent): Promise<UpdateId>;
  edit(command: Command, id: UpdateId, body: EditUpdateBody): Promise<void>;
  approve(command: Command, id: UpdateId): Promise<void>;
  publish(command: Command, id: UpdateId): Promise<void>;
  discard(command: Command, id: UpdateId): Promise<void>;
  /** The update that a body would make, without making it; throws where making it would. */
  plan(q: Queryable, command: Command, incident: IncidentFacts, teller: Teller, body: UpdateContent): Promise<{ audience: Audience; wording: Wording }>;
}

export interface UpdateServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: CommsPorts;
}

/** What the rules look at, of an update as it is. */
export function ruledOf(update: StoredUpdate, audience: Audience | undefined, missing: readonly string[]): RuledUpdate {
  return { state: update.state, approval: audience?.approval ?? 'anybody', authors: update.authors, missing };
}

function noUpdate(): Error {
  return notFoundError('there is no such update');
}

function checkComponents(teller: Teller, components: readonly ComponentStatus[]): void {
  const faults = components.flatMap(({ name }, place) => [
    ...(teller.snapshot.businessServices.has(name) ? [] : [{ field: `body.components[${place}].name`, message: `there is no business service “${name}”` }]),
    ...(components.findIndex((other) => other.name === name) < place ? [{ field: `body.components[${place}].name`, message: 'is there twice' }] : []),
  ]);
  if (faults.length > 0) throw inputError(faults.map(({ message }) => message).join('; '), faults);
}

function checkFields(audience: Audience, fields: Readonly<Record<string, string>>): void {
  const known = audience.fields.map(({ key }) => key);
  const faults = Object.keys(fields).filter((key) => !known.includes(key)).map((key) => ({ field: `body.fields.${key}`, message: `is not known; known are ${known.join(', ')}` }));
  if (faults.length > 0) throw inputError(faults.map(({ field, message }) => `${field} ${message}`).join('; '), faults);
}

function checkPromise(nextUpdateAt: Date | null, at: Date): void {
  if (nextUpdateAt !== null && nextUpdateAt <= at) throw inputError('the next update is promised for the past', [{ field: 'body.nextUpdateAt', message: 'must be in the future' }]);
}

/** Makes the service. */
export function createUpdateService({ db, clock, ports }: UpdateServiceDeps): UpdateService {
  async function plan(q: Queryable, command: Command, incident: IncidentFacts, teller: Teller, body: UpdateContent): Promise<{ audience: Audience; wording: Wording }> {
    const audience = audienceOf(teller.settings, body.audience);
    if (audience === undefined) throw inputError('there is no such audience', [{ field: 'body.audience', message: `must be one of ${teller.settings.audiences.map(({ id }) => id).join(', ')}` }]);
    checkFields(audience, body.fields);
    checkComponents(teller, body.components);
    const nextUpdateAt = body.nextUpdateAt === null ? null : new Date(body.nextUpdateAt);
    checkPromise(nextUpdateAt, clock.now());
    const corrected = body.corrects === null ? null : await findUpdate(q, command.orgId, command.viewer, body.corrects);
    if (body.corrects !== null && (corrected === null || corrected.incident !== incident.number || corrected.state !== 'published' || corrected.audience !== audience.id)) {
      throw inputError('only what was published is corrected', [{ field: 'body.corrects', message: 'must be a published update of this incident to the same audience' }]);
    }
    if (corrected?.correctedBy !== null && corrected !== null) throw conflictError('it is corrected already; correct the correction', { extra: { correctedBy: corrected.correctedBy } });
    return { audience, wording: { phase: body.phase ?? phaseOf(incident.state), fields: body.fields, ownSubject: body.ownSubject, ownText: body.ownText, components: body.components, nextUpdateAt } };
  }

  interface Held {
    readonly update: StoredUpdate;
    readonly incident: IncidentFacts;
    readonly teller: Teller;
    readonly audience: Audience | undefined;
    readonly missing: readonly string[];
    readonly at: Date;
  }

  /** Locks the incident that the update belongs to now, and gives the update as it is then, if it is what the caller saw. */
  async function change(command: Command, id: UpdateId, work: (tx: Transaction, held: Held) => Promise<readonly NewEvent[]>): Promise<void> {
    const at = clock.now();
    await db.transaction(async (tx) => {
      const seen = await findUpdate(tx, command.orgId, command.viewer, id);
      if (seen === null) throw noUpdate();
      await loadIncident(tx, command, seen.incident);
      const [update, incident] = [await findUpdate(tx, command.orgId, command.viewer, id), await findIncidentFacts(tx, command.orgId, command.viewer, seen.incident)];
      if (update === null || incident === null) throw noUpdate();
      if (command.ifMatch !== null && command.ifMatch !== update.version) {
        throw versionMismatchError('the update was changed since you looked; look again and repeat what still makes sense', { extra: { currentVersion: update.version, state: update.state } });
      }
      const teller = await createTeller(ports, command.orgId, await readCommunication(tx, command.orgId));
      const audience = audienceOf(teller.settings, update.audience);
      const missing = audience === undefined ? [] : teller.missing(audience, incident, update).map(({ label }) => label);
      await appendEvents(tx, command.orgId, at, await work(tx, { update, incident, teller, audience, missing, at }));
    });
  }

  function refuse(refusal: string | null, { missing, update, audience }: Held): void {
    if (refusal === null) return;
    if (missing.length > 0 && refusal.startsWith('fill in')) {
      const fields = (audience?.fields ?? []).filter(({ label }) => missing.includes(label)).map(({ key, label }) => ({ field: `fields.${key}`, message: `${label} is needed at this severity` }));
      throw inputError(refusal, fields);
    }
    throw conflictError(refusal, { extra: { state: update.state } });
  }

  function known({ audience, update }: Held): Audience {
    if (audience === undefined) throw conflictError(`the audience “${update.audienceName}” is there no more`, { extra: { audience: update.audience } });
    return audience;
  }

  function dataOf(update: StoredUpdate): Record<string, unknown> {
    return { update: update.id, audience: update.audience, audienceName: update.audienceName };
  }

  return {
    plan,
    async create(command, number, body) {
      const at = clock.now();
      return db.transaction(async (tx) => {
        refuseMerged(await loadIncident(tx, command, number));
        const incident = await findIncidentFacts(tx, command.orgId, command.viewer, number);
        if (incident === null) throw notFoundError(`${incidentKey(number)} does not exist`);
        if (incident.state === 'candidate') throw conflictError(`${incidentKey(number)} is not declared; there is nothing to tell yet`);
        const teller = await createTeller(ports, command.orgId, await readCommunication(tx, command.orgId));
        const { audience, wording } = await plan(tx, command, incident, teller, body);
        const id = await insertDraft(tx, command.orgId, at, { ...wording, incident: number, audience: audience.id, audienceName: audience.name, corrects: body.corrects, by: command.actor, key: null });
        if (id === null) throw new Error('a draft without a key was not made');
        await appendEvents(tx, command.orgId, at, [
          eventBy(command, 'incident.update_drafted', number, { update: id, audience: audience.id, audienceName: audience.name, corrects: body.corrects, approval: audience.approval }),
        ]);
        return id;
      });
    },
    async edit(command, id, body) {
      await change(command, id, async (tx, held) => {
        const { update, teller, at } = held;
        refuse(refuseEdit(update), held);
        if (body.fields !== undefined) checkFields(known(held), body.fields);
        if (body.components !== undefined) checkComponents(teller, body.components);
        const nextUpdateAt = body.nextUpdateAt === undefined ? update.nextUpdateAt : body.nextUpdateAt === null ? null : new Date(body.nextUpdateAt);
        if (body.nextUpdateAt !== undefined) checkPromise(nextUpdateAt, at);
        await rewriteDraft(tx, command.orgId, id, {
          phase: body.phase ?? update.phase, fields: body.fields ?? update.fields, ownSubject: body.ownSubject === undefined ? update.ownSubject : body.ownSubject,
          ownText: body.ownText === undefined ? update.ownText : body.ownText, components: body.components ?? update.components, nextUpdateAt,
        }, command.actor, at);
        const before = { phase: update.phase, fields: update.fields, ownSubject: update.ownSubject, ownText: update.ownText, nextUpdateAt: update.nextUpdateAt?.toISOString() ?? null };
        return [eventBy(command, 'incident.update_edited', update.incident, { ...dataOf(update), before, approvalLost: update.state === 'approved' })];
      });
    },
    async approve(command, id) {
      await change(command, id, async (tx, held) => {
        const { update, incident, teller, missing, at } = held;
        const audience = known(held);
        refuse(refuseApproval(ruledOf(update, audience, missing), command.actor), held);
        const wording = teller.render(audience, incident, update, at);
        await markApproved(tx, command.orgId, id, wording, command.actor, at);
        return [eventBy(command, 'incident.update_approved', update.incident, { ...dataOf(update), ...wording })];
      });
    },
    async publish(command, id) {
      await change(command, id, async (tx, held) => {
        const { update, incident, teller, missing, at } = held;
        const audience = known(held);
        refuse(refusePublishing(ruledOf(update, audience, missing)), held);
        return publish(tx, ports, { orgId: command.orgId, at, by: command.actor, incident, teller }, update, audience);
      });
    },
    async discard(command, id) {
      await change(command, id, async (tx, held) => {
        refuse(refuseEdit(held.update), held);
        await markDiscarded(tx, command.orgId, id);
        return [eventBy(command, 'incident.update_discarded', held.update.incident, dataOf(held.update))];
      });
    },
  };
}

/** What an update of an incident begins with. */
export function beginningOf(teller: Teller, incident: IncidentFacts): { readonly phase: Wording['phase']; readonly components: ComponentStatus[] } {
  return { phase: phaseOf(incident.state), components: suggestComponents(teller.snapshot, incident) };
}
