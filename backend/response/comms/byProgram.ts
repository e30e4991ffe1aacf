/** Updates that programs write: a step of a runbook tells the timeline, or writes for an audience as its rules allow. */
import { incidentKey, type UpdateId } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import { eventBy, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { inputError, notFoundError } from '../../platform/errors.ts';
import { phaseOf } from './dues.ts';
import { findIncidentFacts } from './incidentStore.ts';
import type { CommsPorts } from './ports.ts';
import { publish, publishOnTimeline } from './publish.ts';
import { readCommunication } from './settingsStore.ts';
import { audienceOf, createTeller, suggestComponents } from './telling.ts';
import { findUpdate, insertDraft } from './updateStore.ts';

export interface ProgramUpdate {
  readonly text: string;
  readonly nextUpdateAt: Date | null;
  /** Null: the timeline alone. */
  readonly audience: string | null;
  /** Fields of the audience's template, beside `summary`, which is the text. */
  readonly fields: Readonly<Record<string, string>>;
  /** The same key tells once. */
  readonly key: string;
}

export interface ProgramTold {
  readonly state: 'told' | 'draft' | 'published';
  readonly update: UpdateId | null;
  /** Labels of fields that keep it from being published. */
  readonly missing: readonly string[];
  /** To be appended by the caller, as the last thing in the transaction. */
  readonly events: readonly NewEvent[];
}

export interface ProgramUpdates {
  /** Tells in the transaction of the caller. Published to an audience without anybody looking only where its rules say so. */
  tell(tx: Transaction, command: Command, at: Date, incident: number, told: ProgramUpdate): Promise<ProgramTold>;
}

const SUMMARY = 'summary';

/** Makes it over the ports. */
export function createProgramUpdates(ports: CommsPorts): ProgramUpdates {
  return {
    async tell(tx, command, at, number, told) {
      refuseMerged(await loadIncident(tx, command, number));
      const incident = await findIncidentFacts(tx, command.orgId, command.viewer, number);
      if (incident === null) throw notFoundError(`${incidentKey(number)} does not exist`);
      const teller = await createTeller(ports, command.orgId, await readCommunication(tx, command.orgId));
      const publication = { orgId: command.orgId, at, by: command.actor, incident, teller };
      const phase = phaseOf(incident.state);
      if (told.audience === null) {
        const events = await publishOnTimeline(tx, publication, { text: told.text, nextUpdateAt: told.nextUpdateAt, phase, key: told.key });
        return { state: 'told', update: null, missing: [], events };
      }
      const audience = audienceOf(teller.settings, told.audience);
      if (audience === undefined) throw inputError(`there is no audience “${told.audience}”; there is ${teller.settings.audiences.map(({ id }) => id).join(', ')}`);
      const keys = audience.fields.map(({ key }) => key);
      const strange = Object.keys(told.fields).filter((key) => !keys.includes(key));
      if (strange.length > 0) throw inputError(`${audience.name} has no field ${strange.join(', ')}; it has ${keys.join(', ')}`);
      const hasSummary = keys.includes(SUMMARY);
      const fields = hasSummary ? { [SUMMARY]: told.text, ...told.fields } : told.fields;
      const id = await insertDraft(tx, command.orgId, at, {
        incident: number, audience: audience.id, audienceName: audience.name, phase, fields, ownSubject: null, ownText: hasSummary ? null : told.text,
        components: audience.statusPage ? suggestComponents(teller.snapshot, incident) : [], nextUpdateAt: told.nextUpdateAt, corrects: null, by: command.actor, key: told.key,
      });
      if (id === null) return { state: 'draft', update: null, missing: [], events: [] };
      const missing = teller.missing(audience, incident, { fields }).map(({ label }) => label);
      const drafted = eventBy(command, 'incident.update_drafted', number, { update: id, audience: audience.id, audienceName: audience.name, corrects: null, approval: audience.approval });
      if (!audience.autoPublish || missing.length > 0) return { state: 'draft', update: id, missing, events: [drafted] };
      const update = await findUpdate(tx, command.orgId, command.viewer, id);
      if (update === null) throw new Error('the draft that was made is not there');
      return { state: 'published', update: id, missing, events: await publish(tx, ports, publication, update, audience) };
    },
  };
}
