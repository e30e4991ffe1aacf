/** What people ask of a source that takes its alerts to answer: previews of its rules, a comparison with Grafana. */
import type { OrgId, Source, SourceId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { MappingLookup } from '../sources/index.ts';
import { previewFingerprint } from './fingerprint/preview.ts';
import { previewMapping } from './generic/preview.ts';
import type { Reconciler } from './reconcile/reconciler.ts';

export interface SourceRuleRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly mappings: MappingLookup;
  readonly reconciler: Pick<Reconciler, 'runNow'>;
  /** Throws "not found" when the organisation has no such source. */
  readonly findSource: (orgId: OrgId, source: SourceId) => Promise<Source>;
}

/** Makes the handlers. */
export function createSourceRuleHandlers({ db, clock, mappings, reconciler, findSource }: SourceRuleRoutesDeps): Handlers<'previewSourceMapping' | 'previewFingerprint' | 'reconcileSource'> {
  return {
    async previewSourceMapping({ body }, { caller }) {
      return previewMapping(body.mapping, body.sample, await mappings.mappingFor(caller.orgId, body.source));
    },
    async previewFingerprint({ params, body }, { caller }) {
      await findSource(caller.orgId, params.source);
      return previewFingerprint(db, caller.orgId, params.source, body.labels, clock.now());
    },
    async reconcileSource({ params }, { caller }) {
      await findSource(caller.orgId, params.source);
      await reconciler.runNow(caller.orgId, params.source);
      return findSource(caller.orgId, params.source);
    },
  };
}
