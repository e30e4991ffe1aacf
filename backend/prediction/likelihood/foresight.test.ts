import fc from 'fast-check';
import type { Severity } from '#contract';
import type { ChangeEvent, Topology } from '../../catalog/index.ts';
import type { AlertChange } from '../../ingest/index.ts';
import { createForesight, type ForesightSnapshot, type Likelihood } from './foresight.ts';
import { PRIOR } from './prior.ts';

const START_MS = Date.UTC(2026, 2, 2, 6);
const MINUTE_MS = 60_000;
const CLUSTERS = ['prod-a', 'prod-b'];
const NAMES = ['web', 'checkout', 'orders', 'orders-db', 'mail', 'reports', 'search', 'ledger'];
const SHOP: Topology = {
  services: NAMES.map((name) => ({ name, aliases: [], tier: name === 'web' ? 'front' : null, kind: null, namespace: null, team: null, clusters: CLUSTERS })),
  edges: [['web', 'checkout'], ['checkout', 'orders'], ['orders', 'orders-db'], ['web', 'search'], ['checkout', 'ledger']].map(([from = '', to = '']) => ({ from, to, type: 'calls' as const })),
  clusters: [], racks: [], hosts: [], instances: [],
};

interface Heard {
  readonly minute: number;
  readonly service: string;
  readonly rule: string;
  readonly severity?: Severity;
  readonly cluster?: string;
  readonly pod?: string;
  readonly said?: boolean;
}

function heard({ minute, service, rule, severity = 'sev5', cluster = 'prod-a', pod, said = true }: Heard): AlertChange {
  const at = new Date(START_MS + Math.round(minute * MINUTE_MS));
  return {
    position: '1', kind: 'opened', recordedAt: at, alertKey: `${rule}/${service}/${cluster}/${pod ?? ''}`, startsAt: at, endsAt: null, sourceId: 'test', fingerprint: 'f', name: rule,
    summary: `${rule} on ${service}`, description: '', severity, service, team: null, environment: null, cluster,
    labels: { service, cluster, ...(pod === undefined ? {} : { pod }), ...(said ? { severity } : {}) },
  };
}

function changeOf(service: string, minute: number): ChangeEvent {
  return { id: `${service}/${minute}`, kind: 'deploy', service, clusters: [], at: new Date(START_MS + minute * MINUTE_MS), title: 'Release', author: null, link: null };
}

/** Two hours of a rule that fires all the time at several services: what is rare is known by then. */
const CHATTER: readonly Heard[] = Array.from({ length: 120 }, (_, minute) => ({ minute, service: ['mail', 'reports', 'search'][minute % 3] ?? 'mail', rule: 'Throttled', cluster: CLUSTERS[minute % 2] ?? 'prod-a' }));

function told(stream: readonly Heard[], from?: ForesightSnapshot): Likelihood[] {
  const foresight = createForesight({ topology: SHOP, ...(from === undefined ? {} : { from }) });
  return stream.flatMap((item) => foresight.alert(heard(item)) ?? []);
}

function lastOf(stream: readonly Heard[]): Likelihood {
  const last = told(stream).at(-1);
  if (last === undefined) throw new Error('nothing was judged');
  return last;
}

const streams = fc.array(
  fc.record({
    gap: fc.integer({ min: 0, max: 12 }), service: fc.constantFrom(...NAMES), rule: fc.constantFrom('Throttled', 'PoolHigh', 'QueryTime', 'LoadAbove', 'ErrorRate', 'Down'),
    severity: fc.constantFrom<Severity>('sev1', 'sev2', 'sev3', 'sev4', 'sev5'), cluster: fc.constantFrom(...CLUSTERS), said: fc.boolean(),
  }),
  { minLength: 5, maxLength: 120 },
).map((items) => {
  let minute = 0;
  return items.map(({ gap, ...item }) => {
    minute += gap / 2;
    return { ...item, minute };
  });
});

