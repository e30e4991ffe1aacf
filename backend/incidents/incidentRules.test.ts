/** The rules by which incidents are declared, how grave they are, whom they hurt, and which fields they need. */
import fc from 'fast-check';
import { SEVERITIES, type DeclarePolicy, type IncidentType, type Severity } from '#contract';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import { decideDeclaration, defaultDeclarePolicy, type DeclareFacts } from './declarePolicy.ts';
import { evaluateIncident, type EvaluationFacts } from './evaluate.ts';
import { applyFields, definitionFaults, missingFields, valueFaults } from './fieldRules.ts';
import { blastRadiusOf, computeImpact, impactIndexOf } from './impact.ts';
import { EMPTY_CATALOG, type ImpactCatalog } from './ports.ts';
import { decideRecurrence } from './recurrence.ts';
import { assessSeverity, DEFAULT_SEVERITY_POLICY } from './severityMatrix.ts';

const service = (name: string, clusters: string[] = []) => ({ name, aliases: [`${name}-svc`], tier: null, kind: null, namespace: null, team: null, clusters });
const none = { businessService: null, users: null, costPerMinute: null, regions: [] };

/** storefront -> checkout -> payments-db; storefront -> search. */
const SHOP: ImpactCatalog = {
  topology: {
    ...EMPTY_TOPOLOGY,
    services: [service('storefront', ['eu-1']), service('checkout', ['eu-1', 'us-1']), service('payments-db', ['eu-1']), service('search')],
    edges: [
      { from: 'storefront', to: 'checkout', type: 'calls' }, { from: 'checkout', to: 'payments-db', type: 'stores-in' }, { from: 'storefront', to: 'search', type: 'calls' },
    ],
    clusters: [{ name: 'eu-1', region: 'eu' }, { name: 'us-1', region: 'us' }],
  },
  services: new Map([
    ['storefront', { ...none, businessService: 'shop', users: 1000, costPerMinute: 50 }], ['checkout', { ...none, businessService: 'payments', users: 300, costPerMinute: 20 }],
    ['search', { ...none, businessService: 'finding', users: 40 }],
  ]),
  businessServices: new Map([['shop', 'critical'], ['payments', 'important']]),
};
const shop = impactIndexOf(SHOP);
const impactOf = (services: string[], over = {}) => computeImpact(shop, { services, clusters: [], startedAtMs: 0, untilMs: 90_000, ...over }, 2);

const POLICY: DeclarePolicy = defaultDeclarePolicy([]);
const FACTS: DeclareFacts = { severity: 'sev2', alerts: 20, services: ['a', 'b', 'c', 'd'], confidence: 0.9, business: null };

test('cap 48, cap 49: affected and at-risk services, business services, places, users and running cost follow from the graph', () => {
  expect(impactOf(['checkout-svc', 'payments-db'])).toEqual({
    affected: ['checkout', 'payments-db'], atRisk: ['storefront'],
    businessServices: [{ name: 'payments', criticality: 'important', state: 'affected' }, { name: 'shop', criticality: 'critical', state: 'at-risk' }],
    regions: ['eu', 'us'], clusters: ['eu-1', 'us-1'], users: 300, costPerMinute: 20, runningCost: 30,
  });
  // The same people use both, so that the users do not add up; the cost does.
  expect(impactOf(['storefront', 'checkout'])).toMatchObject({ users: 1000, costPerMinute: 70, runningCost: 105 });
  expect(impactOf(['payments-db'], { clusters: ['eu-1'] })).toMatchObject({ atRisk: ['checkout', 'storefront'], regions: ['eu'], users: null, runningCost: null });
  expect(computeImpact(shop, { services: ['payments-db'], clusters: [], startedAtMs: null, untilMs: 0 }, 1).atRisk).toEqual(['checkout']);
  expect(computeImpact(impactIndexOf(EMPTY_CATALOG), { services: ['x'], clusters: [], startedAtMs: 0, untilMs: 1 }, 2)).toMatchObject({ affected: ['x'], atRisk: [], businessServices: [] });
});

