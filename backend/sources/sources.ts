/** The module put together from its parts. */
import type { OrgId, Source, SourceId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { Logger } from '../platform/logger.ts';
import { deleteDeadLettersBefore } from './deadLetterStore.ts';
import { createConnectionService } from './grafana/connectionService.ts';
import { createGrafanaApi, type GrafanaApi } from './grafana/grafanaApi.ts';
import { createDerivationLookup, type DerivationLookup } from './derivationLookup.ts';
import { createDerivationRoutes, type DerivationOperation } from './derivationRoutes.ts';
import { createMappingLookup, type MappingLookup } from './mappingLookup.ts';
import { createMappingService } from './mappingService.ts';
import type { CallOut, EventSink, SecretRing } from './ports.ts';
import { createProvisioning, type Provisioning } from './provisioning.ts';
import { createSourceRoutes, type SourceOperation } from './routes.ts';
import { createSourceAuth, type SourceAuth } from './sourceAuth.ts';
import { createSourceService, type TestToken } from './sourceService.ts';
import { deleteExpiredTokens } from './sourceStore.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface SourcesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ring: SecretRing;
  readonly recordEvent: EventSink;
  /** How senders reach this service, for example `https://muster.example.org`. */
  readonly publicUrl: string;
  /** Where Grafana is, unless an organisation says otherwise, and how it is called. */
  readonly grafana: { readonly url: string; readonly callOut: CallOut };
}

export interface Sources extends Provisioning {
  readonly auth: SourceAuth;
  readonly mappings: MappingLookup;
  /** Grafana's own API, as each organisation's service account. */
  readonly grafana: GrafanaApi;
  /** One source. Throws "not found" when the organisation has none such. */
  find(orgId: OrgId, source: SourceId): Promise<Source>;
  readonly derivations: DerivationLookup;
  readonly handlers: Handlers<SourceOperation | DerivationOperation>;
  /** A token for one test alert, good for a minute, with what else it takes to post like the sender. */
  issueTestToken(orgId: OrgId, source: SourceId): Promise<TestToken>;
  /** A token good for a minute of the source of drills, which is made when it is not there. */
  issueDrillToken(orgId: OrgId): Promise<TestToken>;
  /** Removes payloads kept for longer than `deadLetterDays`, and test tokens past their time. For a daily job. */
  prune(deadLetterDays: number): Promise<{ readonly deadLetters: number }>;
}

/** Sources, their authentication and the mapping, over one database. */
export function createSources(options: SourcesOptions): Sources {
  const { db, clock } = options;
  const auth = createSourceAuth(options);
  const lookup = createMappingLookup(options);
  const grafana = createGrafanaApi({ ...options, callOut: options.grafana.callOut, defaultUrl: options.grafana.url });
  const connection = createConnectionService({ ...options, api: grafana, defaultUrl: options.grafana.url });
  function sourcesChanged(orgId: OrgId): void {
    auth.invalidate(orgId);
    lookup.invalidate(orgId);
  }
  const service = createSourceService({ ...options, onChanged: sourcesChanged });
  const derivations = createDerivationLookup(options);
  const mappings = createMappingService({ ...options, onChanged: (orgId) => lookup.invalidate(orgId) });
  const provisioning = createProvisioning({ ...options, mappings, connection, onChanged: sourcesChanged });
  return {
    auth,
    mappings: lookup,
    grafana,
    find: (orgId, source) => service.find(orgId, source),
    derivations,
    handlers: {
      ...createSourceRoutes({ db, sources: service, mappings, grafana: connection, recordEvent: options.recordEvent }),
      ...createDerivationRoutes({ ...options, lookup: derivations }),
    },
    issueTestToken: (orgId, source) => service.issueTestToken(orgId, source),
    issueDrillToken: (orgId) => service.issueDrillToken(orgId),
    async prune(deadLetterDays) {
      await deleteExpiredTokens(db, clock.now());
      return { deadLetters: await deleteDeadLettersBefore(db, new Date(clock.nowMs() - deadLetterDays * DAY_MS)) };
    },
    provisionSources: (orgId, file, env) => provisioning.provisionSources(orgId, file, env),
    provisionMapping: (orgId, file) => provisioning.provisionMapping(orgId, file),
  };
}
