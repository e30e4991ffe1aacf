/** SQL of what is remembered of incidents, and of what it is made from. */
import { remedy, type IncidentState, type OrgId, type Remedy } from '#contract';
import { seenBy, type Viewer } from '../../access/index.ts';
import type { IncidentDocument } from '../../memory/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { keptDocument } from './document.ts';
import { TELLING_NOTHING, type IncidentFacts, type IncidentMemory, type Saying } from './remember.ts';

/** Those are over, and were real. */
export const PAST_STATES: readonly IncidentState[] = ['resolved', 'in_review', 'closed'];
/** So many alerts of an incident tell its kind; more would tell the same. */
const ALERTS_LOOKED_AT = 300;
const SAYINGS = 200;

/** Past incidents of which something new was said since they were remembered, the newest first. */
export async function selectStale(q: Queryable, orgId: OrgId, limit: number): Promise<{ number: number; position: string }[]> {
  return q.query<{ number: number; position: string }>(
    `select i.number, e.position::text
       from incidents as i
       join lateral (select l.position from event_log as l where l.org_id = i.org_id and l.incident_number = i.number order by l.position desc limit 1) as e on true
       left join incident_memories as m on m.org_id = i.org_id and m.incident_number = i.number
      where i.org_id = $1::integer and i.state = any($2::text[]) and i.drill is null and (m.made_of is null or m.made_of < e.position)
      order by i.number desc limit $3::integer`,
    [orgId, PAST_STATES, limit],
  );
}

/** Writes memories in the place of earlier ones. */
export async function writeMemories(q: Queryable, orgId: OrgId, memories: readonly (IncidentMemory & { readonly number: number; readonly position: string })[]): Promise<void> {
  await q.query(
    `insert into incident_memories as m (org_id, incident_number, made_of, document, remedies)
     select $1::integer, u.number, u.position, u.document, u.remedies
       from jsonb_to_recordset($2::jsonb) as u(number integer, position bigint, document jsonb, remedies jsonb) order by u.number
     on conflict (org_id, incident_number) do update set made_of = excluded.made_of, document = excluded.document, remedies = excluded.remedies
      where m.made_of <= excluded.made_of`,
    [orgId, JSON.stringify(memories)],
  );
}

/** What stands for all that is remembered: it changes when something is remembered anew or is past no more. */
export async function selectVersion(q: Queryable, orgId: OrgId): Promise<string> {
  const rows = await q.query<{ version: string }>(
    `select count(*)::text || '/' || coalesce(max(m.made_of), 0)::text || '/' || coalesce(sum(m.made_of), 0)::text as version
       from incident_memories as m join incidents as i on i.org_id = m.org_id and i.number = m.incident_number
      where m.org_id = $1::integer and i.state = any($2::text[])`,
    [orgId, PAST_STATES],
  );
  return rows[0]?.version ?? '';
}

/** Documents of the newest past incidents, the oldest first. */
export async function selectDocuments(q: Queryable, orgId: OrgId, limit: number): Promise<IncidentDocument[]> {
  const rows = await q.query<{ incident_number: number; document: unknown }>(
    `select m.incident_number, m.document from incident_memories as m join incidents as i on i.org_id = m.org_id and i.number = m.incident_number
      where m.org_id = $1::integer and i.state = any($2::text[]) order by m.incident_number desc limit $3::integer`,
    [orgId, PAST_STATES, limit],
  );
  return rows.reverse().map((row) => ({ id: String(row.incident_number), ...keptDocument.parse(row.document) }));
}

export interface RememberedRow {
  readonly number: number;
  readonly title: string;
  readonly state: IncidentState;
  readonly severity: number;
  readonly began_at: Date;
  readonly ended_at: Date | null;
}

/** Those of the incidents that the viewer may see. */
export async function selectRemembered(q: Queryable, orgId: OrgId, viewer: Viewer, numbers: readonly number[]): Promise<RememberedRow[]> {
  return q.query<RememberedRow>(
    `select i.number, i.title, i.state, i.severity, least(i.detected_at, i.first_alert_at, i.impact_started_at) as began_at, i.resolved_at as ended_at
       from incidents as i where i.org_id = $1::integer and i.number = any($2::integer[]) and ${seenBy('$3', 'i.number')}`,
    [orgId, numbers, viewer],
  );
}

/** How many of the past incidents the viewer may see beside one, and how many of those began within a time. */
export async function countRemembered(q: Queryable, orgId: OrgId, viewer: Viewer, numbers: readonly number[], except: number, from: Date, to: Date): Promise<{ all: number; earlier: number }> {
  const rows = await q.query<{ all: number; earlier: number }>(
    `select count(*)::integer as all, (count(*) filter (where began.at >= $5::timestamptz and began.at < $6::timestamptz))::integer as earlier
       from incidents as i cross join lateral (select least(i.detected_at, i.first_alert_at, i.impact_started_at) as at) as began
      where i.org_id = $1::integer and i.number = any($2::integer[]) and i.number <> $4::integer and ${seenBy('$3', 'i.number')}`,
    [orgId, numbers, viewer, except, from, to],
  );
  return rows[0] ?? { all: 0, earlier: 0 };
}