test('cap 50: the blast radius shows origin, failing, degraded and at-risk services with the edges between them', () => {
  const graph = blastRadiusOf(shop, [
    { service: 'payments-db', firing: 2, total: 3, gravestFiring: 'sev1' }, { service: 'checkout-svc', firing: 1, total: 1, gravestFiring: 'sev3' },
    { service: 'checkout', firing: 1, total: 4, gravestFiring: 'sev2' },
  ], 'payments-db', 2);

  expect(graph.nodes.map((node) => [node.service, node.state, node.alertsFiring, node.alertsTotal, node.severity, node.hops])).toEqual([
    ['payments-db', 'origin', 2, 3, 'sev1', 0], ['checkout', 'failing', 2, 5, 'sev2', 0], ['storefront', 'at-risk', 0, 0, null, 1],
  ]);
  expect(graph.edges).toEqual([{ from: 'storefront', to: 'checkout', type: 'calls' }, { from: 'checkout', to: 'payments-db', type: 'stores-in' }]);
  expect(blastRadiusOf(shop, [{ service: 'search', firing: 0, total: 1, gravestFiring: null }], null, 0).nodes).toMatchObject([{ service: 'search', state: 'degraded' }]);
});

test.each([
  [1, ['sev1', 'sev1', 'sev2', 'sev2']], [2, ['sev1', 'sev2', 'sev2', 'sev3']], [3, ['sev2', 'sev3', 'sev3', 'sev4']], [4, ['sev3', 'sev4', 'sev4', 'sev5']],
] as const)('cap 46: the shipped matrix for impact %s', (impact, row) => {
  expect(DEFAULT_SEVERITY_POLICY.matrix[impact - 1]).toEqual(row);
});

test('cap 46: without a catalogue the severity is that of the gravest alert; with one, impact decides and is told', () => {
  const bare = { businessServices: [], users: null };
  for (const severity of SEVERITIES) expect(assessSeverity(DEFAULT_SEVERITY_POLICY, { gravestAlert: severity, impact: bare, allUsers: null }).severity).toBe(severity);

  expect(assessSeverity(DEFAULT_SEVERITY_POLICY, { gravestAlert: 'sev2', impact: impactOf(['storefront']), allUsers: 1000 })).toEqual({
    impact: 1, impactReason: 'shop (critical) is affected', urgency: 2, urgencyReason: 'the gravest alert is SEV2', severity: 'sev1', boundReason: null,
  });
  expect(assessSeverity(DEFAULT_SEVERITY_POLICY, { gravestAlert: 'sev1', impact: impactOf(['search']), allUsers: 1000 })).toMatchObject({ impact: 2, impactReason: 'shop (critical) is at risk', severity: 'sev1' });
  expect(assessSeverity(DEFAULT_SEVERITY_POLICY, { gravestAlert: 'sev4', impact: impactOf(['storefront']), allUsers: 1000 })).toMatchObject({
    severity: 'sev3', boundReason: 'its alerts go up to SEV4 only; the matrix would say SEV2',
  });
});

test('cap 44: the first rule that holds decides, else the score, and the reason says so', () => {
  const rules: DeclarePolicy['rules'] = [
    { name: 'drills', services: ['sandbox'], outcome: 'ignore' },
    { name: 'pay', businessServices: ['payments'], severity: 'sev2', outcome: 'declare' },
    { name: 'broad', minServices: 4, minConfidence: 0.8, minAlerts: 10, outcome: 'declare' },
  ];
  const scored: DeclarePolicy['rules'] = [{ name: 'high', severity: 'sev2', minScore: 0.9, outcome: 'declare' }];
  const policy = { ...POLICY, rules };

  expect(decideDeclaration(policy, FACTS)).toMatchObject({ outcome: 'declare', rule: 'broad', reason: 'rule "broad": 20 alerts, 4 services, 90 % sure' });
  expect(decideDeclaration(policy, { ...FACTS, services: ['sandbox'] })).toMatchObject({ outcome: 'ignore', rule: 'drills', reason: 'rule "drills": sandbox has alerts' });
  expect(decideDeclaration(policy, { ...FACTS, confidence: null, business: { names: ['payments'], critical: false, important: true } })).toMatchObject({ rule: 'pay' });
  expect(decideDeclaration(POLICY, { ...FACTS, severity: 'sev1', services: Array.from({ length: 8 }, (_, index) => `s${index}`), confidence: 1 })).toMatchObject({
    outcome: 'declare', rule: null, score: 1, reason: '100 of 100 points; 75 are enough',
  });
  expect(decideDeclaration({ ...POLICY, rules: scored }, { ...FACTS, severity: 'sev1', services: Array.from({ length: 8 }, (_, index) => `s${index}`), confidence: 1 })).toMatchObject({
    outcome: 'declare', rule: 'high', reason: 'rule "high": SEV1, 100 of 100 points',
  });
  expect(decideDeclaration({ ...POLICY, proposeFrom: 0.5 }, { ...FACTS, severity: 'sev5', services: ['a'], confidence: 0.2 })).toMatchObject({ outcome: 'ignore' });
});

