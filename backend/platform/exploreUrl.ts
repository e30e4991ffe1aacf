/** Addresses of Grafana's Explore with queries ready to run: `/explore?schemaVersion=1&orgId=1&panes=…` (grafana.com, Explore, "Generate Explore URLs from external tools"). Pure. */
import type { OrgId } from '#contract';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Path of Explore with queries of one data source, as it takes them, over a time. */
export function exploreUrl(orgId: OrgId, datasource: string, queries: readonly Readonly<Record<string, unknown>>[], { fromMs, toMs }: TimeRange): string {
  const pane = {
    datasource, range: { from: String(Math.floor(fromMs)), to: String(Math.ceil(toMs)) },
    queries: queries.map((query, place) => ({ ...query, refId: String.fromCharCode(65 + place), datasource: { uid: datasource } })),
  };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', orgId: String(orgId), panes: JSON.stringify({ muster: pane }) }).toString()}`;
}

/** The same with the lines of a query of a Loki. */
export function exploreLogsUrl(orgId: OrgId, datasource: string, expr: string, range: TimeRange): string {
  return exploreUrl(orgId, datasource, [{ expr, queryType: 'range' }], range);
}
