/** Every kind of query with its reader. */
import type { DetectorQuery, OrgId } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import { storableText } from '../../../platform/storableText.ts';
import type { OutboundClient } from '../../../platform/outbound/client.ts';
import type { GrafanaApi } from '../../../sources/index.ts';
import { createAlertStreamReader } from './alertStream.ts';
import { createGrafanaReader } from './grafana.ts';
import { createLokiReader, type LogQuery, type ReadLines } from './loki.ts';
import { createPrometheusReader } from './prometheus.ts';
import type { ReadSeries, Span } from './reader.ts';

export type { LogQuery, ReadLines } from './loki.ts';
export { QueryFault, seriesKeyOf, type ReadSeries, type Span } from './reader.ts';

export interface ReaderPorts {
  /** Calls out through the guard, with the allow-list of the installation. */
  readonly callOut: OutboundClient['call'];
  readonly grafana: GrafanaApi;
}

/** A query that gives values. */
export type SeriesQuery = Exclude<DetectorQuery, LogQuery>;

export interface Readers {
  /** The values of a query. Throws `QueryFault`. */
  read(orgId: OrgId, query: SeriesQuery, span: Span): Promise<readonly ReadSeries[]>;
  /** The lines of a query, up to about so many: as many whole steps as they make. Throws `QueryFault`. */
  readLines(orgId: OrgId, query: LogQuery, span: Span, mostLines: number): Promise<ReadLines>;
  /** The newest instant whose values are final. */
  settledMs(query: DetectorQuery, nowMs: number, stepMs: number): number;
  /** When the values of an instant are final. */
  finalAtMs(query: DetectorQuery, atMs: number, stepMs: number): number;
}

/** Lines are collected, sent in batches and indexed. */
const LINES_SETTLE_MS = 30_000;

/** Makes them. */
export function createReaders(deps: ReaderPorts & { readonly db: Queryable }): Readers {
  const readers = { prometheus: createPrometheusReader(deps), grafana: createGrafanaReader(deps), alerts: createAlertStreamReader(deps) };
  const settleOf = ({ kind }: DetectorQuery, stepMs: number): number => (kind === 'loki' ? LINES_SETTLE_MS : readers[kind].settleMs(stepMs));
  const ask = (orgId: OrgId, query: SeriesQuery, span: Span): Promise<readonly ReadSeries[]> => {
    switch (query.kind) {
      case 'prometheus': return readers.prometheus.read(orgId, query, span);
      case 'grafana': return readers.grafana.read(orgId, query, span);
      case 'alerts': return readers.alerts.read(orgId, query, span);
    }
  };
  return {
    read: async (orgId, query, span) => (await ask(orgId, query, span)).map(({ labels, samples }) => ({ labels: storableText(labels), samples: samples.filter(({ atMs }) => atMs > span.fromMs - span.stepMs && atMs <= span.toMs) })),
    readLines: createLokiReader(deps),
    settledMs: (query, nowMs, stepMs) => Math.floor((nowMs - settleOf(query, stepMs)) / stepMs) * stepMs,
    finalAtMs: (query, atMs, stepMs) => atMs + settleOf(query, stepMs),
  };
}
