/** Use cases of detectors: make, change, judge. Each change and its event are one transaction. */
import type { Actor, DetectorBody, DetectorId, DetectorState, FindingId, FindingVerdict, OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { bodyFault, endOpen, needsTraining } from './changes.ts';
import { beginTraining, countDetectors, deleteDetector, insertDetector, lockDetector, updateDefinition, updateState, type StoredDetector } from './detectorStore.ts';
import { trainingFor } from './evaluate.ts';
import { endFindings, judge, promoteFindings, type StoredFinding } from './findingStore.ts';
import { foundEvent } from './foundEvent.ts';
import type { Holidays } from './holidays/holidays.ts';
import type { Readers } from './readers/index.ts';

/** Each costs a query every step. */
export const MAX_DETECTORS = 500;

export interface DetectorService {
  create(orgId: OrgId, by: Actor, body: DetectorBody): Promise<DetectorId>;
  edit(orgId: OrgId, by: Actor, id: DetectorId, version: number, body: DetectorBody): Promise<void>;
  remove(orgId: OrgId, by: Actor, id: DetectorId, version: number): Promise<void>;
  /** Puts it to shadow by itself, with the reason. False: it does not alert since then any more. */
  shade(orgId: OrgId, id: DetectorId, alertingSince: Date, reason: string): Promise<boolean>;
  setState(orgId: OrgId, by: Actor, id: DetectorId, version: number, state: DetectorState): Promise<void>;
  judge(orgId: OrgId, by: Actor, id: FindingId, verdict: FindingVerdict | null): Promise<StoredFinding>;
}

export interface DetectorServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly readers: Readers;
  readonly holidays: Pick<Holidays, 'checked'>;
  /** Called after something is there to look at. */
  readonly onChanged: () => void;
}

function taken(name: string): Error {
  return conflictError(`there is a detector “${name}” already: choose another name`);
}

function checkBody(body: DetectorBody): void {
  const fault = bodyFault(body);
  if (fault !== null) throw inputError(fault, [{ field: 'body.query', message: fault }]);
}

function checkNotProvisioned({ provisionedAs }: Pick<StoredDetector, 'provisionedAs'>): void {
  if (provisionedAs !== null) throw conflictError(`this detector is provisioned: change "${provisionedAs}" in detectors.yaml and restart Muster`, { extra: { provisioned: true } });
}

/** Makes it. */
export function createDetectorService({ db, clock, readers, holidays, onChanged }: DetectorServiceDeps): DetectorService {
  async function lockSeen(tx: Transaction, orgId: OrgId, id: DetectorId, version: number): Promise<StoredDetector> {
    const found = await lockDetector(tx, orgId, id);
    if (found === null) throw notFoundError('there is no such detector');
    if (found.version !== version) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: found.version } });
    return found;
  }

  return {
    async create(orgId, by, body) {
      checkBody(body);
      await holidays.checked(orgId, body);
      const at = clock.now();
      const id = await db.transaction(async (tx) => {
        if ((await countDetectors(tx, orgId)) >= MAX_DETECTORS) throw conflictError(`there are ${MAX_DETECTORS} detectors, and each asks every step: remove some first`);
        const made = await insertDetector(tx, orgId, body, trainingFor(readers, body, at.getTime()), at, by.name);
        if (made === null) throw taken(body.name);
        await appendEvents(tx, orgId, at, [{ type: 'detector.created', incident: null, actor: by, data: { detector: made, name: body.name } }]);
        return made;
      });
      onChanged();
      return id;
    },

    async edit(orgId, by, id, version, body) {
      checkBody(body);
      await holidays.checked(orgId, body);
      const at = clock.now();
      await db.transaction(async (tx) => {
        const before = await lockSeen(tx, orgId, id, version);
        checkNotProvisioned(before);
        if (!(await updateDefinition(tx, orgId, id, body, at))) throw taken(body.name);
        if (needsTraining(before.definition, body)) {
          await endOpen(tx, orgId, id, at);
          await beginTraining(tx, orgId, id, trainingFor(readers, body, at.getTime()), 'shadow', at);
        }
        await appendEvents(tx, orgId, at, [{ type: 'detector.edited', incident: null, actor: by, data: { detector: id, name: body.name, before: before.definition, after: body } }]);
      });
      onChanged();
    },

    async remove(orgId, by, id, version) {
      const at = clock.now();
      await db.transaction(async (tx) => {
        const before = await lockSeen(tx, orgId, id, version);
        checkNotProvisioned(before);
        await endFindings(tx, orgId, id, at);
        await deleteDetector(tx, orgId, id);
        await appendEvents(tx, orgId, at, [{ type: 'detector.deleted', incident: null, actor: by, data: { detector: id, name: before.definition.name } }]);
      });
      onChanged();
    },

    async setState(orgId, by, id, version, state) {
      const at = clock.now();
      await db.transaction(async (tx) => {
        const before = await lockSeen(tx, orgId, id, version);
        if (before.state === state && state !== 'train') throw conflictError(`“${before.definition.name}” is ${state} already`);
        if (before.state === 'train' && state === 'active') throw conflictError(`“${before.definition.name}” still learns; let it watch in shadow first`);
        if (before.state === 'train' && state === 'shadow') throw conflictError(`“${before.definition.name}” still learns, and watches in shadow by itself when it is done`);
        // A trouble that goes on is alerted from now on; the other way round its alerts end.
        const promoted = state === 'active' ? await promoteFindings(tx, orgId, id) : [];
        if (state !== 'active') await endOpen(tx, orgId, id, at);
        if (state === 'train') await beginTraining(tx, orgId, id, trainingFor(readers, before.definition, at.getTime()), 'shadow', at);
        else await updateState(tx, orgId, id, state, at);
        await appendEvents(tx, orgId, at, [{ type: 'detector.state_changed', incident: null, actor: by, data: { detector: id, name: before.definition.name, state } }, ...promoted.map((startsAt) => foundEvent(before, 'active', startsAt, 'shadow'))]);
      });
      onChanged();
    },

    async shade(orgId, id, alertingSince, reason) {
      const at = clock.now();
      const isDone = await db.transaction(async (tx) => {
        const found = await lockDetector(tx, orgId, id);
        if (found?.state !== 'active' || found.stateSince.getTime() !== alertingSince.getTime()) return false;
        await endOpen(tx, orgId, id, at);
        await updateState(tx, orgId, id, 'shadow', at, reason);
        await appendEvents(tx, orgId, at, [{ type: 'detector.state_changed', incident: null, actor: SYSTEM_ACTOR, data: { detector: id, name: found.definition.name, state: 'shadow', reason } }]);
        return true;
      });
      if (isDone) onChanged();
      return isDone;
    },

    async judge(orgId, by, id, verdict) {
      const at = clock.now();
      return db.transaction(async (tx) => {
        const finding = await judge(tx, orgId, id, verdict, by.name, at);
        if (finding === null) throw notFoundError('there is no such finding');
        await appendEvents(tx, orgId, at, [{ type: 'detector.judged', incident: null, actor: by, data: { detector: finding.detector, finding: id, name: finding.name, verdict } }]);
        return finding;
      });
    },
  };
}