test.each([
  [{ severity: 'sev2' }, { severity: 'sev3' }, { severity: 'sev2' }], [{ minAlerts: 3 }, { alerts: 2 }, { alerts: 3 }],
  [{ minServices: 2 }, { services: ['a'] }, { services: ['a', 'b'] }], [{ minConfidence: 0.8 }, { confidence: 0.79 }, { confidence: 0.8 }],
  [{ minScore: 0.5 }, { severity: 'sev5', services: [], confidence: 0.99 }, { severity: 'sev1', services: ['a', 'b', 'c', 'd'], confidence: 0.99 }],
  [{ services: ['b'] }, { services: ['a'] }, { services: ['a', 'b'] }],
  [{ businessServices: ['shop'] }, { business: { names: ['mail'], critical: true, important: true } }, { business: { names: ['mail', 'shop'], critical: false, important: false } }],
] as const satisfies readonly (readonly [Partial<DeclarePolicy['rules'][number]>, Partial<DeclareFacts>, Partial<DeclareFacts>])[])(
  'cap 44: a rule with %j does not hold for %j, and holds for %j', (condition, short, enough) => {
    const policy: DeclarePolicy = { ...POLICY, declareFrom: null, rules: [{ name: 'it', outcome: 'declare', ...condition }] };
    expect(decideDeclaration(policy, { ...FACTS, ...short })).toMatchObject({ outcome: 'propose', rule: null });
    expect(decideDeclaration(policy, { ...FACTS, ...enough })).toMatchObject({ outcome: 'declare', rule: 'it' });
  },
);

test('cap 44: the contributions add up to the score, more evidence never lowers it, and without an assessment the score declares nothing', () => {
  const facts = fc.record({
    severity: fc.constantFrom(...SEVERITIES), alerts: fc.integer({ min: 1, max: 1000 }), services: fc.array(fc.string(), { maxLength: 20 }),
    confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
    business: fc.option(fc.record({ names: fc.array(fc.string(), { maxLength: 3 }), critical: fc.boolean(), important: fc.boolean() }), { nil: null }),
  });
  fc.assert(fc.property(facts, (given) => {
    const decision = decideDeclaration(POLICY, given);
    expect(decision.contributions.reduce((sum, part) => sum + part.weight, 0)).toBeCloseTo(decision.score, 3);
    expect(decision.score).toBeGreaterThanOrEqual(0);
    expect(decision.score).toBeLessThanOrEqual(1);
    expect(decideDeclaration(POLICY, { ...given, services: [...given.services, 'more'] }).score).toBeGreaterThanOrEqual(decision.score);
    if (given.confidence === null) expect(decision.outcome).not.toBe('declare');
  }));
});

test('cap 47: whatever joins in whatever order, the machine never lowers a severity', () => {
  const step = fc.record({ gravest: fc.constantFrom(...SEVERITIES), services: fc.subarray(['storefront', 'checkout', 'payments-db', 'search', 'unknown']), chosen: fc.option(fc.constantFrom(...SEVERITIES), { nil: null }) });
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
    const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
    let facts: EvaluationFacts = {
      fresh: true, state: 'candidate', severity: 'sev3', computedSeverity: null, gravestAlert: null, services: [], alertsTotal: 1, confidence: 0.5, ignoredByPolicy: false,
    };
    for (const { gravest, services, chosen } of steps) {
      const gravestAlert = facts.gravestAlert === null || rank(gravest) < rank(facts.gravestAlert) ? gravest : facts.gravestAlert;
      const before = facts;
      const next = evaluateIncident({ ...facts, gravestAlert, services: [...new Set([...facts.services, ...services])] }, { declarePolicy: POLICY, severityPolicy: DEFAULT_SEVERITY_POLICY }, shop);
      if (!before.fresh) expect(rank(next.severity)).toBeLessThanOrEqual(rank(before.severity));
      if (!before.fresh && before.computedSeverity === next.computedSeverity) expect(next.severity).toBe(before.severity);
      // A person may set it between two joins, up or down.
      facts = { ...before, fresh: false, gravestAlert, services: [...new Set([...before.services, ...services])], severity: chosen ?? next.severity, computedSeverity: next.computedSeverity, state: next.state };
    }
  }));
});

