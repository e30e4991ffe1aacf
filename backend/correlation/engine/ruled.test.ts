import { correlationRule, incidentNumber, type CorrelationRule } from '#contract';
import type { Decision } from '../strategy.ts';
import { createEngine } from './engine.ts';
import { alertAt, MINUTE_MS, playAlerts, SHOP, START_MS } from './engine.testkit.ts';

/** Mail and search know nothing of each other; only people know that they share a licence server. */
const LICENCES: CorrelationRule = correlationRule.parse({
  id: 'licences', name: 'Licence server', condition: 'name == "LicenceRefused"', groupBy: [], window: { kind: 'sliding', seconds: 600 }, minAlerts: 2,
  severity: { kind: 'fixed', severity: 'sev2' },
});
const REFUSED = ['mail', 'search', 'chat'].map((service, index) => alertAt(index, { service, rule: 'LicenceRefused', severity: 'sev4' }));

function opens(decisions: readonly Decision[]): Extract<Decision, { kind: 'open' }>[] {
  return decisions.filter((decision) => decision.kind === 'open');
}

describe('cap 30: rules of users in the engine', () => {
  test('without the rule the alerts are no incident, with it they are one from the second on', () => {
    expect(playAlerts(REFUSED).groups).toEqual([]);
    const played = playAlerts(REFUSED, { rules: [LICENCES] });
    expect(played.groups).toHaveLength(1);
    expect(played.groups[0]).toHaveLength(3);
    expect(opens(played.decisions)[0]?.alerts).toHaveLength(2);
  });

  test('the incident has the severity that the rule says, and each link names the rule', () => {
    const { decisions } = playAlerts(REFUSED, { rules: [LICENCES] });
    const [open] = opens(decisions);
    expect(open?.severity).toBe('sev2');
    expect(open?.alerts[1]?.reason.contributions[0]).toMatchObject({ kind: 'rule', text: expect.stringContaining('Licence server') });
    expect(decisions.find((decision) => decision.kind === 'join')).toMatchObject({ severity: 'sev2', alert: { reason: { summary: expect.stringContaining('Licence server') } } });
  });

  test('what a rule has put together no review takes apart', () => {
    const { groups } = playAlerts([...REFUSED, alertAt(3, { service: 'mail', rule: 'QueueLong' }), alertAt(90, { service: 'ledger', rule: 'Later' })], { rules: [LICENCES] });
    expect(groups.filter((group) => REFUSED.every((alert) => group.includes(`${alert.alertKey}/${alert.startsAt.getTime()}`)))).toHaveLength(1);
  });

  test('a rule that has not enough alerts yet leaves the decision to the evidence', () => {
    const { decisions } = playAlerts(REFUSED.slice(0, 1), { rules: [LICENCES] });
    expect(opens(decisions)).toEqual([]);
  });

  test('an incident that a rule empties leads to where its alerts went', () => {
    const grave = ['mail', 'search', 'chat'].map((service, index) => alertAt(index, { service, rule: 'LicenceRefused', severity: 'sev1' }));
    const engine = createEngine({ topology: SHOP, rules: [{ ...LICENCES, minAlerts: 3 }] });
    const window = engine.empty();
    const decisions = grave.flatMap((alert) => [...engine.decide(window, alert)]);
    const [first, second] = opens(decisions).map(({ group }) => group);
    expect(decisions).toContainEqual(expect.objectContaining({ kind: 'merge', group: first, absorbed: second }));
    expect([...window.groups.values()].map((group) => [group.id, group.nodes.total])).toEqual([[first, 3]]);
  });

  test('of several incidents that a rule empties each leads to where the alerts went', () => {
    const grave = [['mail', 'a'], ['search', 'b'], ['chat', 'c'], ['chat', 'd'], ['reports', 'e']].map(([service, key], index) =>
      alertAt(index, { service: service ?? '', key: key ?? '', rule: 'LicenceRefused', severity: 'sev1' }));
    const engine = createEngine({ topology: SHOP, rules: [{ ...LICENCES, minAlerts: 5 }] });
    const window = engine.empty();
    const decisions = grave.flatMap((alert) => [...engine.decide(window, alert)]);
    const [first, second, third] = opens(decisions).map(({ group }) => group);
    expect(decisions.flatMap((decision) => (decision.kind === 'merge' ? [[decision.group, decision.absorbed]] : []))).toEqual([[first, third], [first, second]]);
    expect([...window.groups.values()].map((group) => [group.id, group.nodes.total])).toEqual([[first, 5]]);
  });

  test.each([
    { name: 'seen by everybody are merged', circles: [null, null], merged: true },
    { name: 'seen by the same few are merged', circles: ['user:ada', 'user:ada'], merged: true },
    { name: 'of which one is private stay apart', circles: [null, 'user:ada'], merged: false },
    { name: 'private to different people stay apart', circles: ['user:ada', 'user:ada user:bo'], merged: false },
  ])('cap 52: two incidents that are one $name', ({ circles, merged }) => {
    const grave = ['mail', 'search', 'chat'].map((service, index) => alertAt(index, { service, rule: 'LicenceRefused', severity: 'sev1' }));
    const engine = createEngine({ topology: SHOP, rules: [{ ...LICENCES, minAlerts: 3 }] });
    const window = engine.empty();
    circles.forEach((circle, index) => {
      const known = { incident: incidentNumber.parse(7 + index), keys: [], severity: 'sev1' as const, services: [], lastAlertAt: new Date(START_MS + index * MINUTE_MS), alertsTotal: 1, circle };
      const [decided] = grave.slice(index, index + 1).flatMap((alert) => [...engine.decide(window, alert)]).flatMap((decision) => (decision.kind === 'open' ? [decision.group] : []));
      engine.restoreGroup(window, known, decided ?? null);
    });
    const decisions = grave.slice(2).flatMap((alert) => [...engine.decide(window, alert)]);
    expect(decisions.some(({ kind }) => kind === 'merge')).toBe(merged);
  });
});
