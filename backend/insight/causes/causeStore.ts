/** SQL of what people think and found out of causes. */
import { actor, causeVerdict, incidentAssessment, type Actor, type CauseVerdict, type IncidentAssessment, type OrgId } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import type { Hypothesis } from './board.ts';

interface HypothesisRow {
  id: string;
  origin: 'engine' | 'person';
  text: string;
  service: string | null;
  verdict: string;
  note: string;
  added_at: Date | null;
  added_by: unknown;
  judged_at: Date | null;
  judged_by: unknown;
  version: number;
}

const COLUMNS = 'h.id::text, h.origin, h.text, h.service, h.verdict, h.note, h.added_at, h.added_by, h.judged_at, h.judged_by, h.version';

function actorOrNull(value: unknown): Actor | null {
  return value === null ? null : actor.parse(value);
}

function toHypothesis(row: HypothesisRow): Hypothesis {
  return {
    id: row.id, origin: row.origin, text: row.text, service: row.service, verdict: causeVerdict.parse(row.verdict), note: row.note, addedAt: row.added_at, addedBy: actorOrNull(row.added_by),
    judgedAt: row.judged_at, judgedBy: actorOrNull(row.judged_by), version: row.version,
  };
}

/** What the engine makes of an incident; undefined when there is none that the viewer may see. */
export async function selectAssessment(q: Queryable, orgId: OrgId, viewer: Viewer, incident: number): Promise<IncidentAssessment | null | undefined> {
  const [row] = await q.query<{ assessment: unknown }>(
    `select i.assessment from incidents as i where i.org_id = $1::integer and i.number = $2::integer and ${seenBy('$3', 'i.number')}`, [orgId, incident, viewer],
  );
  if (row === undefined) return undefined;
  return row.assessment === null ? null : incidentAssessment.parse(row.assessment);
}

/** Everything that was said of causes of an incident, the oldest first. */
export async function selectHypotheses(q: Queryable, orgId: OrgId, incident: number): Promise<Hypothesis[]> {
  const rows = await q.query<HypothesisRow>(
    `select ${COLUMNS} from incident_hypotheses as h where h.org_id = $1::integer and h.incident_number = $2::integer order by h.id`, [orgId, incident],
  );
  return rows.map(toHypothesis);
}

/** The same for several incidents, by number. */
export async function selectHypothesesOf(q: Queryable, orgId: OrgId, incidents: readonly number[]): Promise<Map<number, Hypothesis[]>> {
  const rows = await q.query<HypothesisRow & { incident_number: number }>(
    `select h.incident_number, ${COLUMNS} from incident_hypotheses as h where h.org_id = $1::integer and h.incident_number = any($2::integer[]) order by h.id`, [orgId, incidents],
  );
  const found = new Map<number, Hypothesis[]>();
  for (const row of rows) found.set(row.incident_number, [...(found.get(row.incident_number) ?? []), toHypothesis(row)]);
  return found;
}

export interface NewHypothesis {
  readonly origin: 'engine' | 'person';
  readonly text: string;
  readonly service: string | null;
}

/** Writes one down and gives its id; null when the engine's suspect is written down already. */
export async function insertHypothesis(tx: Transaction, orgId: OrgId, incident: number, { origin, text, service }: NewHypothesis, at: Date, by: Actor | null): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into incident_hypotheses (org_id, incident_number, origin, text, service, added_at, added_by)
     values ($1::integer, $2::integer, $3::text, $4::text, $5::text, $6::timestamptz, $7::jsonb) on conflict do nothing returning id::text`,
    [orgId, incident, origin, text, service, by === null ? null : at, by === null ? null : JSON.stringify(by)],
  );
  return row?.id ?? null;
}

/** What the engine said when somebody judged. */
export interface Standing {
  readonly suspects: readonly string[];
  readonly loudest: string | null;
  /** Of the first suspect; null: there was none. */
  readonly confidence: number | null;
}

/** Writes a verdict in the place of the version that was seen; 1 is that of one that was just written down. False when that no longer stands. */
export async function writeVerdict(
  tx: Transaction, orgId: OrgId, id: string, seen: number, verdict: CauseVerdict, note: string, at: Date, by: Actor, standing: Standing,
): Promise<boolean> {
  const rows = await tx.query(
    `update incident_hypotheses set verdict = $4::text, note = $5::text, judged_at = $6::timestamptz, judged_by = $7::jsonb, engine_suspects = $8::text[], loudest_service = $9::text, engine_confidence = $10::double precision, version = version + 1
      where org_id = $1::integer and id = $2::bigint and version = $3::integer returning 1`,
    [orgId, id, seen, verdict, note, at, JSON.stringify(by), standing.suspects, standing.loudest, standing.confidence],
  );
  return rows.length > 0;
}
