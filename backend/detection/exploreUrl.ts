/** Links into Grafana's Explore. Pure. */

/** Address of Explore with the lines of a query (grafana.com/docs, Explore, "Generate Explore URLs from external tools": `schemaVersion=1`, `panes`). */
export function exploreUrlOf(rootUrl: string, datasource: string, expr: string, fromMs: number, toMs: number): string {
  const pane = { datasource, queries: [{ refId: 'A', expr, queryType: 'range', datasource: { type: 'loki', uid: datasource } }], range: { from: String(fromMs), to: String(toMs) } };
  return `${rootUrl.replace(/\/$/, '')}/explore?${new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify({ logs: pane }) }).toString()}`;
}
