/** Use cases of clocks that stand still: until a time, with a reason, both on the timeline. */
import { incidentKey, type AudienceId, type IncidentNumber } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import { eventBy, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { conflictError, inputError } from '../../platform/errors.ts';
import { endPauses, writePauses } from './pauseStore.ts';
import { readCommunication } from './settingsStore.ts';

/** The longest that clocks stand still in one go: who needs longer says so again. */
export const MAX_PAUSE_MS = 24 * 3_600_000;

export interface PauseService {
  pause(command: Command, incident: IncidentNumber, wanted: { readonly audiences: readonly AudienceId[] | null; readonly until: string; readonly reason: string }): Promise<void>;
  /** Lets all clocks of the incident run again. */
  resume(command: Command, incident: IncidentNumber): Promise<void>;
}

/** Makes the service. */
export function createPauseService({ db, clock }: { readonly db: Database; readonly clock: Clock }): PauseService {
  return {
    async pause(command, number, { audiences, until, reason }) {
      const at = clock.now();
      const end = new Date(until);
      if (end <= at) throw inputError('a pause ends later than now', [{ field: 'body.until', message: 'must be in the future' }]);
      if (end.getTime() - at.getTime() > MAX_PAUSE_MS) throw inputError('a pause lasts 24 hours at most', [{ field: 'body.until', message: 'must be within 24 hours' }]);
      await db.transaction(async (tx) => {
        refuseMerged(await loadIncident(tx, command, number));
        const known = (await readCommunication(tx, command.orgId)).audiences;
        const strange = (audiences ?? []).filter((id) => !known.some((audience) => audience.id === id));
        if (strange.length > 0) throw inputError(`there is no audience ${strange.join(', ')}`, [{ field: 'body.audiences', message: `must be of ${known.map(({ id }) => id).join(', ')}` }]);
        const meant = known.filter(({ id }) => audiences === null || audiences.includes(id));
        await writePauses(tx, command.orgId, number, meant.map(({ id }) => id), { until: end, reason, by: command.actor, at });
        await appendEvents(tx, command.orgId, at, [
          eventBy(command, 'incident.updates_paused', number, { audiences: meant.map(({ id }) => id), names: meant.map(({ name }) => name).join(', '), all: meant.length === known.length, until: end.toISOString(), reason }),
        ]);
      });
    },
    async resume(command, number) {
      const at = clock.now();
      await db.transaction(async (tx) => {
        refuseMerged(await loadIncident(tx, command, number));
        const ended = await endPauses(tx, command.orgId, number, at);
        if (ended.length === 0) throw conflictError(`the clocks of ${incidentKey(number)} run`);
        const names = (await readCommunication(tx, command.orgId)).audiences.filter(({ id }) => ended.includes(id)).map(({ name }) => name);
        await appendEvents(tx, command.orgId, at, [eventBy(command, 'incident.updates_resumed', number, { audiences: ended, names: names.join(', ') })]);
      });
    },
  };
}