/** What ended incidents. */
export async function selectRemedies(q: Queryable, orgId: OrgId, numbers: readonly number[]): Promise<Map<number, Remedy[]>> {
  const rows = await q.query<{ incident_number: number; remedies: unknown }>(
    'select m.incident_number, m.remedies from incident_memories as m where m.org_id = $1::integer and m.incident_number = any($2::integer[])', [orgId, numbers],
  );
  return new Map(rows.map((row) => [row.incident_number, remedy.array().parse(row.remedies)]));
}

interface FactsRow {
  number: number;
  title: string;
  description: string;
  services: string[];
  mitigated_at: Date | null;
  resolved_at: Date | null;
  alerts: Record<string, number>;
  labels: string[];
}

interface SayingRow {
  incident_number: number;
  position: string;
  type: string;
  occurred_at: Date;
  text: string;
  revises: string | null;
}

function kindOf(type: string): Saying['kind'] {
  if (type === 'incident.status_updated') return 'update';
  return type.startsWith('incident.note_') ? 'note' : 'reason';
}

/** Everything of incidents that memory takes in. Whoever calls has asked whether they may be seen. */
export async function selectFacts(q: Queryable, orgId: OrgId, numbers: readonly number[]): Promise<IncidentFacts[]> {
  const [rows, sayings, runs, causes] = await Promise.all([
    q.query<FactsRow>(
      `select i.number, i.title, i.description, i.services, i.mitigated_at, i.resolved_at, coalesce(mix.alerts, '{}') as alerts, coalesce(shared.labels, '{}') as labels
         from incidents as i
         left join lateral (
           select array_agg(jsonb_build_object('name', a.name, 'labels', a.labels)) as members
             from (select k.alert_key, k.starts_at from incident_alerts as k where k.org_id = i.org_id and k.incident_number = i.number order by k.starts_at desc, k.alert_key limit $4::integer) as k
             join alerts as a on a.org_id = i.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at) as few on true
         left join lateral (
           select jsonb_object_agg(n.name, n.count) as alerts from (select m->>'name' as name, count(*)::integer as count from unnest(few.members) as m group by 1) as n) as mix on true
         left join lateral (
           select array_agg(n.pair order by n.pair) as labels from (
             select l.key || '=' || l.value as pair from unnest(few.members) as m cross join lateral jsonb_each_text(m->'labels') as l
              where l.key <> all($3::text[]) and length(l.value) <= 100 group by 1 having count(*) * 2 >= cardinality(few.members) order by count(*) desc limit 20) as n) as shared on true
        where i.org_id = $1::integer and i.number = any($2::integer[])`,
      [orgId, numbers, TELLING_NOTHING, ALERTS_LOOKED_AT],
    ),
    q.query<SayingRow>(
      `select s.incident_number, s.position::text, s.type, s.occurred_at, s.text, s.revises
         from unnest($2::integer[]) as n(number)
         cross join lateral (
           select e.incident_number, e.position, e.type, e.occurred_at, coalesce(e.data->>'text', e.data->>'reason', '') as text, e.data->>'note' as revises
             from event_log as e
            where e.org_id = $1::integer and e.incident_number = n.number
              and (e.type in ('incident.note_added', 'incident.note_revised', 'incident.status_updated') or (e.actor->>'kind' = 'user' and e.type in
                   ('incident.identified', 'incident.mitigation_started', 'incident.mitigated', 'incident.resolved', 'incident.closed') and e.data->>'reason' <> ''))
            order by e.position desc limit $3::integer) as s
        order by s.position`,
      [orgId, numbers, SAYINGS],
    ),
    q.query<{ incident_number: number; id: string; title: string; ended_at: Date }>(
      `select r.incident_number, r.id::text, r.title, r.ended_at from runbook_runs as r
        where r.org_id = $1::integer and r.incident_number = any($2::integer[]) and r.state = 'succeeded' and not r.drill and r.parent_id is null and r.ended_at is not null order by r.ended_at desc, r.id desc`,
      [orgId, numbers],
    ),
    q.query<{ incident_number: number; text: string; note: string; judged_at: Date }>(
      `select h.incident_number, h.text, h.note, h.judged_at from incident_hypotheses as h
        where h.org_id = $1::integer and h.incident_number = any($2::integer[]) and h.verdict = 'confirmed' and h.judged_at is not null order by h.judged_at, h.id`,
      [orgId, numbers],
    ),
  ]);
  return rows.map((row) => ({
    number: row.number, title: row.title, description: row.description, services: row.services, mitigatedAt: row.mitigated_at, resolvedAt: row.resolved_at, alerts: row.alerts, labels: row.labels,
    sayings: sayings.filter((saying) => saying.incident_number === row.number && saying.text !== '')
      .map(({ position, type, occurred_at: at, text, revises }) => ({ kind: kindOf(type), position, type, at, text, revises })),
    runs: runs.filter((run) => run.incident_number === row.number).map((run) => ({ id: run.id, title: run.title, endedAt: run.ended_at })),
    confirmedCauses: causes.filter((cause) => cause.incident_number === row.number).map(({ text, note, judged_at: at }) => ({ text: note === '' ? text : `${text}: ${note}`, at })),
  }));
}
