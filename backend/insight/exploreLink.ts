/** Addresses at which the query of a detector is ready to be looked at. Pure. */
import type { DetectorQuery, OrgId } from '#contract';
import { exploreLogsUrl, exploreUrl, type TimeRange } from '../platform/exploreUrl.ts';

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
    case 'loki': return 'datasource' in query.from ? { kind: 'explore', url: exploreLogsUrl(orgId, query.from.datasource, query.expr, range) } : null;
  }
}
