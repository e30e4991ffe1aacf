/** The pipeline without HTTP: intake, alert log, correlator and incidents on a real database and a simulated clock. */
import { sourceId, orgId as orgIdSchema, type OrgId } from '../../backend/contract/index.ts';
import { createCorrelator, createEngine, keepDrillsApart, type Correlator, type Strategy } from '../../backend/correlation/index.ts';
import { createScopeStrategy } from './scopeStrategy.ts';
import { registerOrganisation } from '../../backend/health/index.ts';
import { createIncidentSink, createSettingsReader, DEFAULT_INCIDENT_TYPES, DEFAULT_SEVERITY_POLICY, defaultDeclarePolicy, NO_CATALOG, type CatalogLookup } from '../../backend/incidents/index.ts';
import { EMPTY_TOPOLOGY, type Topology } from '../../backend/catalog/index.ts';
import { createNoiseGate, type NoiseGate } from '../../backend/noise/index.ts';
import { createIntake, type Intake, type PayloadOrigin } from '../../backend/ingest/index.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { compileMapping, DEFAULT_MAPPING } from '../../backend/sources/index.ts';
import type { TestDatabase } from './database.ts';

export const ORG: OrgId = orgIdSchema.parse(1);
export const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

export interface Pipeline {
  readonly clock: SimulatedClock;
  readonly intake: Intake;
  readonly correlator: Correlator;
  readonly noise: NoiseGate;
  readonly origin: PayloadOrigin;
  /** Delivers a webhook body and waits until it is correlated. */
  deliver(alerts: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

export interface PipelineOptions {
  readonly replicaId?: string;
  readonly clock?: SimulatedClock;
  readonly minAlerts?: number;
  readonly orgId?: OrgId;
  readonly catalog?: CatalogLookup;
  readonly topology?: Topology;
  /** The engine decides, and not the plain strategy. */
  readonly engine?: true;
}

/** Starts one replica's worth of it. */
export async function startPipeline(database: TestDatabase, options: PipelineOptions = {}): Promise<Pipeline> {
  const clock = options.clock ?? createSimulatedClock(START_MS);
  const orgId = options.orgId ?? ORG;
  const logger = createLogger({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' });
  await registerOrganisation(database.db, orgId);
  const noise = createNoiseGate({ clock, logger, topologyOf: () => Promise.resolve(options.topology ?? EMPTY_TOPOLOGY) });
  const correlatorOf = <Window>(strategy: Strategy<Window>): Correlator => createCorrelator({
    db: database.db, clock, logger, replicaId: options.replicaId ?? 'replica-1',
    strategyOf: () => Promise.resolve(strategy),
    incidents: createIncidentSink({
      db: database.db, catalog: options.catalog ?? NO_CATALOG, reopenMs: 24 * 3_600_000, settings: createSettingsReader({
        declarePolicy: defaultDeclarePolicy([{ name: 'sev1 at once', severity: 'sev1', outcome: 'declare' }, { name: 'sev2 with 5 alerts', severity: 'sev2', minAlerts: 5, outcome: 'declare' }]),
        severityPolicy: DEFAULT_SEVERITY_POLICY, incidentTypes: DEFAULT_INCIDENT_TYPES,
      }),
    }),
    noise,
    options: { batchSize: 500, electionMs: 1000, settleMs: 15_000, stabilityMs: 10 * 60_000 },
  });
  const correlator = options.engine === true
    ? correlatorOf(keepDrillsApart(createEngine({ topology: options.topology ?? EMPTY_TOPOLOGY })))
    : correlatorOf(createScopeStrategy({ gapMs: 10 * 60_000, minAlerts: options.minAlerts ?? 1, graveSeverity: 'sev1' }));
  await correlator.start();
  const intake = createIntake({
    db: database.db, clock, logger,
    options: { maxBatch: 1000, maxInFlight: 2, maxQueuedAlerts: 20_000, knownAlerts: 100_000 },
    mappings: { mappingFor: () => Promise.resolve(compileMapping(DEFAULT_MAPPING)), invalidate: () => undefined },
    correlatesHere: (org) => correlator.leads(org),
    wakeCorrelator: (org, logged) => correlator.wake(org, logged),
  });
  const origin: PayloadOrigin = { orgId, sourceId: sourceId.parse('grafana'), tokenId: null, actor: { kind: 'source', key: 'grafana', name: 'Grafana' } };
  return {
    clock, intake, correlator, noise, origin,
    async deliver(alerts) {
      const body = { receiver: 'muster', status: 'firing', groupKey: '{}:{}', version: '1', truncatedAlerts: 0, alerts };
      await intake.accept(origin, body, Buffer.from(JSON.stringify(body)), 'application/json');
      await correlator.drain(orgId);
    },
    async close() {
      await intake.drain();
      await correlator.close();
    },
  };
}

/** One alert as Grafana sends it. */
export function grafanaAlert(fields: {
  name?: string; service?: string; fingerprint: string; startsAt: Date | number; status?: 'firing' | 'resolved'; endsAt?: Date | number;
  severity?: string; labels?: Record<string, string>; values?: Record<string, number>;
}): object {
  return {
    status: fields.status ?? 'firing',
    labels: { alertname: fields.name ?? 'HighErrorRate', severity: fields.severity ?? 'warning', ...(fields.service === undefined ? {} : { service: fields.service }), ...fields.labels },
    annotations: { summary: `${fields.name ?? 'HighErrorRate'} on ${fields.service ?? 'something'}` },
    startsAt: new Date(fields.startsAt).toISOString(),
    endsAt: fields.endsAt === undefined ? '0001-01-01T00:00:00Z' : new Date(fields.endsAt).toISOString(),
    values: fields.values ?? { A: 1 },
    fingerprint: fields.fingerprint,
    generatorURL: 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1',
  };
}
