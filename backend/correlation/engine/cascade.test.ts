/** A cascade whose cause is quiet: few alerts of its own, no text that accuses it, most noise far away from it. */
import type { Topology } from '../../catalog/index.ts';
import { alertAt, playAlerts } from './engine.testkit.ts';

/** From the cause outwards; each needs one of the tier before. */
const TIERS = [['vault-db'], ['vault'], ['pay'], ['order', 'basket'], ['web', 'app'], ['mailer']];
const SECOND = 1 / 60;

const CHAIN: Topology = {
  services: [...TIERS.flat(), 'search', 'wiki', 'build'].map((name) => ({ name, aliases: [], tier: null, kind: null, namespace: null, team: null, clusters: ['prod-a'] })),
  edges: TIERS.slice(1).flatMap((tier, index) => tier.map((from) => ({ from, to: TIERS[index]?.[0] ?? '', type: 'calls' as const }))),
  instances: [], hosts: [], racks: [], clusters: [{ name: 'prod-a', region: null }],
};

/** The further from the cause, the more instances. */
const ALERTS = TIERS.flatMap((tier, distance) => tier.flatMap((service, place) => Array.from({ length: 8 + 4 * distance }, (_, instance) => alertAt(
  SECOND * (12 * distance + 4 * place + instance), { service, key: `${service}/${instance}`, rule: distance === 0 ? ['ConnectionsNearLimit', 'SlowStatements'][instance % 2] ?? '' : ['LatencyHigh', 'HighErrorRate', 'QueueGrowing'][instance % 3] ?? '' },
)))).sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());

test('cap 32: a cascade over five calls is one incident, and the place where it began is the first suspect', () => {
  const { decisions, groups } = playAlerts(ALERTS, { topology: CHAIN });

  expect(groups).toHaveLength(1);
  expect(ALERTS.map((a) => a.alertKey).filter((key) => !groups[0]?.some((member) => member.startsWith(`${key}/`)))).toEqual([]);
  const told = decisions.flatMap((decision) => (decision.kind === 'assess' || decision.kind === 'open' ? [decision.assessment] : []));
  expect(told.at(-1)?.roots[0]).toMatchObject({ service: 'vault-db', evidence: expect.arrayContaining([expect.objectContaining({ text: 'trouble was seen here first' })]) });
});
