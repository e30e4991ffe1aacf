/** Puts the module together. */
import type { OrgId, RunbookId, RunbookSummary } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { addTask } from '../tasks/index.ts';
import { createCatalogue, NO_FIGURES, type Catalogue, type CatalogueOperation } from './catalogue/index.ts';
import { createDryRunHandlers, previewOf, readIncidentScope, type DryRunOperation } from './dryRun/index.ts';
import { createKinds, type GivenKinds } from './kinds/index.ts';
import { createIncidentScopes, createRuns, type RunOperation, type Runs } from './runs/index.ts';
import type { BasisOf, IncidentScopes } from './ports.ts';
import { createRunbookSecrets, type RunbookSecrets, type SecretOperation } from './secrets/index.ts';

export interface RunbooksDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this replica: under it runs are held. */
  readonly replicaId: string;
  readonly ring: Pick<KeyRing, 'seal' | 'open'>;
  readonly random: () => number;
  /** Kinds of steps that call out or change incidents, and those of agents. */
  readonly kinds: GivenKinds;
  /** The text at an address, through the guarded client. */
  fetchText(url: string): Promise<string>;
  readonly basisOf: BasisOf;
  /** The page of an incident; null when its address is not known. */
  urlOfIncident(number: number): string | null;
  /** What the last preflight found, by runbook. */
  preflightOf(q: Queryable, orgId: OrgId, ids: readonly RunbookId[]): Promise<ReadonlyMap<RunbookId, RunbookSummary['preflight']>>;
}

export interface Runbooks {
  readonly handlers: Handlers<CatalogueOperation | DryRunOperation | SecretOperation | RunOperation>;
  readonly catalogue: Catalogue;
  readonly runs: Runs;
  readonly secrets: RunbookSecrets;
  /** What expressions know of incidents. */
  readonly incidents: IncidentScopes;
  readonly jobs: readonly Job[];
}

const DAY_MS = 86_400_000;
/** What steps wrote is kept so long after the end of the run. */
const OUTPUT_DAYS = 180;

/** Makes the module. */
export function createRunbooks(deps: RunbooksDeps): Runbooks {
  const { db, clock, logger } = deps;
  const secrets = createRunbookSecrets(deps);
  const catalogue = createCatalogue({
    db, clock,
    ports: {
      fetchText: deps.fetchText,
      async figuresOf(q, orgId, ids) {
        const [figures, preflights] = await Promise.all([runs.figuresOf(q, orgId, ids), deps.preflightOf(q, orgId, ids)]);
        return new Map(ids.map((id) => [id, { ...NO_FIGURES, ...figures.get(id), preflight: preflights.get(id) ?? null }]));
      },
    },
  });
  const incidents = createIncidentScopes(deps.urlOfIncident);
  const runs: Runs = createRuns({
    db, clock, logger, owner: deps.replicaId, source: catalogue, secrets, incidents, random: deps.random, basisOf: deps.basisOf,
    kinds: (ports) => createKinds(deps.kinds, { ...ports, addTask }),
  });
  const dryRun = createDryRunHandlers({
    db,
    ports: {
      preview: previewOf(runs.kinds), findLive: catalogue.findLive, findVersion: catalogue.findVersion,
      incidentScope: (q, orgId, viewer, number) => readIncidentScope(q, orgId, viewer, number, deps.urlOfIncident),
    },
  });
  return {
    handlers: { ...catalogue.handlers, ...dryRun, ...secrets.handlers, ...runs.handlers },
    catalogue, runs, secrets, incidents,
    jobs: [{
      name: 'runs.forget_output',
      cron: '53 3 * * *',
      async run() {
        const pieces = await runs.forgetOutput(new Date(clock.nowMs() - OUTPUT_DAYS * DAY_MS));
        if (pieces > 0) logger.info({ pieces }, 'outputs of old runs removed');
      },
    }],
  };
}
