/** Addresses at which a query is ready to be looked at. Pure. Grafana's Explore: `/explore?schemaVersion=1&orgId=1&panes=…` (grafana.com, Explore, "Generate Explore URLs from external tools"). */
import type { DetectorQuery, OrgId } from '#contract';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Path of Explore with a query of a data source over a time. */
export function exploreUrl(orgId: OrgId, datasource: string, queries: readonly Readonly<Record<string, unknown>>[], { fromMs, toMs }: TimeRange): string {
  const pane = {
    datasource, range: { from: String(Math.floor(fromMs)), to: String(Math.ceil(toMs)) },
    queries: queries.map((query, place) => ({ ...query, refId: String.fromCharCode(65 + place), datasource: { uid: datasource } })),
  };
  return `/explore?${new URLSearchParams({ schemaVersion: '1', orgId: String(orgId), panes: JSON.stringify({ muster: pane }) }).toString()}`;
}

/** The graph of a Prometheus' own page. */
function prometheusUrl(url: string, expr: string, { fromMs, toMs }: TimeRange): string {
  const end = new Date(toMs).toISOString().slice(0, 19).replace('T', ' ');
  const query = new URLSearchParams({ 'g0.expr': expr, 'g0.tab': '0', 'g0.range_input': `${Math.max(60, Math.ceil((toMs - fromMs) / 1000))}s`, 'g0.end_input': end });
  return `${url.replace(/\/+$/, '')}/graph?${query.toString()}`;
}

/** Where the query of a detector is looked at; null for one that counts alerts. */
export function queryLink(orgId: OrgId, query: DetectorQuery, range: TimeRange): { readonly kind: 'explore' | 'prometheus'; readonly url: string } | null {
  switch (query.kind) {
    case 'grafana': return { kind: 'explore', url: exploreUrl(orgId, query.datasource, [query.query], range) };
    case 'prometheus': return { kind: 'prometheus', url: prometheusUrl(query.url, query.expr, range) };
    case 'alerts': return null;
    case 'loki': return 'datasource' in query.from ? { kind: 'explore', url: exploreUrl(orgId, query.from.datasource, [{ expr: query.expr, queryType: 'range' }], range) } : null;
  }
}