test('cap 114: a rare rule, then another at the same service in its other cluster, is ever likelier, and warned of once', () => {
  const develops: Heard[] = [
    { minute: 130, service: 'orders-db', rule: 'PoolHigh' }, { minute: 133, service: 'orders-db', rule: 'QueryTime', cluster: 'prod-b' }, { minute: 140, service: 'orders-db', rule: 'QueryTime' },
  ];
  const judged = told([...CHATTER, ...develops]).slice(-3);
  const [first, second, third] = judged.map(({ probability }) => probability);
  expect(first).toBeGreaterThan(0.2);
  expect(second).toBeGreaterThan((first ?? 1) + 0.1);
  expect(third).toBeGreaterThanOrEqual(second ?? 1);
  expect(judged.filter(({ isWarning }) => isWarning)).toHaveLength(1);
  const texts = judged[1]?.reasons.map(({ text }) => text) ?? [];
  expect(texts).toContain('all clusters in which it runs stir');
  expect(texts.join()).toContain('it complains of');
});

test('cap 114: what fires all the time, fires everywhere, or fires where nothing depends on it says little', () => {
  const rare = lastOf([...CHATTER, { minute: 130, service: 'orders-db', rule: 'PoolHigh' }]).probability;
  expect(lastOf([...CHATTER, { minute: 130, service: 'orders-db', rule: 'Throttled' }]).probability).toBeLessThan(0.05);
  const everywhere = ['mail', 'reports', 'search'].map((service, index) => ({ minute: 128 + index / 2, service, rule: 'PoolHigh' }));
  expect(lastOf([...CHATTER, ...everywhere, { minute: 130, service: 'orders-db', rule: 'PoolHigh' }]).probability).toBeLessThan(rare / 2);
  expect(lastOf([...CHATTER, { minute: 130, service: 'mail', rule: 'PoolHigh' }]).probability).toBeLessThan(rare / 2);
  expect(lastOf([{ minute: 1, service: 'orders-db', rule: 'PoolHigh' }]).probability).toBeLessThan(PRIOR.threshold);
});

test('cap 114: a change within the last hour makes it likelier, and no later one counts', () => {
  const judge = (minute: number | null): number => {
    const foresight = createForesight({ topology: SHOP });
    for (const item of CHATTER) foresight.alert(heard(item));
    if (minute !== null) foresight.change(changeOf('orders-db', minute));
    return foresight.alert(heard({ minute: 130, service: 'orders-db', rule: 'PoolHigh' }))?.odds ?? 0;
  };
  expect(judge(100)).toBeGreaterThan(judge(null) + 0.5);
  expect(judge(20)).toBe(judge(null));
  expect(judge(131)).toBe(judge(null));
});

test('cap 114: a service that is broken already is not warned of; an alert without a severity has that of its rule', () => {
  const broken = ['Down', 'ErrorRate', 'Latency'].map((rule, index) => ({ minute: 125 + index, service: 'orders-db', rule, severity: 'sev1' as const }));
  const [late] = told([...CHATTER, ...broken, { minute: 130, service: 'orders-db', rule: 'PoolHigh' }]).slice(-1);
  expect(late).toMatchObject({ isBroken: true, isWarning: false });
  expect(told([{ minute: 1, service: 'orders', rule: 'PoolHigh', severity: 'sev3', said: false }])).toEqual([]);
  expect(told([{ minute: 1, service: 'mail', rule: 'PoolHigh' }, { minute: 2, service: 'orders', rule: 'PoolHigh', severity: 'sev3', said: false }])).toHaveLength(2);
});

test('cap 114: it learns from what the stream itself teaches which rules are followed by trouble, and what passes', () => {
  const sign = (minute: number, rule: string): Heard => ({ minute, service: 'orders-db', rule, pod: 'orders-db-1' });
  const days = (isFollowed: boolean): Heard[] => [1, 2, 3, 4].flatMap((day) => [
    sign(day * 1_440, 'PoolHigh'),
    ...(isFollowed ? ['Down', 'ErrorRate', 'Latency'].map((rule, index) => ({ minute: day * 1_440 + 15 + index, service: 'orders-db', rule, severity: 'sev1' as const })) : []),
    { minute: day * 1_440 + 300, service: 'mail', rule: 'Throttled' },
  ]);
  const after = (isFollowed: boolean): Likelihood => lastOf([...CHATTER, ...days(isFollowed), sign(5 * 1_440 + 600, 'PoolHigh')]);
  expect(after(true).probability).toBeGreaterThan(after(false).probability * 2);
  expect(after(true).reasons.map(({ text }) => text)).toContain('trouble has followed such alerts before');
  expect(after(false).reasons.map(({ text }) => text)).toContain('such alerts have passed without trouble before');
});

