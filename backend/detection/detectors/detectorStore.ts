/** SQL of detectors: what is watched, and who looks next. */
import { detectorBody, detectorId, detectorState, labels as labelsSchema, type DetectorBody, type DetectorId, type DetectorState, type Labels, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';

interface DetectorRow {
  id: string;
  definition: unknown;
  state: string;
  state_since: Date;
  after_training: string;
  trained_from: Date;
  watched_since: Date | null;
  evaluated_to: Date;
  due_at: Date;
  failures: number;
  error: string | null;
  error_since: Date | null;
  data_at: Date | null;
  series: number;
  query_ms: number;
  compute_ms: number;
  cut_steps: number;
  cut_at: Date | null;
  created_at: Date;
  created_by: string;
  provisioned_as: string | null;
  self_shadow_reason: string | null;
  version: number;
}

export interface StoredDetector {
  readonly id: DetectorId;
  readonly definition: DetectorBody;
  readonly state: DetectorState;
  readonly stateSince: Date;
  readonly afterTraining: 'shadow' | 'active';
  readonly trainedFrom: Date;
  readonly watchedSince: Date | null;
  readonly evaluatedTo: Date;
  readonly dueAt: Date;
  readonly failures: number;
  readonly error: string | null;
  readonly errorSince: Date | null;
  readonly dataAt: Date | null;
  readonly series: number;
  readonly queryMs: number;
  readonly computeMs: number;
  readonly cutSteps: number;
  readonly cutAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** What `detectors.yaml` calls it; null: it was made on the page. */
  readonly provisionedAs: string | null;
  /** Why it put itself to shadow, where it still is; null: it did not. */
  readonly selfShadowReason: string | null;
  readonly version: number;
}

const COLUMNS = `d.id::text, d.definition, d.state, d.state_since, d.after_training, d.trained_from, d.watched_since, d.evaluated_to, d.due_at, d.failures, d.error, d.error_since, d.data_at,
  d.series, d.query_ms, d.compute_ms, d.cut_steps, d.cut_at, d.created_at, d.created_by, d.provisioned_as, d.self_shadow_reason, d.version`;

function toDetector(row: DetectorRow): StoredDetector {
  return {
    id: detectorId.parse(row.id), definition: detectorBody.parse(row.definition), state: detectorState.parse(row.state), stateSince: row.state_since,
    afterTraining: row.after_training === 'active' ? 'active' : 'shadow', trainedFrom: row.trained_from, watchedSince: row.watched_since, evaluatedTo: row.evaluated_to, dueAt: row.due_at,
    failures: row.failures, error: row.error, errorSince: row.error_since, dataAt: row.data_at, series: row.series, queryMs: row.query_ms, computeMs: row.compute_ms, cutSteps: row.cut_steps, cutAt: row.cut_at,
    createdAt: row.created_at, createdBy: row.created_by, provisionedAs: row.provisioned_as, selfShadowReason: row.self_shadow_reason, version: row.version,
  };
}

export interface Training {
  readonly from: Date;
  /** The step before the first one that is looked at. */
  readonly evaluatedTo: Date;
}

export interface FromFile {
  readonly as: string;
  readonly afterTraining: 'shadow' | 'active';
}

/** Keeps a new detector, in training. Null: there is one of that name. */
export async function insertDetector(tx: Transaction, orgId: OrgId, definition: DetectorBody, training: Training, at: Date, by: string, file: FromFile | null = null): Promise<DetectorId | null> {
  const [row] = await tx.query<{ id: string }>(
    `insert into detectors (org_id, name, definition, state, state_since, trained_from, evaluated_to, due_at, created_at, created_by, updated_at, provisioned_as, after_training)
     values ($1::integer, $2::text, $3::jsonb, 'train', $6::timestamptz, $4::timestamptz, $5::timestamptz, $6::timestamptz, $6::timestamptz, $7::text, $6::timestamptz, $8::text, $9::text)
     on conflict (org_id, name) do nothing returning id::text`,
    [orgId, definition.name, JSON.stringify(definition), training.from, training.evaluatedTo, at, by, file?.as ?? null, file?.afterTraining ?? 'shadow'],
  );
  return row === undefined ? null : detectorId.parse(row.id);
}

/** One detector; null when there is none. */
export async function findDetector(q: Queryable, orgId: OrgId, id: DetectorId): Promise<StoredDetector | null> {
  const [row] = await q.query<DetectorRow>(`select ${COLUMNS} from detectors as d where d.org_id = $1::integer and d.id = $2::bigint`, [orgId, id]);
  return row === undefined ? null : toDetector(row);
}

/** The same, kept as it is until the transaction ends. */
export async function lockDetector(tx: Transaction, orgId: OrgId, id: DetectorId): Promise<StoredDetector | null> {
  const [row] = await tx.query<DetectorRow>(`select ${COLUMNS} from detectors as d where d.org_id = $1::integer and d.id = $2::bigint for update`, [orgId, id]);
  return row === undefined ? null : toDetector(row);
}

/** Those that a file made, held until the transaction ends; whoever else follows the file waits. */
export async function lockProvisionedDetectors(tx: Transaction, orgId: OrgId): Promise<StoredDetector[]> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('detectors.yaml', $1::integer))", [orgId]);
  const rows = await tx.query<DetectorRow>(`select ${COLUMNS} from detectors as d where d.org_id = $1::integer and d.provisioned_as is not null for update`, [orgId]);
  return rows.map(toDetector);
}

