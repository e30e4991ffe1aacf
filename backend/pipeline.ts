/**
 * The way of an alert, from intake to incident, without what surrounds it. The service and the
 * replay of recordings are both made of this, so that a replay measures the real thing.
 */
import {
  activeVersionNumber, createCorrelator, createEngine, DEFAULT_PARAMETERS, keepDrillsApart, NOTHING_LEARNED, parametersWith, selectActive, topologyWith, type ApartWindow, type Correlator,
  type EngineParameters, type EngineWindow, type LearnedCandidates, type LearnedPairs, type Strategy,
} from './correlation/index.ts';
import {
  createIncidentSink, createSettingsReader, DEFAULT_INCIDENT_TYPES, DEFAULT_LIFECYCLE_RULES, DEFAULT_SEVERITY_POLICY, defaultDeclarePolicy, NO_CATALOG,
  type CatalogLookup, type SettingsReader,
} from './incidents/index.ts';
import { EMPTY_TOPOLOGY, type ChangeEvent, type Topology } from './catalog/index.ts';
import { createIntake, type Intake } from './ingest/index.ts';
import { createNoiseGate, type NoiseGate } from './noise/index.ts';
import type { CorrelationSettings, OrgId } from '#contract';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { Database } from './platform/db/database.ts';
import type { Logger } from './platform/logger.ts';
import type { DerivationLookup, MappingLookup } from './sources/index.ts';

export interface PipelineDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  readonly config: Pick<Config, 'correlation' | 'ingest'>;
  readonly mappings: MappingLookup;
  /** Left out, no labels are derived. */
  readonly derivations?: DerivationLookup;
  /** False on replicas that leave correlation to others. */
  readonly correlate: boolean;
  /** Left out: the defaults of the configuration, which nobody edits. */
  readonly incidentSettings?: SettingsReader;
  readonly catalog?: CatalogLookup;
  /** Left out: nothing depends on anything. The same object as long as nothing has changed. */
  readonly topologyOf?: (orgId: OrgId) => Promise<Topology>;
  /** Left out: nothing is ever deployed. */
  readonly changesOf?: (orgId: OrgId, since: Date) => Promise<readonly ChangeEvent[]>;
  /** What was learned; left out: nothing. The same objects as long as nothing has changed. */
  readonly learned?: {
    readonly pairsOf: (orgId: OrgId) => Promise<LearnedPairs>;
    readonly candidatesOf: (orgId: OrgId) => Promise<LearnedCandidates>;
  };
  readonly onStored?: (orgId: OrgId, changed: number, repeated: number) => void;
  readonly onBatch?: (changes: number, held: number) => void;
}

export interface Pipeline {
  readonly intake: Intake;
  readonly correlator: Correlator | null;
  readonly noise: NoiseGate;
}

const BATCH_SIZE = 2_000;
const ELECTION_MS = 1_000;
const SETTLE_MS = 15_000;
const MAX_BATCHES_IN_FLIGHT = 2;
const KNOWN_ALERTS = 200_000;

/** Settings of incidents: what the organisation stored, else what the configuration says. */
export function incidentSettingsOf(config: Pick<Config, 'correlation'>): SettingsReader {
  const { atOnce, severity, alerts } = config.correlation.declare;
  return createSettingsReader({
    declarePolicy: defaultDeclarePolicy([
      { name: `${atOnce.toUpperCase()} at once`, severity: atOnce, outcome: 'declare' },
      { name: `${severity.toUpperCase()} with ${alerts} alerts`, severity, minAlerts: alerts, outcome: 'declare' },
    ]),
    severityPolicy: DEFAULT_SEVERITY_POLICY,
    incidentTypes: DEFAULT_INCIDENT_TYPES,
  });
}

/** The engine's numbers as the service is configured; settings of an organisation may replace them. */
export function engineParametersOf({ correlation }: Pick<Config, 'correlation'>): EngineParameters {
  return {
    ...DEFAULT_PARAMETERS, closeMs: correlation.gapMinutes * 60_000, minAlerts: correlation.minAlerts, graveSeverity: correlation.graveSeverity,
  };
}

