/** SQL of war rooms. */
import { incidentNumber, type IncidentNumber, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

export interface StoredRoom {
  readonly incident: IncidentNumber;
  readonly channel: string;
  readonly conversation: string;
  readonly name: string;
  readonly url: string;
  readonly meetingUrl: string | null;
  readonly openedAt: Date;
}

interface RoomRow {
  incident_number: number;
  channel: string;
  conversation: string;
  name: string;
  url: string;
  meeting_url: string | null;
  opened_at: Date;
}

function toRoom(row: RoomRow): StoredRoom {
  return { incident: incidentNumber.parse(row.incident_number), channel: row.channel, conversation: row.conversation, name: row.name, url: row.url, meetingUrl: row.meeting_url, openedAt: row.opened_at };
}

const COLUMNS = 'incident_number, channel, conversation, name, url, meeting_url, opened_at';

/** The rooms of an incident, the first one first. */
export async function selectRooms(q: Queryable, orgId: OrgId, incident: IncidentNumber): Promise<StoredRoom[]> {
  const rows = await q.query<RoomRow>(`select ${COLUMNS} from war_rooms where org_id = $1::integer and incident_number = $2::integer order by opened_at, channel`, [orgId, incident]);
  return rows.map(toRoom);
}

/** The incident whose room a conversation is; null when it is none. */
export async function incidentOfRoom(q: Queryable, orgId: OrgId, channel: string, conversation: string): Promise<IncidentNumber | null> {
  const [row] = await q.query<{ incident_number: number }>(
    'select incident_number from war_rooms where org_id = $1::integer and channel = $2::text and conversation = $3::text', [orgId, channel, conversation],
  );
  return row === undefined ? null : incidentNumber.parse(row.incident_number);
}

/** Waits until nobody else opens a room for the incident over the channel, and keeps others waiting until the transaction ends. */
export async function lockRoom(tx: Transaction, orgId: OrgId, incident: IncidentNumber, channel: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1::text, 0))', [`war-room/${orgId}/${incident}/${channel}`]);
}

/** Keeps a room. Gives the one that stands: another replica may have opened one for the incident and channel meanwhile. */
export async function insertRoom(q: Queryable, orgId: OrgId, room: StoredRoom, openedBy: string): Promise<StoredRoom> {
  const [row] = await q.query<RoomRow>(
    `insert into war_rooms (org_id, incident_number, channel, conversation, name, url, meeting_url, opened_at, opened_by)
     values ($1::integer, $2::integer, $3::text, $4::text, $5::text, $6::text, $7::text, $8::timestamptz, $9::text)
     on conflict (org_id, incident_number, channel) do update set name = war_rooms.name
     returning ${COLUMNS}`,
    [orgId, room.incident, room.channel, room.conversation, room.name, room.url, room.meetingUrl, room.openedAt, openedBy],
  );
  if (row === undefined) throw new Error('an insert gave no row');
  return toRoom(row);
}