/** Those that alert, with since when. */
export async function listAlerting(q: Queryable, orgId: OrgId): Promise<{ readonly id: DetectorId; readonly since: Date }[]> {
  const rows = await q.query<{ id: string; state_since: Date }>("select d.id::text, d.state_since from detectors as d where d.org_id = $1::integer and d.state = 'active' order by d.id", [orgId]);
  return rows.map((row) => ({ id: detectorId.parse(row.id), since: row.state_since }));
}

/** Detectors by name, after one; one more than the limit. */
export async function listDetectorRows(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<StoredDetector[]> {
  const rows = await q.query<DetectorRow>(
    `select ${COLUMNS} from detectors as d where d.org_id = $1::integer and ($2::text is null or d.name collate "C" > $2::text) order by d.name collate "C" limit $3::integer`,
    [orgId, after, limit + 1],
  );
  return rows.map(toDetector);
}

/** Detectors that have learned, with the labels of what they watch; those with a finding that is not over come first. */
export async function listWatching(q: Queryable, orgId: OrgId): Promise<{ readonly detector: StoredDetector; readonly labels: readonly Labels[] }[]> {
  const rows = await q.query<DetectorRow & { of_series: unknown }>(
    `select ${COLUMNS}, case when d.definition ->> 'service' is not null then '[{}]'::jsonb
         else (select coalesce(jsonb_agg(s.labels), '[]') from detector_series as s where s.org_id = d.org_id and s.detector_id = d.id) end as of_series
     from detectors as d where d.org_id = $1::integer and d.state <> 'train'
     order by exists (select 1 from detector_findings as f where f.org_id = d.org_id and f.detector_id = d.id and f.ends_at is null) desc, d.id`,
    [orgId],
  );
  return rows.map((row) => ({ detector: toDetector(row), labels: labelsSchema.array().parse(row.of_series) }));
}

/** How many there are. */
export async function countDetectors(q: Queryable, orgId: OrgId): Promise<number> {
  const [row] = await q.query<{ n: number }>('select count(*)::integer as n from detectors as d where d.org_id = $1::integer', [orgId]);
  return row?.n ?? 0;
}

/** Writes what it is anew. False: there is another one of that name. */
export async function updateDefinition(tx: Transaction, orgId: OrgId, id: DetectorId, definition: DetectorBody, at: Date): Promise<boolean> {
  const taken = await tx.query('select 1 from detectors as d where d.org_id = $1::integer and d.name = $2::text and d.id <> $3::bigint', [orgId, definition.name, id]);
  if (taken.length > 0) return false;
  await tx.query(
    'update detectors set name = $3::text, definition = $4::jsonb, updated_at = $5::timestamptz, version = version + 1 where org_id = $1::integer and id = $2::bigint',
    [orgId, id, definition.name, JSON.stringify(definition), at],
  );
  return true;
}

/** Puts it into shadow or lets it alert; the reason is its own. */
export async function updateState(tx: Transaction, orgId: OrgId, id: DetectorId, state: 'shadow' | 'active', at: Date, selfShadowReason: string | null = null): Promise<void> {
  await tx.query(
    `update detectors set state = $3::text, after_training = $3::text, state_since = $4::timestamptz, self_shadow_reason = $5::text, updated_at = $4::timestamptz, version = version + 1
     where org_id = $1::integer and id = $2::bigint`,
    [orgId, id, state, at, selfShadowReason],
  );
}

/** Lets it learn from the past anew; what it knew is forgotten. */
export async function beginTraining(tx: Transaction, orgId: OrgId, id: DetectorId, training: Training, after: 'shadow' | 'active', at: Date): Promise<void> {
  await tx.query('delete from detector_series where org_id = $1::integer and detector_id = $2::bigint', [orgId, id]);
  await tx.query(
    `update detectors set state = 'train', state_since = $3::timestamptz, after_training = $4::text, trained_from = $5::timestamptz, evaluated_to = $6::timestamptz, due_at = $3::timestamptz,
       failures = 0, error = null, error_since = null, data_at = null, series = 0, cut_steps = 0, cut_at = null, self_shadow_reason = null, updated_at = $3::timestamptz, version = version + 1
     where org_id = $1::integer and id = $2::bigint`,
    [orgId, id, at, after, training.from, training.evaluatedTo],
  );
}

/** Removes a detector with what it knows of its series. */
export async function deleteDetector(tx: Transaction, orgId: OrgId, id: DetectorId): Promise<void> {
  await tx.query('delete from detectors where org_id = $1::integer and id = $2::bigint', [orgId, id]);
}

/** Takes the detector that has been due the longest, and puts it off meanwhile: no other replica looks, unless this one dies. */
export async function takeDue(q: Queryable, orgId: OrgId, now: Date, leaseMs: number): Promise<StoredDetector | null> {
  const [row] = await q.query<DetectorRow>(
    `update detectors as d set due_at = $2::timestamptz + make_interval(secs => $3::double precision / 1000)
     where d.org_id = $1::integer and d.id = (
       select n.id from detectors as n where n.org_id = $1::integer and n.due_at <= $2::timestamptz order by n.due_at, n.id limit 1 for update skip locked
     ) returning ${COLUMNS}`,
    [orgId, now, leaseMs],
  );
  return row === undefined ? null : toDetector(row);
}

/** Says when somebody is to look again, where nothing else came of looking. */
export async function putOff(q: Queryable, orgId: OrgId, seen: StoredDetector, dueAt: Date): Promise<void> {
  await q.query(
    'update detectors set due_at = $5::timestamptz where org_id = $1::integer and id = $2::bigint and version = $3::integer and evaluated_to = $4::timestamptz',
    [orgId, seen.id, seen.version, seen.evaluatedTo, dueAt],
  );
}

/** Notes that looking failed. Gives whether this is the first time in a row; null: others have moved on meanwhile. */
export async function noteFailure(tx: Transaction, orgId: OrgId, seen: StoredDetector, error: string, at: Date, dueAt: Date): Promise<boolean | null> {
  const [row] = await tx.query<{ failures: number }>(
    `update detectors set failures = failures + 1, error = $5::text, error_since = coalesce(error_since, $6::timestamptz), due_at = $7::timestamptz
     where org_id = $1::integer and id = $2::bigint and version = $3::integer and evaluated_to = $4::timestamptz returning failures`,
    [orgId, seen.id, seen.version, seen.evaluatedTo, error, at, dueAt],
  );
  return row === undefined ? null : row.failures === 1;
}

export interface Progress {
  readonly evaluatedTo: Date;
  readonly dueAt: Date;
  readonly state: DetectorState;
  readonly series: number;
  readonly dataAt: Date | null;
  readonly queryMs: number;
  readonly computeMs: number;
  /** Steps of these of which only the first lines were read, and the end of the last of them. */
  readonly cutSteps: number;
  readonly cutAt: Date | null;
  readonly at: Date;
}

/** Weight of the newest look in the average cost. */
const COST_GAIN = 0.1;

/** Locks the detector if it is as it was seen; false: another replica was faster, or somebody changed it. */
export async function lockAsSeen(tx: Transaction, orgId: OrgId, seen: StoredDetector): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from detectors as d where d.org_id = $1::integer and d.id = $2::bigint and d.version = $3::integer and d.evaluated_to = $4::timestamptz for update',
    [orgId, seen.id, seen.version, seen.evaluatedTo],
  );
  return rows.length === 1;
}

