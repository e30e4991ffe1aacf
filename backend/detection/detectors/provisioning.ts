/**
 * Detectors from a file. The file is followed: what it names is made as it says, what it no longer names is removed. Detectors made on
 * the page are left alone. Whether one alerts is decided by people on what it did in shadow: the file says only what it does after its training.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { detectorBody, type Actor, type OrgId } from '#contract';
import { appendEvents, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import { bodyFault, endOpen, needsTraining } from './changes.ts';
import { beginTraining, deleteDetector, insertDetector, lockProvisionedDetectors, updateDefinition } from './detectorStore.ts';
import { trainingFor } from './evaluate.ts';
import { endFindings } from './findingStore.ts';
import type { Readers } from './readers/index.ts';

const fileId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'use 1 to 60 lower-case letters, digits and dashes');
/** Strict, so that what is misspelt is no default. */
const entry = z.strictObject({ ...detectorBody.shape, id: fileId, afterTraining: z.enum(['shadow', 'active']).default('shadow') });
const detectorsFile = z.strictObject({ apiVersion: z.literal(1), detectors: z.array(entry).max(500) });
const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

export interface ProvisionDetectorsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly readers: Readers;
}

/** Makes the organisation's detectors those of the file; without a file nothing happens. Gives how many changed. Throws `ProvisioningError`. */
export async function provisionDetectors({ db, clock, readers }: ProvisionDetectorsDeps, orgId: OrgId, file: ProvisioningFile | null): Promise<number> {
  if (file === null) return 0;
  const read = readProvisioningFile(file, detectorsFile);
  const wanted = read.value.detectors.map((one) => ({ id: one.id, afterTraining: one.afterTraining, body: detectorBody.parse(one) }));
  wanted.forEach(({ id, body }, index) => {
    if (wanted.findIndex((other) => other.id === id) < index) throw read.faultAt(['detectors', index, 'id'], `"${id}" is listed twice`);
    const fault = bodyFault(body);
    if (fault !== null) throw read.faultAt(['detectors', index], fault);
    if (wanted.findIndex((other) => other.body.name === body.name) < index) throw read.faultAt(['detectors', index, 'name'], `"${body.name}" is listed twice`);
  });
  return db.transaction(async (tx) => {
    const known = await lockProvisionedDetectors(tx, orgId);
    const at = clock.now();
    const events: NewEvent[] = [];
    const note = (type: 'detector.created' | 'detector.edited' | 'detector.deleted', data: Record<string, unknown>): void => void events.push({ type, incident: null, actor: PROVISIONING_ACTOR, data });
    // First, so that a name that goes from one to another is free.
    for (const { id, definition } of known.filter((one) => !wanted.some((entry) => entry.id === one.provisionedAs))) {
      await endFindings(tx, orgId, id, at);
      await deleteDetector(tx, orgId, id);
      note('detector.deleted', { detector: id, name: definition.name });
    }
    for (const [index, { id, afterTraining, body }] of wanted.entries()) {
      const taken = (): Error => read.faultAt(['detectors', index, 'name'], `there is a detector "${body.name}" already that is not this one`);
      const present = known.find((one) => one.provisionedAs === id);
      if (present === undefined) {
        const made = await insertDetector(tx, orgId, body, trainingFor(readers, body, at.getTime()), at, PROVISIONING_ACTOR.name, { as: id, afterTraining });
        if (made === null) throw taken();
        note('detector.created', { detector: made, name: body.name });
      } else if (!isDeepStrictEqual(present.definition, body)) {
        if (!(await updateDefinition(tx, orgId, present.id, body, at))) throw taken();
        if (needsTraining(present.definition, body)) {
          await endOpen(tx, orgId, present.id, at);
          await beginTraining(tx, orgId, present.id, trainingFor(readers, body, at.getTime()), present.state === 'train' ? afterTraining : present.state, at);
        }
        note('detector.edited', { detector: present.id, name: body.name, before: present.definition, after: body });
      }
    }
    await appendEvents(tx, orgId, at, events);
    return events.length;
  });
}
