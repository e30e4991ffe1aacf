/**
 * `muster replay`: sends a recorded stream through the real pipeline, on a fresh embedded database
 * and a clock that follows the recording. Delivery by delivery: each is stored and correlated
 * before the next is looked at, so the pipeline sees what it would have seen, and nothing of what
 * came later.
 */
import { access, constants, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orgId, sourceId, type Actor } from '#contract';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import { registerOrganisation } from '../health/index.ts';
import { readAlertChanges, severityOf } from '../ingest/index.ts';
import { createPipeline } from '../pipeline.ts';
import { createSimulatedClock } from '../platform/clock.ts';
import { loadConfig } from '../platform/config/config.ts';
import { createDatabase, type Database } from '../platform/db/database.ts';
import { startEmbeddedPostgres } from '../platform/db/embedded.ts';
import { migrate } from '../platform/db/migrate.ts';
import { createLogger } from '../platform/logger.ts';
import { compileMapping, DEFAULT_MAPPING } from '../sources/index.ts';
import { watchAhead } from './replayForesight.ts';
import { readChanges, readDeliveries, readTopology, RECORDING_START_MS, writeResult } from './replayFiles.ts';

export interface ReplayOptions {
  readonly deliveries: string;
  readonly topology?: string;
  readonly changes?: string;
  readonly out: string;
  readonly config?: string;
}

const ORG = orgId.parse(1);
const SOURCE = sourceId.parse('recording');
const ACTOR: Actor = { kind: 'source', key: SOURCE, name: 'Recording' };
/** How often quiet incidents are looked for, in the recording's time; as the service does. */
const SETTLE_MS = 15_000;
/** How long the engine may go on thinking when the recording is over. */
const END_MS = 30 * 60_000;
/** A recording needs no protection against a power cut. */
const FAST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

interface LinkRow {
  fingerprint: string;
  starts_at: Date;
  incident_number: number | null;
}

/** Fingerprint and start as the payload writes them; null for what is no alert. */
function recordedKey(alert: unknown): { key: string; fingerprint: string; startsAtMs: number } | null {
  if (typeof alert !== 'object' || alert === null || !('fingerprint' in alert) || !('startsAt' in alert)) return null;
  const { fingerprint, startsAt } = alert;
  if (typeof fingerprint !== 'string' || typeof startsAt !== 'string') return null;
  return { key: `${fingerprint}|${startsAt}`, fingerprint, startsAtMs: Date.parse(startsAt) };
}

/** Which incident each alert of the recording ended in. */
async function readPredictions(db: Database, recorded: ReadonlyMap<string, { fingerprint: string; startsAtMs: number }>): Promise<Record<string, string | null>> {
  const rows = await db.query<LinkRow>(
    `select a.fingerprint, a.starts_at, k.incident_number from alerts as a
     left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
     where a.org_id = $1::integer`,
    [ORG],
  );
  const byEpisode = new Map(rows.map((row) => [`${row.fingerprint}|${row.starts_at.getTime()}`, row.incident_number]));
  return Object.fromEntries([...recorded].map(([key, { fingerprint, startsAtMs }]) => {
    const incident = byEpisode.get(`${fingerprint}|${startsAtMs}`) ?? null;
    return [key, incident === null ? null : String(incident)];
  }));
}

async function readDeclared(db: Database): Promise<Record<string, string>> {
  const rows = await db.query<{ number: number; declared_at: Date }>(
    'select i.number, i.declared_at from incidents as i where i.org_id = $1::integer and i.declared_at is not null order by i.number', [ORG],
  );
  return Object.fromEntries(rows.map((row) => [String(row.number), row.declared_at.toISOString()]));
}

/** Suspected causes of each incident, the likeliest first. */
async function readRoots(db: Database): Promise<Record<string, string[]>> {
  const rows = await db.query<{ number: number; roots: { service: string }[] | null }>(
    `select i.number, i.assessment->'roots' as roots from incidents as i where i.org_id = $1::integer order by i.number`, [ORG],
  );
  return Object.fromEntries(rows.map((row) => [String(row.number), (row.roots ?? []).map((root) => root.service)]));
}

/** How grave each incident was in the end. */
async function readSeverities(db: Database): Promise<Record<string, string>> {
  const rows = await db.query<{ number: number; severity: number }>('select i.number, i.severity from incidents as i where i.org_id = $1::integer order by i.number', [ORG]);
  return Object.fromEntries(rows.map((row) => [String(row.number), severityOf(row.severity)]));
}

