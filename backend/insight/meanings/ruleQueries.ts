/**
 * The queries of Grafana's own alert rules, by the address that their alerts carry (`…/alerting/grafana/<uid>/view`):
 * `GET /api/v1/provisioning/alert-rules/:uid` (grafana.com, Alerting provisioning HTTP API). Asked beside the request, and kept for a while.
 */
import { z } from 'zod';
import type { OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import { GrafanaCallError, type GrafanaApi } from '../../sources/index.ts';

const rule = z.looseObject({ data: z.array(z.looseObject({ datasourceUid: z.string().default(''), model: z.record(z.string(), z.unknown()).default({}) })).default([]) });

export interface RuleQuery {
  readonly datasource: string;
  readonly query: Readonly<Record<string, unknown>>;
}

export interface RuleQueries {
  /** What a rule asks for; null while Grafana is being asked, empty where it said nothing of use. */
  queriesOf(orgId: OrgId, address: string): readonly RuleQuery[] | null;
}

const KEEP_MS = 10 * 60_000;
const MOST_KEPT = 2_000;
/** Expressions over the results of queries ask nothing themselves. */
const EXPRESSIONS = new Set(['__expr__', '-100']);
const UID = /\/alerting\/grafana\/([A-Za-z0-9_-]{1,40})\/view/;

/** Makes it. */
export function createRuleQueries({ grafana, clock }: { readonly grafana: GrafanaApi; readonly clock: Clock }): RuleQueries {
  const kept = new Map<string, { readonly atMs: number; readonly queries: readonly RuleQuery[] | null }>();

  async function ask(orgId: OrgId, uid: string): Promise<readonly RuleQuery[]> {
    try {
      if (!(await grafana.isConnected(orgId))) return [];
      const said = rule.safeParse(await grafana.call(orgId, { method: 'GET', path: `/api/v1/provisioning/alert-rules/${uid}` }));
      return said.success ? said.data.data.flatMap(({ datasourceUid, model }) => (datasourceUid === '' || EXPRESSIONS.has(datasourceUid) ? [] : [{ datasource: datasourceUid, query: model }])) : [];
    } catch (error) {
      // Whatever Grafana refuses, the link to the rule is left.
      if (error instanceof GrafanaCallError) return [];
      throw error;
    }
  }

  return {
    queriesOf(orgId, address) {
      const uid = UID.exec(address)?.[1];
      if (uid === undefined) return [];
      const key = `${orgId}/${uid}`;
      const known = kept.get(key);
      if (known !== undefined && clock.nowMs() - known.atMs < KEEP_MS) return known.queries;
      if (kept.size >= MOST_KEPT) kept.clear();
      const atMs = clock.nowMs();
      kept.set(key, { atMs, queries: null });
      ask(orgId, uid).then((queries) => kept.set(key, { atMs, queries }), () => kept.set(key, { atMs, queries: [] }));
      return null;
    },
  };
}
