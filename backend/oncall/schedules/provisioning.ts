/**
 * Schedules from a file. The file is followed: what it names is made as it says, what it no longer names is removed. Schedules
 * made on the pages are left alone, and overrides and swaps stay when the file changes a schedule.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { scheduleBody, type Actor, type OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import { scheduleFaults } from './checkSchedule.ts';
import type { SchedulePorts } from './ports.ts';
import { deleteSchedule, insertSchedule, lockFile, lockProvisioned, updateSchedule } from './scheduleStore.ts';

const fileId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'use 1 to 60 lower-case letters, digits and dashes');
const schedulesFile = z.strictObject({ apiVersion: z.literal(1), schedules: z.array(scheduleBody.extend({ id: fileId })) });
const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

export interface ProvisionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordEvent: SchedulePorts['recordEvent'];
}

/** Text that is equal for equal documents, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

/** `layers[0].slots` as the keys of a document. */
function keysOf(field: string): (string | number)[] {
  return field.split(/[.[\]]+/).filter((part) => part !== '').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Makes the organisation's schedules those of the file; without a file nothing happens. Gives how many changed. */
export async function provisionSchedules({ db, clock, recordEvent }: ProvisionDeps, orgId: OrgId, file: ProvisioningFile | null): Promise<number> {
  if (file === null) return 0;
  const read = readProvisioningFile(file, schedulesFile);
  const wanted = read.value.schedules.map((entry) => ({ id: entry.id, body: scheduleBody.parse(entry) }));
  wanted.forEach(({ id, body }, index) => {
    if (wanted.findIndex((other) => other.id === id) < index) throw read.faultAt(['schedules', index, 'id'], `"${id}" is listed twice`);
    const [fault] = scheduleFaults(body);
    if (fault !== undefined) throw read.faultAt(['schedules', index, ...keysOf(fault.field)], fault.message);
  });
  return db.transaction(async (tx) => {
    await lockFile(tx, orgId);
    const known = await lockProvisioned(tx, orgId);
    const events: { type: 'schedule.created' | 'schedule.edited' | 'schedule.deleted'; schedule: string; name: string }[] = [];
    for (const { id, body } of wanted) {
      const present = known.find((one) => one.provisionedAs === id);
      if (present === undefined) {
        const made = randomUUID();
        await insertSchedule(tx, orgId, made, body, PROVISIONING_ACTOR, clock.now(), id);
        events.push({ type: 'schedule.created', schedule: made, name: body.name });
      } else if (canonical(present.body) !== canonical(body)) {
        await updateSchedule(tx, orgId, present.id, body, clock.now());
        events.push({ type: 'schedule.edited', schedule: present.id, name: body.name });
      }
    }
    for (const gone of known.filter((one) => !wanted.some(({ id }) => id === one.provisionedAs))) {
      await deleteSchedule(tx, orgId, gone.id);
      events.push({ type: 'schedule.deleted', schedule: gone.id, name: gone.body.name });
    }
    for (const { type, ...data } of events) await recordEvent(tx, orgId, { type, incident: null, actor: PROVISIONING_ACTOR, data });
    return events.length;
  });
}
