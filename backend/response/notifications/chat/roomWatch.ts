/** Opens war rooms by itself for what was declared, or became worse, lately: over each chat that is set so for the severity. */
import { incident as incidentSchema, incidentNumber, severity, type IncidentNumber, type OrgId } from '#contract';
import { z } from 'zod';
import { ALL_SEEING } from '../../../access/index.ts';
import { listEvents, SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Caller } from '../../../platform/http/route.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createWatch, type Watch } from '../../../platform/watch.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';
import type { WarRooms } from './rooms.ts';

const EVERY_MS = 2_000;
/** What was declared earlier gets no room by itself any more, such as after the service was away. */
const LATELY_MS = 15 * 60_000;
/** After a try that failed. */
const PAUSE_MS = 30_000;
const MAX_EVENTS = 500;
const OPEN_STATES: ReadonlySet<string> = new Set(['declared', 'investigating', 'identified', 'mitigating', 'monitoring']);
const settings = z.looseObject({ mode: z.string().optional(), warRoomSeverities: z.array(severity).default([]) });

export interface RoomWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: Pick<ChatPorts, 'channels' | 'perform'>;
  readonly rooms: WarRooms;
}

/** Muster itself as a caller of its API. */
function muster(orgId: OrgId, now: Date): Caller {
  return { kind: 'token', orgId, userKey: null, login: 'muster', name: SYSTEM_ACTOR.name, role: 'admin', derivedRole: 'admin', seesPrivate: true, actor: SYSTEM_ACTOR, expiresAt: new Date(now.getTime() + 60_000) };
}

/** Makes the watch. */
export function createRoomWatch({ db, clock, logger, orgs, ports, rooms }: RoomWatchDeps): Watch {
  /** Incident and channel that are through, or rest until then. */
  const rests = new Map<string, number>();

  async function openFor(orgId: OrgId, number: IncidentNumber, channel: ChatChannel, wanted: readonly string[]): Promise<void> {
    const key = `${orgId}/${number}/${channel.id}`;
    if ((rests.get(key) ?? 0) > clock.nowMs()) return;
    rests.set(key, clock.nowMs() + PAUSE_MS);
    if ((await rooms.list(orgId, number)).some((room) => room.channel === channel.id)) {
      rests.set(key, clock.nowMs() + LATELY_MS);
      return;
    }
    const caller = muster(orgId, clock.now());
    const one = incidentSchema.parse(await ports.perform(caller, 'getIncident', { params: { number } }));
    if (one.number !== number || !wanted.includes(one.severity) || !OPEN_STATES.has(one.state)) {
      // It may still become worse.
      rests.set(key, clock.nowMs() + 5 * EVERY_MS);
      return;
    }
    await rooms.open(channel, caller, number, []).catch((error: unknown) => logger.warn({ err: error, orgId, incident: number, channel: channel.id }, 'a war room could not be opened; it is tried again'));
  }

  async function look(orgId: OrgId): Promise<void> {
    const channels = (await ports.channels(orgId)).map((channel) => ({ channel, set: settings.safeParse(channel.config).data })).filter(({ channel, set }) => channel.kind === 'slack' && set?.mode === 'bot' && set.warRoomSeverities.length > 0);
    if (channels.length === 0) return;
    const since = new Date(clock.nowMs() - LATELY_MS);
    const events = await listEvents(db, orgId, { viewer: ALL_SEEING, types: ['incident.declared', 'incident.promoted', 'incident.severity_changed'], from: since, order: 'newest', limit: MAX_EVENTS });
    const numbers = new Set(events.flatMap(({ incident }) => incidentNumber.safeParse(incident).data ?? []));
    for (const number of numbers) for (const { channel, set } of channels) await openFor(orgId, number, channel, set?.warRoomSeverities ?? []);
    for (const [key, until] of rests) if (until <= clock.nowMs()) rests.delete(key);
  }

  return createWatch({ clock, logger, orgs, everyMs: EVERY_MS, look, fault: 'war rooms could not be looked for; the next look is soon' });
}
