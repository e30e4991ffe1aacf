/** Puts runbooks, the kinds of their steps and agents together. */
import { createAgents, type Agents } from './response/agents/index.ts';
import {
  countGrafanaSeries, createAutomation, createCommandKind, createDrills, createEffectKinds, createFetchText, createKubernetesKind, createRunbooks, holds, inDrill, preflightOf, STEP_CALL_LIMITS, type Automation, type Drills, type BasisOf, type Runbooks, type RunbooksDeps, type EffectPorts,
} from './response/runbooks/index.ts';
import type { OrgId } from '#contract';
import { ALL_SEEING } from './access/index.ts';
import { SYSTEM_ACTOR } from './eventlog/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { Database } from './platform/db/database.ts';
import type { Logger } from './platform/logger.ts';
import { createOutboundClient } from './platform/outbound/client.ts';

export interface AutomatedResponseDeps extends Pick<RunbooksDeps, 'ring'> {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  readonly config: Config;
  readonly orgs: readonly OrgId[];
  readonly incidents: EffectPorts['incidents'];
  readonly silences: EffectPorts['silences'];
  readonly updates: EffectPorts['updates'];
  readonly grafana: EffectPorts['grafana'];
  /** Sends a webhook as the source of drills. */
  deliverDrill(orgId: OrgId, body: string): Promise<{ readonly status: number; readonly body: string }>;
  readonly tellChannel: NonNullable<EffectPorts['tellChannel']>;
  readonly basisOf: BasisOf;
}

export interface AutomatedResponse {
  readonly runbooks: Runbooks;
  readonly agents: Agents;
  readonly automation: Automation;
  readonly drills: Drills;
  close(): Promise<void>;
}

/** Makes them. Nothing of them works until their workers are started. */
export function createAutomatedResponse(deps: AutomatedResponseDeps): AutomatedResponse {
  const { db, clock, logger, config } = deps;
  // Steps go where the installation allows, not where Muster itself may call besides.
  const toOthers = createOutboundClient({ ...config.outbound, ...STEP_CALL_LIMITS });
  const fetching = createOutboundClient(config.outbound);
  const agents = createAgents({
    db, clock, logger: logger.child({ module: 'agents' }), orgs: deps.orgs, ring: deps.ring,
    ports: {
      mask: (step, value) => runbooks.runs.mask(step, value),
      wake: (tx, orgId, runId, path, data) => runbooks.runs.wake(tx, orgId, runId, path, data),
      recordOutput: (step, pieces) => runbooks.runs.recordOutput(step, pieces),
    },
  });
  const effects = createEffectKinds({
    callOut: (request) => toOthers.call(request), grafana: deps.grafana, incidents: deps.incidents, silences: deps.silences, updates: deps.updates, holds, tellChannel: deps.tellChannel,
    addressesOf: (orgId) => automation.addressesOf(db, orgId),
    signingKeyOf: (orgId) => runbooks.secrets.openOwn(db, orgId, 'webhook_key'),
  });
  const runbooks: Runbooks = createRunbooks({
    db, clock, logger: logger.child({ module: 'runbooks' }), replicaId: deps.replicaId, ring: deps.ring, random: Math.random, basisOf: deps.basisOf,
    kinds: { ...effects.handlers, command: inDrill(createCommandKind({ agents })), kubernetes: inDrill(createKubernetesKind({ agents })) },
    fetchText: createFetchText((request) => fetching.call(request)),
    urlOfIncident: (number) => `${config.grafana.rootUrl.replace(/\/$/, '')}/a/muster-incidents-app/incidents/${number}`,
    async preflightOf(q, orgId, ids) {
      const reports = await preflightOf(q, orgId, ids);
      return new Map(ids.map((id) => {
        const report = reports.get(id);
        return [id, report === undefined ? null : { ...report, at: report.at.toISOString() }];
      }));
    },
  });
  const automation: Automation = createAutomation({
    db, clock, logger: logger.child({ module: 'automation' }), orgs: deps.orgs,
    ports: {
      listLive: runbooks.catalogue.listLive,
      startRun: (tx, command) => runbooks.runs.start(tx, command),
      async figuresOf(q, orgId, ids) {
        const figures = await runbooks.runs.figuresOf(q, orgId, ids);
        return new Map([...figures].map(([id, known]) => [id, { ...known, lastTestedAt: known.lastTestedAt === null ? null : new Date(known.lastTestedAt) }]));
      },
      async incidentScope(q, orgId, incident) {
        const { scope, number } = await runbooks.incidents.read(q, orgId, incident);
        return number === null ? null : scope;
      },
      preflight: {
        call: (request) => fetching.call(request),
        openSecrets: (q, orgId, names, by) => runbooks.secrets.open(q, orgId, names, by),
        agentsOf: (q, orgId) => agents.list(q, orgId),
        countSeries: (orgId, query, signal) => countGrafanaSeries(deps.grafana, orgId, query, clock.now(), signal),
      },
    },
  });
  const drills = createDrills({
    db, clock, logger: logger.child({ module: 'drills' }), orgs: deps.orgs,
    ports: {
      deliver: deps.deliverDrill,
      moveIncident: (tx, orgId, at, incident, command, reason) => deps.incidents.run(tx, { orgId, actor: SYSTEM_ACTOR, userKey: null, viewer: ALL_SEEING, ifMatch: null }, at, incident, command, reason),
      cancelRun: (tx, orgId, run, at, by, reason) => runbooks.runs.cancel(tx, orgId, run, at, by, reason),
      async conditionOf(q, orgId, ids) {
        const [figures, reports] = [await runbooks.runs.figuresOf(q, orgId, ids), await preflightOf(q, orgId, ids)];
        return new Map(await Promise.all(ids.map(async (id) => {
          const lastTestedAt = figures.get(id)?.lastTestedAt ?? null;
          const live = await runbooks.catalogue.findLive(q, orgId, id);
          return [id, { title: live?.document.metadata.title ?? null, faults: reports.get(id)?.faults ?? 0, lastTestedAt: lastTestedAt === null ? null : new Date(lastTestedAt) }] as const;
        })));
      },
    },
  });
  return {
    runbooks, agents, automation, drills,
    async close() {
      await effects.close();
      await toOthers.close();
      await fetching.close();
    },
  };
}
