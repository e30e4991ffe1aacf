import fc from 'fast-check';
import { DRILL_LABEL, drillOf, incidentNumber } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import { keepDrillsApart } from './drillsApart.ts';
import { createEngine } from './engine/index.ts';
import { groupsAfter, MINUTE_MS, SHOP, START_MS } from './engine/engine.testkit.ts';
import { episodeKey } from './engine/signal.ts';
import { anyStream } from './engine/streams.testkit.ts';
import type { Decision, Strategy } from './strategy.ts';

const engine = createEngine({ topology: SHOP });

/** Plays a stream, and half an hour on. */
function play<Window>(strategy: Strategy<Window>, changes: readonly AlertChange[], passEachMs = Infinity): readonly Decision[] {
  const window = strategy.empty();
  const decisions: Decision[] = [];
  let passedMs = START_MS;
  for (const change of changes) {
    for (; passedMs < change.recordedAt.getTime() && passEachMs < Infinity; passedMs += passEachMs) decisions.push(...strategy.pass(window, new Date(passedMs)));
    decisions.push(...strategy.decide(window, change));
  }
  const lastMs = changes.at(-1)?.recordedAt.getTime() ?? START_MS;
  decisions.push(...strategy.pass(window, new Date(lastMs + 31 * MINUTE_MS)));
  return decisions;
}

/** The stream's own alerts once more as a drill: the same rules, services and moments, hence as alike as can be. */
function asDrill(changes: readonly AlertChange[], drill: string): readonly AlertChange[] {
  return changes.map((change) => ({ ...change, alertKey: `${drill}/${change.alertKey}`, labels: { ...change.labels, [DRILL_LABEL]: drill } }));
}

/** One stream of several, by time. */
function mixed(...streams: readonly (readonly AlertChange[])[]): readonly AlertChange[] {
  return streams.flat().sort((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
}

/** Which alerts are together, whatever the groups are called. */
function together(decisions: readonly Decision[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const [alert, group] of groupsAfter(decisions)) groups.set(group, [...(groups.get(group) ?? []), alert]);
  return [...groups.values()].map((alerts) => alerts.sort().join(' ')).sort();
}

describe('drills apart', () => {
  it('cap 81: no group ever holds alerts of a drill and others, however alike they are', () => {
    fc.assert(fc.property(anyStream, ({ changes }) => {
      const all = mixed(changes, asDrill(changes, 'one'), asDrill(changes, 'two'));
      const drillBy = new Map(all.map((change) => [episodeKey(change), drillOf(change.labels)]));
      const drillsOf = new Map<string, Set<string | null>>();
      for (const decision of play(keepDrillsApart(engine), all)) {
        if (decision.kind === 'merge') {
          expect(drillsOf.get(decision.absorbed)).toEqual(drillsOf.get(decision.group));
          continue;
        }
        const refs = decision.kind === 'open' ? [...decision.alerts, ...decision.moved] : decision.kind === 'join' || decision.kind === 'move' ? [decision.alert] : [];
        if (decision.kind === 'assess' || decision.kind === 'hold') continue;
        const seen = drillsOf.get(decision.group) ?? new Set();
        for (const ref of refs) seen.add(drillBy.get(episodeKey(ref)) ?? null);
        drillsOf.set(decision.group, seen);
      }
      for (const seen of drillsOf.values()) expect(seen.size).toBe(1);
    }), { numRuns: 60 });
  });

  it('cap 81: what is real is decided to the letter as if there had been no drill', () => {
    fc.assert(fc.property(anyStream, ({ changes }) => {
      const drills = new Set(asDrill(changes, 'one').map(episodeKey));
      const isReal = (decision: Decision): boolean => {
        switch (decision.kind) {
          case 'hold':
            return !drills.has(episodeKey(decision.alert));
          case 'open':
          case 'join':
          case 'move':
          case 'merge':
          case 'assess':
            return !decision.group.startsWith('drill:');
        }
      };
      expect(play(keepDrillsApart(engine), mixed(changes, asDrill(changes, 'one'))).filter(isReal)).toEqual(play(engine, changes));
    }), { numRuns: 60 });
  });

  it('cap 81: how often the time is told makes no difference to a drill either', () => {
    fc.assert(fc.property(anyStream, fc.constantFrom(1_000, 20_000, 300_000), ({ changes }, passEachMs) => {
      const all = mixed(changes, asDrill(changes, 'one'));
      expect(together(play(keepDrillsApart(engine), all, passEachMs))).toEqual(together(play(keepDrillsApart(engine), all)));
    }), { numRuns: 30 });
  });

  it('cap 81: an incident of a drill goes back into its own window, also when it was not decided again', () => {
    const strategy = keepDrillsApart(engine);
    const window = strategy.empty();
    const known = { incident: incidentNumber.parse(7), severity: 'sev2' as const, services: ['orders-db'], lastAlertAt: new Date(START_MS), alertsTotal: 3 };
    expect(strategy.restoreGroup(window, { ...known, keys: ['drill/one'] }, null)).toMatch(/^drill:one:/);
    expect(strategy.restoreGroup(window, { ...known, incident: incidentNumber.parse(8), keys: [] }, null)).not.toMatch(/^drill:/);
  });

  it('cap 81: a drill is forgotten when its incidents are, and many drills at one time share a window', () => {
    fc.assert(fc.property(anyStream, ({ changes }) => {
      const strategy = keepDrillsApart(engine);
      const window = strategy.empty();
      const [first] = changes;
      if (first === undefined) return;
      for (let drill = 0; drill < 40; drill += 1) for (const change of asDrill([first], `d-${drill}`)) strategy.decide(window, change);
      expect(window.drills.size).toBe(17);
      strategy.pass(window, new Date(first.recordedAt.getTime() + strategy.memoryMs + 1));
      expect(window.drills.size).toBe(0);
    }), { numRuns: 3 });
  });
});