test('cap 114: what somebody says of a cause teaches as the stream does', () => {
  const foresight = createForesight({ topology: SHOP });
  for (const day of [0, 1, 2, 3]) {
    foresight.alert(heard({ minute: day * 1_440, service: 'ledger', rule: 'PoolHigh' }));
    foresight.incident('ledger', START_MS + (day * 1_440 + 20) * MINUTE_MS);
    foresight.alert(heard({ minute: day * 1_440 + 300, service: 'mail', rule: 'Throttled' }));
  }
  expect(foresight.alert(heard({ minute: 4 * 1_440, service: 'orders-db', rule: 'PoolHigh' }))?.evidence.lessons).toBeGreaterThan(0.3);
});

test('cap 114: what became of earlier warnings changes what is said of the next one, never who is warned of', () => {
  const signs = (minute: number, service: string): Heard[] => [{ minute, service, rule: 'PoolHigh' }, { minute: minute + 3, service, rule: 'QueryTime', cluster: 'prod-b' }];
  const told = (came: boolean | null): { first: number; later: number; warned: string[] } => {
    const foresight = createForesight({ topology: SHOP });
    const judged = [...CHATTER, ...signs(130, 'orders-db'), ...signs(250, 'ledger'), ...signs(370, 'orders'), ...signs(490, 'web'), { minute: 500, service: 'web', rule: 'QueryTime' }].flatMap((item) => {
      const likelihood = foresight.alert(heard(item)) ?? [];
      if (came !== null && !Array.isArray(likelihood) && likelihood.isWarning) foresight.outcome(likelihood.service, likelihood.atMs, came);
      return likelihood;
    });
    const ofWeb = judged.filter(({ service }) => service === 'web');
    return { first: ofWeb.find(({ isWarning }) => isWarning)?.probability ?? 0, later: ofWeb.at(-1)?.probability ?? 0, warned: judged.filter(({ isWarning }) => isWarning).map(({ service, atMs, odds }) => `${service} ${atMs} ${odds}`) };
  };
  const [unknown, passed, cameTrue] = [told(null), told(false), told(true)];
  expect(unknown.warned).toHaveLength(4);
  expect([passed.warned, cameTrue.warned]).toEqual([unknown.warned, unknown.warned]);
  expect(unknown.first).toBeCloseTo(0.45, 12);
  expect(passed.first).toBeCloseTo((0.45 * 16) / 19, 12);
  expect(cameTrue.first).toBeCloseTo((3 + 0.45 * 16) / 19, 12);
  for (const each of [unknown, passed, cameTrue]) expect(each.later).toBeGreaterThan(each.first);
});

test('cap 114: nothing that comes later changes what was said before', () => {
  fc.assert(fc.property(streams, fc.nat({ max: 119 }), (stream, at) => {
    const cut = stream.slice(0, at % stream.length);
    expect(told(cut)).toEqual(told(stream).slice(0, told(cut).length));
  }), { numRuns: 60, seed: 114 });
});

test('cap 114: names of alerts do not matter: hashed ones give the same warnings', () => {
  const bare = ({ reasons: _reasons, ...likelihood }: Likelihood): Omit<Likelihood, 'reasons'> => likelihood;
  fc.assert(fc.property(streams, (stream) => {
    // Texts of alerts name their rule as well; services must stay recognisable in them.
    const hashed = stream.map((item) => ({ ...item, rule: `x${[...item.rule].reverse().join('')}9` }));
    expect(told(hashed).map(bare)).toEqual(told(stream).map(bare));
  }), { numRuns: 60, seed: 114 });
});

test('cap 114: a restart in the middle changes nothing', () => {
  fc.assert(fc.property(streams, fc.nat({ max: 119 }), (stream, at) => {
    const cut = at % stream.length;
    const before = createForesight({ topology: SHOP });
    for (const item of stream.slice(0, cut)) before.alert(heard(item));
    const state: ForesightSnapshot = structuredClone(before.snapshot());
    const asJson: unknown = JSON.parse(JSON.stringify(state));
    expect(asJson).toEqual(state);
    expect(told(stream.slice(cut), state)).toEqual(told(stream).slice(told(stream.slice(0, cut)).length));
  }), { numRuns: 60, seed: 114 });
});

test('cap 114: probabilities are probabilities, and reasons come with their strongest first', () => {
  fc.assert(fc.property(streams, (stream) => {
    for (const { probability, reasons } of told(stream)) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
      const sizes = reasons.map(({ weight }) => Math.abs(weight));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  }), { numRuns: 30, seed: 114 });
});
