import { setImmediate as turn } from 'node:timers/promises';
import { orgId } from '#contract';
import { createSimulatedClock } from '../../platform/clock.ts';
import { GrafanaCallError, type GrafanaApi } from '../../sources/index.ts';
import { createRuleQueries } from './ruleQueries.ts';

const ORG = orgId.parse(1);
const ADDRESS = 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1';
const RULE = { uid: 'rule1', data: [{ refId: 'A', datasourceUid: 'prom-1', model: { refId: 'A', expr: 'up == 0' } }, { refId: 'B', datasourceUid: '__expr__', model: { type: 'threshold' } }] };

function grafanaOf(call: GrafanaApi['call'], isConnected = true): GrafanaApi {
  return { isConnected: () => Promise.resolve(isConnected), call };
}

test('the queries of a rule are asked for beside the request, once in a while; expressions ask nothing', async () => {
  const clock = createSimulatedClock(Date.UTC(2026, 0, 5));
  const paths: string[] = [];
  const rules = createRuleQueries({ clock, grafana: grafanaOf((_orgId, { path }) => {
    paths.push(path);
    return Promise.resolve(RULE);
  }) });
  expect([rules.queriesOf(ORG, ADDRESS), rules.queriesOf(ORG, ADDRESS)]).toEqual([null, null]);
  await turn();
  expect(rules.queriesOf(ORG, ADDRESS)).toEqual([{ datasource: 'prom-1', query: { refId: 'A', expr: 'up == 0' } }]);
  expect(paths).toEqual(['/api/v1/provisioning/alert-rules/rule1']);
  clock.advance(11 * 60_000);
  expect(rules.queriesOf(ORG, ADDRESS)).toBeNull();
});

test('an address that is no rule of Grafana, a refusal and no connection give no query', async () => {
  const clock = createSimulatedClock(0);
  const refused = createRuleQueries({ clock, grafana: grafanaOf(() => Promise.reject(new GrafanaCallError('refused', 'no', 403))) });
  const alone = createRuleQueries({ clock, grafana: grafanaOf(() => Promise.resolve(RULE), false) });
  expect(refused.queriesOf(ORG, 'http://prometheus.example.com/graph?g0.expr=up')).toEqual([]);
  expect([refused.queriesOf(ORG, ADDRESS), alone.queriesOf(ORG, ADDRESS)]).toEqual([null, null]);
  await turn();
  expect([refused.queriesOf(ORG, ADDRESS), alone.queriesOf(ORG, ADDRESS)]).toEqual([[], []]);
});
