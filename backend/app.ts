/**
 * The composition root: the only file that knows every module. Starts the parts that the
 * configured roles ask for, and stops them in reverse order: intake first, the database last.
 */
import { randomUUID } from 'node:crypto';
import express from 'express';
import { channelId, DEFAULT_USUAL, teamId } from '#contract';
import { createAccess, authorize, findPrivate, findUsers, findUsersCalled, incidentsNamedIn, isPermitted, maskText, viewerOf } from './access/index.ts';
import { createCatalog, readRecentChanges } from './catalog/index.ts';
import { createChatWork } from './chatWork.ts';
import { createAutomatedResponse } from './automatedResponse.ts';
import { createBackTests } from './backTests.ts';
import { createCommunication } from './communication.ts';
import {
  createBackTestHandlers, createCorrelationHandlers, createLearningHandlers, createLearningService, createSettingsService, tuningOf, type Correlator,
} from './correlation/index.ts';
import { appendEvents, createAlertNews, createLiveHub, serveEventStream, type LiveHub } from './eventlog/index.ts';
import { createDetectors, createReaders, provisionDetectors, type ReaderPorts } from './detection/index.ts';
import { createHealthHandlers, createHeartbeat, correlatorState, MAX_CORRELATOR_LAG_MS, registerOrganisation } from './health/index.ts';
import { createIncidents, createJudgementHandlers, DEFAULT_LIFECYCLE_RULES, listOpenIncidents, observeIncidents } from './incidents/index.ts';
import {
  createGenericIntake, createHeartbeatWatch, createIngestHandlers, createReconciler, createRuleIntake, createSourceRuleHandlers, createWebhookListener, ensurePartitions, isUpkeepHeldUp,
  type Intake,
} from './ingest/index.ts';
import { createNoise } from './noise/index.ts';
import type { Config } from './platform/config/config.ts';
import type { Clock } from './platform/clock.ts';
import { createDatabase, type Database } from './platform/db/database.ts';
import { migrate, migrationsPending } from './platform/db/migrate.ts';
import { exploreLogsUrl } from './platform/exploreUrl.ts';
import type { Handlers, JsonOperationName } from './platform/http/route.ts';
import { createIdempotency } from './platform/http/idempotency.ts';
import { mountOperations } from './platform/http/mount.ts';
import { openApiDocument } from './platform/http/openapi.ts';
import { RUNBOOK_SCHEMA_PATH, runbookSchema } from './platform/http/runbookSchema.ts';
import { sendProblem } from './platform/http/problem.ts';
import { startServer, type CheckResult, type RunningServer } from './platform/http/server.ts';
import { prepareJobQueue, startJobWorker, type JobWorker } from './platform/jobs/worker.ts';
import type { Logger } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createOutboundClient } from './platform/outbound/client.ts';
import { createKeyRing } from './platform/secrets/keyRing.ts';
import { createImpactCatalog } from './impactCatalog.ts';
import { createInsight, leadingCauses, provisionModel, type DraftSources } from './insight/index.ts';
import { createTellChannel } from './tellChannel.ts';
import { createPipeline, engineParametersOf, incidentSettingsOf } from './pipeline.ts';
import { provision } from './provisioning.ts';
import { createMailTransport } from './platform/outbound/mail.ts';
import { createChatChannels, CHANNELS, createNotifications, createPersonalChannels, readPart, RECEIPTS_PATH } from './response/notifications/index.ts';
import { contactsOnChannel, createPeople, teamMembers } from './oncall/index.ts';
import { toldOverChannel } from './response/comms/index.ts';
import { createEscalation, policiesOnChannel, policyFates, takePolicies } from './response/escalation/index.ts';
import { createSchedules } from './oncall/index.ts';
import { createTasks } from './response/tasks/index.ts';
import { createDependencyLearner, createServiceHandlers } from './services/index.ts';
import { createSources, touchReceived } from './sources/index.ts';
import { createAuditHandlers, createTimelineHandlers, sentenceOf } from './timeline/index.ts';
import { upkeepJobs } from './upkeep.ts';
import { createTelling } from './telling.ts';
import { VERSION } from './version.ts';

export interface AppOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Leads to the database, which is there already. */
  readonly connectionString: string;
  /** Checks every answer of the API against the contract; for development and tests. */
  readonly checkResponses?: boolean;
}