/** Replays and writes predictions.json, declared.json, roots.json, severities.json, warnings.json and summary.json into `out`. */
export async function replay(options: ReplayOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const config = loadConfig({ ...(options.config === undefined ? {} : { MUSTER_CONFIG: options.config }), MUSTER_LOG_LEVEL: env['MUSTER_LOG_LEVEL'] ?? 'warn' });
  const logger = createLogger({ level: config.log.level });
  // Read, or looked for, before a database is started for them.
  await access(options.deliveries, constants.R_OK);
  const topology = options.topology === undefined ? EMPTY_TOPOLOGY : await readTopology(options.topology);
  const changes = options.changes === undefined ? [] : await readChanges(options.changes);
  await mkdir(options.out, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'muster-replay-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ dataDir: dir, logger, settings: FAST_SETTINGS });
  stack.defer(() => postgres.stop());
  await migrate({ connectionString: postgres.connectionString, dir: new URL('../migrations', import.meta.url).pathname, logger });
  const db = createDatabase({ connectionString: postgres.connectionString, maxConnections: 5, applicationName: 'muster replay', logger });
  stack.defer(() => db.close());
  await registerOrganisation(db, ORG);

  const clock = createSimulatedClock(RECORDING_START_MS);
  const mapping = compileMapping(DEFAULT_MAPPING);
  const { intake, correlator } = createPipeline({
    db, clock, logger, replicaId: 'replay', config, correlate: true, topologyOf: () => Promise.resolve(topology),
    // Of the recording's changes only those that have happened by then.
    changesOf: (_orgId, since) => Promise.resolve(changes.filter(({ at }) => at >= since && at.getTime() <= clock.nowMs())),
    mappings: { mappingFor: () => Promise.resolve(mapping), invalidate: () => undefined },
  });
  if (correlator === null) throw new Error('a replay correlates');
  stack.defer(() => correlator.close());
  await correlator.start({ timers: false });

  const ahead = watchAhead({ topology, changes, read: (after, limit) => readAlertChanges(db, ORG, after, limit) });
  const recorded = new Map<string, { fingerprint: string; startsAtMs: number }>();
  const startedAt = performance.now();
  let deliveries = 0;
  let alerts = 0;
  let unreadable = 0;
  let nextSettleMs = RECORDING_START_MS + SETTLE_MS;
  for await (const { at, payload } of readDeliveries(options.deliveries)) {
    const arrivalMs = RECORDING_START_MS + at;
    for (; nextSettleMs <= arrivalMs; nextSettleMs += SETTLE_MS) {
      clock.moveTo(nextSettleMs);
      await correlator.settle();
    }
    clock.moveTo(arrivalMs);
    for (const alert of payload.alerts) {
      const known = recordedKey(alert);
      if (known !== null) recorded.set(known.key, known);
    }
    const result = await intake.accept({ orgId: ORG, sourceId: SOURCE, tokenId: null, actor: ACTOR }, payload, Buffer.from(JSON.stringify(payload)), 'application/json');
    await correlator.drain(ORG);
    await ahead.look(arrivalMs);
    deliveries += 1;
    alerts += payload.alerts.length;
    unreadable += result.kept;
  }
  // The last alerts are looked at again, too, before the recording is over.
  for (const endMs = clock.nowMs() + END_MS; nextSettleMs <= endMs; nextSettleMs += SETTLE_MS) {
    clock.moveTo(nextSettleMs);
    await correlator.settle();
  }
  const wallSeconds = (performance.now() - startedAt) / 1000;

  const predictions = await readPredictions(db, recorded);
  const declared = await readDeclared(db);
  const [counts] = await db.query<{ incidents: number; linked: number }>(
    `select (select count(*)::integer from incidents) as incidents, (select count(*)::integer from incident_alerts) as linked`,
  );
  const summary = {
    deliveries, alertsDelivered: alerts, alerts: recorded.size, unreadable,
    incidents: counts?.incidents ?? 0, alertsInIncidents: counts?.linked ?? 0, declared: Object.keys(declared).length, warnings: ahead.warnings.length,
    wallSeconds: Math.round(wallSeconds * 1000) / 1000, alertsPerSecond: Math.round(alerts / wallSeconds),
    topology: options.topology === undefined ? null : { services: topology.services.length, edges: topology.edges.length, used: true },
    changes: options.changes === undefined ? null : { count: changes.length, used: true },
    strategy: 'causes',
    correlation: config.correlation,
  };
  await writeResult(options.out, 'predictions.json', predictions);
  await writeResult(options.out, 'declared.json', declared);
  await writeResult(options.out, 'roots.json', await readRoots(db));
  await writeResult(options.out, 'severities.json', await readSeverities(db));
  await writeResult(options.out, 'warnings.json', ahead.warnings);
  await writeResult(options.out, 'summary.json', summary);
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
}