test('cap 41: the newest ended incident with half of the alerts is taken up again within the window, else pointed back to', () => {
  const hour = 3_600_000;
  const earlier = (number: number, state: 'monitoring' | 'resolved' | 'in_review' | 'closed', endedAtMs: number, shared: number) => ({ number, state, endedAtMs, shared });

  expect(decideRecurrence(2, [earlier(4, 'resolved', 10 * hour, 2), earlier(3, 'closed', 9 * hour, 2)], 12 * hour, 24 * hour)).toEqual({ kind: 'reopen', number: 4 });
  expect(decideRecurrence(2, [earlier(4, 'resolved', 10 * hour, 1)], 35 * hour, 24 * hour)).toEqual({ kind: 'recurrence', of: 4 });
  expect(decideRecurrence(2, [earlier(4, 'resolved', 10 * hour, 1)], 34 * hour, 24 * hour)).toEqual({ kind: 'reopen', number: 4 });
  expect(decideRecurrence(2, [earlier(3, 'closed', 9 * hour, 2)], 10 * hour, 24 * hour)).toEqual({ kind: 'recurrence', of: 3 });
  expect(decideRecurrence(1, [earlier(4, 'resolved', 10 * hour, 1), earlier(2, 'monitoring', 5 * hour, 1)], 10 * hour, 24 * hour)).toEqual({ kind: 'join', number: 2 });
  expect(decideRecurrence(3, [earlier(4, 'resolved', 10 * hour, 1)], 11 * hour, 24 * hour)).toEqual({ kind: 'new' });
});

test('cap 51: fields are typed, needed from a state on, and a definition that contradicts itself is refused', () => {
  const type: IncidentType = {
    id: 'security', name: 'Security', description: '', fields: [
      { key: 'cause', label: 'Root cause', help: '', kind: 'text', choices: [], requiredIn: ['resolved', 'closed'] },
      { key: 'breach', label: 'Breach', help: '', kind: 'choice', choices: ['yes', 'no'], requiredIn: [] },
      { key: 'day', label: 'Day', help: '', kind: 'date', choices: [], requiredIn: [] },
      { key: 'records', label: 'Records', help: '', kind: 'number', choices: [], requiredIn: [] },
    ],
  };
  expect(valueFaults(type, { cause: 'x', breach: 'yes', day: '2026-03-01', records: 4 })).toEqual([]);
  expect(valueFaults(type, { breach: 'maybe', day: '2026-13-01', records: 'four', other: 1, cause: null })).toEqual([
    { field: 'body.fields.breach', message: 'must be one of yes, no' }, { field: 'body.fields.day', message: 'must be a date like 2026-03-01' },
    { field: 'body.fields.records', message: 'must be a number' }, { field: 'body.fields.other', message: 'Security has no such field' },
  ]);
  expect(missingFields(type, { cause: '' }, 'resolved').map((field) => field.key)).toEqual(['cause']);
  expect(missingFields(type, {}, 'declared')).toEqual([]);
  expect(applyFields({ cause: 'x', day: '2026-03-01' }, { cause: null, records: 1 })).toEqual({ day: '2026-03-01', records: 1 });
  const [cause] = type.fields;
  expect(definitionFaults({ types: [type, { ...type, fields: cause === undefined ? [] : [{ ...cause, kind: 'choice' }, { ...cause, choices: ['x'] }] }] }).map((fault) => fault.field)).toEqual([
    'body.types[1].id', 'body.types[1].fields[0].choices', 'body.types[1].fields[1].key', 'body.types[1].fields[1].choices',
  ]);
});