export interface App {
  readonly url: string;
  readonly port: number;
  /** Of the status page; null where it is not served. */
  readonly statusPagePort: number | null;
  readonly replicaId: string;
  readonly db: Database;
  readonly intake: Intake;
  readonly correlator: Correlator | null;
  readonly live: LiveHub;
  /** Stops gracefully: running requests, batches and jobs are finished first. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 10_000;
/** Up to whatever was recorded last, and so many at a time. */
const LAST_POSITION = '9223372036854775807';
const MAX_CHANGES = 1_000;
/** What it takes to take escalation chains over. */
const POLICY_MAKING = ['createPolicy', 'putPolicy', 'createTeam', 'putTeam'] as const;
const GRAFANA_TIMEOUT_MS = 20_000;
const METRICS_TIMEOUT_MS = 30_000;
/** A model is waited for as long as the settings say, never longer than that; what it writes is short. */
const MODEL_TIMEOUT_MS = 26_000;
const MODEL_MAX_BYTES = 256 * 1024;
const GRAFANA_MAX_BYTES = 64 * 1024 * 1024;
const MIGRATIONS_DIR = new URL('./migrations', import.meta.url).pathname;

/** Starts a replica. Resolves when it serves. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, clock, logger } = options;
  const replicaId = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const roles = new Set(config.roles);
  await migrate({ connectionString: options.connectionString, dir: MIGRATIONS_DIR, logger });
  // What has been started is stopped in reverse order: at the end, or when a later part fails to start.
  await using starting = new AsyncDisposableStack();
  const db = createDatabase({
    connectionString: options.connectionString, maxConnections: config.database.poolSize, applicationName: `muster ${replicaId}`, logger,
  });
  starting.defer(() => db.close());
  await prepareJobQueue(db);
  const metrics = createMetrics(true);
  const ring = createKeyRing(config.secrets.keys);
  const allowed = {
    allow: [...config.outbound.allow, new URL(config.grafana.url).hostname, new URL(config.http.publicUrl).hostname],
    allowPrivate: [...config.outbound.allowPrivate, new URL(config.grafana.url).hostname, new URL(config.http.publicUrl).hostname],
  };
  const outbound = createOutboundClient(allowed);
  starting.defer(() => outbound.close());
  // Grafana's list of active alerts may be long in a storm, and must be had whole.
  const toGrafana = createOutboundClient({ ...allowed, timeoutMs: GRAFANA_TIMEOUT_MS, maxResponseBytes: GRAFANA_MAX_BYTES });
  starting.defer(() => toGrafana.close());
  const recordEvent: Parameters<typeof createSources>[0]['recordEvent'] = async (tx, orgId, event) => {
    await appendEvents(tx, orgId, clock.now(), [event]);
  };

  const access = createAccess({
    db, clock, logger, recordEvent, grafana: config.grafana, anonymous: config.grafana.anonymous,
    pluginTokens: config.grafana.orgs.flatMap((org) => [org.pluginToken, ...(org.previousPluginToken === undefined ? [] : [org.previousPluginToken])].map((token) => ({
      orgId: org.id, token: token.reveal(),
    }))),
    async fetch(url, init) {
      const response = await outbound.call({ url, method: 'GET', headers: init.headers, signal: init.signal, maxRedirects: 0 });
      return { status: response.status, text: () => Promise.resolve(response.body) };
    },
  });
  const sources = createSources({ db, clock, logger, ring, recordEvent, publicUrl: config.http.publicUrl, grafana: { url: config.grafana.url, callOut: (request) => toGrafana.call(request) } });
  const rules = { ...DEFAULT_LIFECYCLE_RULES, stabilityMs: config.correlation.stabilityMinutes * 60_000 };
  const users = { find: (orgId: Parameters<typeof findUsers>[1], keys: Parameters<typeof findUsers>[2]) => findUsers(db, orgId, keys) };
  const incidentSettings = incidentSettingsOf(config);
  const catalog = createCatalog({ db, clock, recordEvent, onChangeClosed: (orgId, by, change) => noise.closeChange(orgId, by, change) });
  const impactCatalog = createImpactCatalog(catalog);
  const tasks = createTasks({
    db, clock, logger: logger.child({ module: 'tasks' }), orgs: config.grafana.orgs.map((org) => org.id),
    ports: { users, tellEvent: sentenceOf, onEnded: [(tx, ended) => runbooks.runs.taskEnded(tx, ended)], onOverdue: [] },
  });
  const incidents = createIncidents({ db, clock, users, rules, settings: incidentSettings, catalog: impactCatalog, roleMoved: tasks.roleMoved, leadingCauses: (...asked) => leadingCauses(db, ...asked) });
  const telling = createTelling(() => notifications, `${config.grafana.rootUrl.replace(/\/$/, '')}/a/muster-incidents-app/on-call?tab=mine`);
  const comms = createCommunication({
    db, clock, logger, config, ring, allowed, ports: { users, snapshotOf: (orgId) => catalog.snapshotOf(orgId), send: telling.updates, spreadOf: readPart, teamMembers: (q, orgId, team) => teamMembers(q, orgId, teamId.parse(team)) },
  });
  const people = createPeople({
    db, clock, ring, recordEvent, orgs: config.grafana.orgs.map((org) => org.id), grafana: sources.grafana, channels: createPersonalChannels(CHANNELS), sendTest: telling.code,
  });
  const escalation = createEscalation({
    db, clock, ring, logger: logger.child({ module: 'escalation' }), orgs: config.grafana.orgs.map((org) => org.id), publicUrl: config.http.publicUrl,
    incidentUrl: (number) => `${config.grafana.rootUrl.replace(/\/$/, '')}/a/muster-incidents-app/incidents/${number}?tab=mobilisation`,
    ports: {
      notifier: telling.pages, users, people: { ...people, teamMembers }, onCall: (q, orgId, schedule, at) => schedules.onCallNow(q, orgId, schedule, at), takeRole: incidents.takeRole,
      async teamsOf(orgId, services) {
        const wanted = new Set(services);
        const { services: known } = await catalog.topologyOf(orgId);
        return new Map(known.flatMap(({ name, team }) => (team !== null && wanted.has(name) ? [[name, team]] : [])));
      },
    },
  });
  starting.defer(() => comms.close());
  const learner = createDependencyLearner({ db, clock, catalog, proposals: catalog.proposals });
  const learning = createLearningService({
    db, clock, logger: logger.child({ module: 'learning' }), orgs: config.grafana.orgs.map((org) => org.id),
    observe: async (q, orgId, since, until) => observeIncidents(q, orgId, await catalog.topologyOf(orgId), since, until),
  });
  for (const org of config.grafana.orgs) await registerOrganisation(db, org.id);
  await ensurePartitions(db, clock.now()).catch((error: unknown) => {
    if (!isUpkeepHeldUp(error)) throw error;
    logger.warn({ err: error }, 'partitions of the alert log could not be made now; a long reader holds them, the hourly job tries again');
  });

  const alertNews = createAlertNews({ db, clock, logger: logger.child({ module: 'live' }) });
  starting.defer(() => alertNews.close());
  const { intake: commonIntake, correlator, noise: gate } = createPipeline({
    db, clock, logger, replicaId, config, mappings: sources.mappings, derivations: sources.derivations, correlate: roles.has('correlator'), incidentSettings,
    catalog: impactCatalog, topologyOf: (orgId) => catalog.topologyOf(orgId), learned: learning,
    changesOf: (orgId, since) => readRecentChanges(db, orgId, LAST_POSITION, since, MAX_CHANGES),
    onStored(orgId, changed, repeated) {
      if (changed > 0) alertNews.note(orgId);
      metrics.alertsChanged.inc(changed);
      metrics.alertsRepeated.inc(repeated);
    },
    onBatch(changes, held) {
      metrics.correlatedChanges.inc(changes);
      metrics.heldAlerts.inc(held);
    },
  });
  const schedules = createSchedules({
    db, clock, ring, publicUrl: config.http.publicUrl,
    ports: {
      recordEvent, users: { find: users.find, called: (orgId, names) => findUsersCalled(db, orgId, names) }, mayManage: (role) => isPermitted('putSchedule', role), callOut: (request) => outbound.call(request), tellPeople: telling.people,
      teamNamed: people.teamNamed, policies: { mayMake: (role) => POLICY_MAKING.every((operation) => isPermitted(operation, role)), fates: policyFates, take: takePolicies },
      openIncidents: (caller) => listOpenIncidents(db, caller.orgId, viewerOf(caller)),
    },
  });
  const noise = createNoise({
    db, clock, logger: logger.child({ module: 'noise' }), gate, grafana: sources.grafana, organisations: config.grafana.orgs.map((org) => org.id),
    alertDays: config.retention.alertDays,
  });
  const mail = createMailTransport(config.outbound);
  starting.defer(() => mail.close());
  const notifications = createNotifications({
    db, clock, logger: logger.child({ module: 'notifications' }), replicaId, ring, orgs: config.grafana.orgs.map((org) => org.id), publicUrl: config.http.publicUrl,
    ports: { users, contactPlan: async (q, orgId, user, urgency, at) => (await people.contactPlan(q, orgId, user, urgency, at)).map((hop) => ({ ...hop, channel: channelId.parse(hop.channel) })),
      rehearsalPeople: async (q, orgId, only, at) => (await people.rehearsalPeople(q, orgId, only === null ? { also: await schedules.everybodyNamed(q, orgId) } : { only }, at))
        .map((one) => ({ ...one, ways: one.ways.map((way) => ({ ...way, channel: channelId.parse(way.channel) })) })),
      onOutcome: [(tx, outcome) => escalation.onOutcome(tx, outcome)], channelUsers: [contactsOnChannel, policiesOnChannel, toldOverChannel], callOut: (request) => outbound.call(request), mail, grafana: sources.grafana },
  });
  const response = createAutomatedResponse({
    db, clock, logger, replicaId, ring, config, orgs: config.grafana.orgs.map((org) => org.id), incidents: incidents.changes, silences: noise.silenceChanges, updates: comms.byProgram, grafana: sources.grafana,
    async deliverDrill(orgId, body) {
      const token = await sources.issueDrillToken(orgId);
      const answer = await outbound.call({
        url: `${config.http.publicUrl.replace(/\/$/, '')}${token.path}`, method: 'POST', body,
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token.token}`, ...token.signatureHeaders(Buffer.from(body)) },
      });
      return { status: answer.status, body: answer.body };
    }, tellChannel: createTellChannel(db, notifications), basisOf: (...asked) => insight.basisOf(...asked),
  });
  starting.defer(() => response.close());
  const { runbooks, agents, automation, drills } = response;
  for (const org of config.grafana.orgs) await runbooks.catalogue.loadBuiltIn(org.id);
  // Queries go where the installation allows, not where Muster itself may call besides; four weeks of values are long.
  const toMetrics = createOutboundClient({ ...config.outbound, timeoutMs: METRICS_TIMEOUT_MS, maxResponseBytes: GRAFANA_MAX_BYTES });
  starting.defer(() => toMetrics.close());
  const metricPorts: ReaderPorts = { callOut: (request) => toMetrics.call(request), grafana: sources.grafana };
  const readers = createReaders({ db, ...metricPorts });
  if (config.provisioning.dir !== null) {
    await provision({
      dir: config.provisioning.dir, orgs: config.grafana.orgs.map((org) => org.id), sources, catalog, incidents: incidents.settings, noise: noise.provisioning, runbooks: runbooks.catalogue, automation, notifications,
      communication: comms.settings, statusPage: comms.statusPage, teams: people, escalation, schedules, detectors: { provision: (orgId, file) => provisionDetectors({ db, clock, readers }, orgId, file) },
      model: { provision: (orgId, file) => provisionModel({ db, clock, ring }, orgId, file, process.env) }, logger,
    });
  }
  const orgIds = config.grafana.orgs.map((org) => org.id);
  const ruleIntake = createRuleIntake({ db, clock, logger: logger.child({ module: 'fingerprint' }), intake: commonIntake, orgs: orgIds });
  const intake = createGenericIntake({ db, clock, intake: ruleIntake });
  const heartbeats = createHeartbeatWatch({ db, clock, logger: logger.child({ module: 'heartbeat' }), intake, orgs: orgIds });
  const reconciler = createReconciler({ db, clock, logger: logger.child({ module: 'reconcile' }), grafana: sources.grafana, intake, orgs: orgIds });
  const detectors = createDetectors({
    db, clock, logger: logger.child({ module: 'detection' }), orgs: orgIds, intake, ports: metricPorts,
    pageUrl: (id) => `${config.grafana.rootUrl.replace(/\/$/, '')}/a/muster-incidents-app/detectors?id=${id}`,
    exploreUrl: (...asked) => `${config.grafana.rootUrl.replace(/\/$/, '')}${exploreLogsUrl(...asked)}`,
  });
  // Grafana's LLM app is behind Grafana, so it may be called where Muster itself may call; a model takes its time.
  const toModel = createOutboundClient({ ...allowed, timeoutMs: MODEL_TIMEOUT_MS, maxResponseBytes: MODEL_MAX_BYTES });
  starting.defer(() => toModel.close());
  const insight = createInsight({ db, clock, logger: logger.child({ module: 'insight' }), catalog, replicaId, orgs: orgIds, readers, watched: detectors.series, detectors: detectors.shading, fitting: automation.suggest, attachedTo: automation.attachedOf, usual: async (org) => (await incidentSettings.read(db, org)).declarePolicy.usual ?? DEFAULT_USUAL, sources: (): DraftSources => handlers, ring, callOut: (request) => toModel.call(request), grafana: sources.grafana });
  starting.defer(() => insight.close());
  const backTests = createBackTests({ db, clock, logger, parameters: engineParametersOf(config), learning, catalog, impactCatalog, incidentSettings });
  const live = createLiveHub({ db, clock, logger: logger.child({ module: 'live' }) });
  metrics.gauge('muster_ingest_queued_alerts', 'Alerts that wait to be stored', () => intake.queuedAlerts());
  metrics.gauge('muster_known_alerts', 'Alert episodes in the repeat cache', () => intake.knownAlerts());
  metrics.gauge('muster_live_readers', 'Open live streams', () => live.readerCount());

  const idempotency = createIdempotency(db, clock);

  async function checkCorrelator(): Promise<CheckResult> {
    const states = await Promise.all(config.grafana.orgs.map((org) => correlatorState(db, clock, org.id)));
    const worst = Math.max(0, ...states.map((state) => state.lagMs));
    return { ok: worst < MAX_CORRELATOR_LAG_MS, detail: `behind by ${Math.round(worst / 1000)} s` };
  }

  const chat = createChatWork({
    db, clock, logger, handlers: (): Handlers<JsonOperationName> => handlers, idempotency, checkResponses: options.checkResponses === true, callOut: (request) => outbound.call(request),
    orgs: orgIds, channels: createChatChannels({ db, ring }),
  });

  const api = express.Router();
  const handlers: Handlers<JsonOperationName> = {
    ...access.handlers,
    ...sources.handlers,
    ...noise.handlers,
    ...catalog.handlers,
    ...createIngestHandlers({
      db, clock, intake, changes: catalog.changes, publicUrl: config.http.publicUrl, post: (url, headers, body) => outbound.call({ url, method: 'POST', headers, body }), issueTestToken: sources.issueTestToken,
      async correlatorOk(orgId) {
        const state = await correlatorState(db, clock, orgId);
        return state.lagMs < MAX_CORRELATOR_LAG_MS
          ? { ok: true, detail: 'the correlator keeps up' }
          : { ok: false, detail: `the correlator is ${Math.round(state.lagMs / 1000)} s behind` };
      },
    }),
    ...createSourceRuleHandlers({ db, clock, mappings: sources.mappings, reconciler, findSource: sources.find }),
    ...createJudgementHandlers({ db, clock }),
    ...createCorrelationHandlers(createSettingsService({ db, clock, defaults: tuningOf(engineParametersOf(config)) })),
    ...createBackTestHandlers(backTests),
    ...createLearningHandlers(learning),
    ...incidents.handlers,
    ...insight.handlers,
    ...tasks.handlers,
    ...comms.handlers,
    ...people.handlers,
    ...escalation.handlers,
    ...chat.handlers,
    ...schedules.handlers,
    ...runbooks.handlers,
    ...agents.handlers,
    ...automation.handlers,
    ...drills.handlers,
    ...detectors.handlers,
    ...notifications.handlers,
    ...createTimelineHandlers({ db, clock, incidents: incidents.service, catalog }),
    ...createServiceHandlers({ db, clock, catalog, learner }),
    ...createAuditHandlers({ db }),
    ...createHealthHandlers({ db, clock, version: VERSION, checkSigningKeys: access.checkSigningKeys }),
  };
  api.get('/openapi.json', (_request, response) => {
    response.json(openApiDocument(VERSION));
  });
  api.get(RUNBOOK_SCHEMA_PATH, (_request, response) => {
    response.json(runbookSchema());
  });
  api.get('/events', async (request, response) => {
    const caller = await access.authenticate(request);
    authorize('streamEvents', caller);
    serveEventStream(live, clock, caller, request, response);
  });
  api.use('/agent/v1', agents.router);
  api.use('/chat', chat.router);
  api.use(RECEIPTS_PATH.replace(/^\/api/, ''), notifications.router);
  api.use('/calendar', schedules.router);
  mountOperations(api, handlers, {
    authenticate: access.authenticate, authorize, idempotency, logger, checkResponses: options.checkResponses === true,
    mask: async (caller, text) => maskText(text, await findPrivate(db, caller.orgId, incidentsNamedIn(text)), viewerOf(caller)),
  });
  api.use((error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) => sendProblem(request, response, error, logger));

  let worker: JobWorker | null = null;
  const heartbeat = createHeartbeat({ db, clock, logger, replicaId, roles: config.roles, workerIds: () => worker?.workerIds() ?? [] });
  const flushing = clock.every(config.ingest.repeatFlushMs, () => {
    intake.flushCounts().catch((error: unknown) => logger.warn({ err: error }, 'counts of repeats could not be written; they are kept for the next time'));
  });

  starting.defer(() => heartbeat.close());
  starting.defer(async () => correlator?.close());
  await correlator?.start();
  if (roles.has('worker')) {
    worker = await startJobWorker({
      db, clock, logger: logger.child({ module: 'jobs' }), concurrency: 5, onWorkerIds: () => heartbeat.beatNow(),
      jobs: [
        ...upkeepJobs({ db, clock, logger, config, sources, idempotency, orgs: config.grafana.orgs.map((org) => org.id), learner }),
        ...noise.jobs,
        backTests.job,
        learning.job,
        ...runbooks.jobs,
        ...automation.jobs,
        ...agents.jobs,
        ...notifications.jobs,
        ...people.jobs,
        ...comms.jobs,
        ...schedules.jobs,
        ...detectors.jobs,
        ...insight.jobs,
      ],
    });
  }
  starting.defer(async () => worker?.close());
  starting.defer(() => heartbeats.close());
  starting.defer(() => reconciler.close());
  starting.defer(() => ruleIntake.close());
  starting.defer(() => tasks.watch.close());
  starting.defer(() => escalation.watch.close());
  starting.defer(() => agents.watch.close());
  starting.defer(() => chat.watch.close());
  starting.defer(() => notifications.watch.close());
  starting.defer(() => notifications.worker.close());
  starting.defer(() => runbooks.runs.worker.close());
  starting.defer(() => automation.watch.close());
  starting.defer(() => drills.watch.close());
  starting.defer(() => detectors.watch.close());
  starting.defer(() => insight.watch.close());
  starting.defer(() => insight.breaches.close());
  if (roles.has('worker')) {
    heartbeats.start();
    tasks.watch.start();
    comms.startWork();
    await escalation.watch.start();
    agents.watch.start();
    chat.watch.start();
    notifications.watch.start();
    await notifications.worker.start();
    await runbooks.runs.worker.start();
    await automation.watch.start();
    drills.watch.start();
    detectors.watch.start();
    await insight.watch.start();
    insight.breaches.start();
    ruleIntake.start();
    await reconciler.start();
  }
  await heartbeat.start();
  starting.defer(async () => {
    await intake.drain();
    flushing.stop();
    await intake.flushCounts();
    await sources.auth.flush();
  });
  starting.defer(() => live.close());
  await live.start();
  starting.defer(() => agents.close());
  await agents.start();
  const statusPagePort = await comms.startPages(roles.has('api'));
  const server: RunningServer = await startServer({
    webhook: roles.has('api')
      ? createWebhookListener({
        auth: sources.auth, intake, changes: catalog.changes, logger: logger.child({ module: 'webhook' }), maxBodyBytes: config.ingest.maxBodyBytes,
        async onHeartbeat({ orgId, sourceId, tokenId }) {
          await touchReceived(db, [{ orgId, sourceId, tokenId, at: clock.now() }]);
          await heartbeats.look(orgId, sourceId);
        },
        onRequest: (status, seconds) => metrics.webhookSeconds.observe({ status: String(status) }, seconds),
      })
      : null,
    api: roles.has('api') ? api : null,
    pages: roles.has('api') ? { '/respond': escalation.router } : {},
    readiness: {
      async database() {
        await db.query('select 1');
        return { ok: true, detail: 'answers' };
      },
      async migrations() {
        const pending = await migrationsPending(db, MIGRATIONS_DIR);
        return { ok: pending.length === 0, detail: pending.length === 0 ? 'all applied' : `missing: ${pending.join(', ')}` };
      },
      correlator: checkCorrelator,
    },
    metrics: () => metrics.render(),
    logger: logger.child({ module: 'http' }),
    trustProxy: config.http.trustProxy,
  }, config.http.host, config.http.port);
  starting.defer(async () => {
    // Streams never end by themselves; they go first, so that the server need not wait for them.
    await live.close();
    await server.close(CLOSE_GRACE_MS);
  });
  logger.info({ url: server.url, replica: replicaId, roles: config.roles }, 'Muster serves');
  const running = starting.move();
  return { url: server.url, port: server.port, statusPagePort, replicaId, db, intake, correlator, live, close: () => running.disposeAsync() };
}