/** Moves a locked detector on. */
export async function noteProgress(tx: Transaction, orgId: OrgId, seen: StoredDetector, progress: Progress): Promise<void> {
  const isEnd = seen.state === 'train' && progress.state !== 'train';
  await tx.query(
    `update detectors set evaluated_to = $3::timestamptz, due_at = $4::timestamptz, state = $5::text, series = $6::integer, data_at = coalesce($7::timestamptz, data_at),
       query_ms = query_ms + ($8::double precision - query_ms) * case when query_ms = 0 then 1 else $10::double precision end,
       compute_ms = compute_ms + ($9::double precision - compute_ms) * case when compute_ms = 0 then 1 else $10::double precision end,
       failures = 0, error = null, error_since = null, cut_steps = cut_steps + $13::integer, cut_at = coalesce($14::timestamptz, cut_at),
       state_since = case when $11::boolean then $12::timestamptz else state_since end,
       watched_since = case when $11::boolean then $12::timestamptz else watched_since end,
       version = case when $11::boolean then version + 1 else version end
     where org_id = $1::integer and id = $2::bigint`,
    [orgId, seen.id, progress.evaluatedTo, progress.dueAt, progress.state, progress.series, progress.dataAt, progress.queryMs, progress.computeMs, COST_GAIN, isEnd, progress.at, progress.cutSteps, progress.cutAt],
  );
}
