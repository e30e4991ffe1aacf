/** Every kind of query with its reader. */
import type { DetectorQuery, OrgId } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import type { GrafanaApi } from '../../../sources/index.ts';
import { createAlertStreamReader } from './alertStream.ts';
import { createGrafanaReader } from './grafana.ts';
import { createPrometheusReader } from './prometheus.ts';
import type { ReadSeries, Span } from './reader.ts';

export { QueryFault, seriesKeyOf, type ReadSeries, type Span } from './reader.ts';

export interface ReaderPorts {
  /** Calls out through the guard, with the allow-list of the installation. */
  readonly callOut: OutboundClient['call'];
  readonly grafana: GrafanaApi;
}

export interface Readers {
  /** The values of a query. Throws `QueryFault`. */
  read(orgId: OrgId, query: DetectorQuery, span: Span): Promise<readonly ReadSeries[]>;
  /** The newest instant whose values are final. */
  settledMs(query: DetectorQuery, nowMs: number, stepMs: number): number;
  /** When the values of an instant are final. */
  finalAtMs(query: DetectorQuery, atMs: number, stepMs: number): number;
}

/** Makes them. */
export function createReaders(deps: ReaderPorts & { readonly db: Queryable }): Readers {
  const readers = { prometheus: createPrometheusReader(deps), grafana: createGrafanaReader(deps), alerts: createAlertStreamReader(deps) };
  const settleOf = (query: DetectorQuery, stepMs: number): number => readers[query.kind].settleMs(stepMs);
  return {
    read(orgId, query, span) {
      switch (query.kind) {
        case 'prometheus': return readers.prometheus.read(orgId, query, span);
        case 'grafana': return readers.grafana.read(orgId, query, span);
        case 'alerts': return readers.alerts.read(orgId, query, span);
      }
    },
    settledMs: (query, nowMs, stepMs) => Math.floor((nowMs - settleOf(query, stepMs)) / stepMs) * stepMs,
    finalAtMs: (query, atMs, stepMs) => atMs + settleOf(query, stepMs),
  };
}