/** An engine with given settings; drills have windows of their own. */
export function engineWith(parameters: EngineParameters, topology: Topology, settings: CorrelationSettings, learned: LearnedPairs): Strategy<ApartWindow<EngineWindow>> {
  return keepDrillsApart(createEngine({
    topology: topologyWith(topology, settings.topology), parameters: parametersWith(parameters, settings.tuning), rules: settings.rules, learned,
  }));
}

/** One engine for the topology, the settings and what was learned, as an organisation has had them last. */
function strategiesFor(
  db: Database, parameters: EngineParameters, topologyOf: (orgId: OrgId) => Promise<Topology>, learnedOf: (orgId: OrgId) => Promise<LearnedPairs>,
): (orgId: OrgId) => Promise<Strategy<ApartWindow<EngineWindow>>> {
  const made = new Map<OrgId, { readonly topology: Topology; readonly version: number; readonly learned: LearnedPairs; readonly engine: Strategy<ApartWindow<EngineWindow>> }>();
  return async (orgId) => {
    const [topology, version, learned] = [await topologyOf(orgId), await activeVersionNumber(db, orgId), await learnedOf(orgId)];
    const known = made.get(orgId);
    if (known !== undefined && known.topology === topology && known.version === version && known.learned === learned) return known.engine;
    const active = await selectActive(db, orgId);
    const engine = engineWith(parameters, topology, active.settings, learned);
    made.set(orgId, { topology, version: active.version, learned, engine });
    return engine;
  };
}

/** Puts it together; the correlator is yet to be started. */
export function createPipeline(deps: PipelineDeps): Pipeline {
  const { db, clock, logger, config } = deps;
  const { correlation, ingest } = config;
  const topologyOf = deps.topologyOf ?? (() => Promise.resolve(EMPTY_TOPOLOGY));
  const noise = createNoiseGate({ clock, logger: logger.child({ module: 'noise' }), topologyOf });
  const correlator = deps.correlate
    ? createCorrelator({
      db, clock, logger: logger.child({ module: 'correlation' }), replicaId: deps.replicaId,
      strategyOf: strategiesFor(db, engineParametersOf(config), topologyOf, deps.learned?.pairsOf ?? (() => Promise.resolve(NOTHING_LEARNED))),
      ...(deps.changesOf === undefined ? {} : { changesOf: deps.changesOf }),
      incidents: createIncidentSink({
        db, settings: deps.incidentSettings ?? incidentSettingsOf(config), catalog: deps.catalog ?? NO_CATALOG, reopenMs: DEFAULT_LIFECYCLE_RULES.reopenMs,
        ...(deps.learned === undefined ? {} : { candidatesOf: deps.learned.candidatesOf }),
      }),
      noise,
      options: { batchSize: BATCH_SIZE, electionMs: ELECTION_MS, settleMs: SETTLE_MS, stabilityMs: correlation.stabilityMinutes * 60_000 },
      ...(deps.onBatch === undefined ? {} : { onBatch: deps.onBatch }),
    })
    : null;
  const intake = createIntake({
    db, clock, logger: logger.child({ module: 'ingest' }), mappings: deps.mappings,
    options: { maxBatch: ingest.maxBatch, maxInFlight: MAX_BATCHES_IN_FLIGHT, maxQueuedAlerts: ingest.maxQueuedAlerts, knownAlerts: KNOWN_ALERTS },
    correlatesHere: (orgId) => correlator?.leads(orgId) === true,
    wakeCorrelator: (orgId, logged) => correlator?.wake(orgId, logged),
    ...(deps.derivations === undefined ? {} : { derivations: deps.derivations }),
    ...(deps.onStored === undefined ? {} : { onStored: deps.onStored }),
  });
  return { intake, correlator, noise };
}
