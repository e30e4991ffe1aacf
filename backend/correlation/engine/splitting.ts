/**
 * A service that was changed shortly before it complains may be a cause of its own, inside the reach
 * of another one. It is put to the test: what would it explain better than the groups do? The
 * log-odds are added up over the alerts, never below nothing; when they are too much for chance, its
 * alerts become a group of their own.
 */
import type { ChangeTest, ChangeTests } from './changeTest.ts';
import { countSignal, newGroup, type Group } from './group.ts';
import type { Member } from './signal.ts';
import type { EngineWindow } from './window.ts';

const TEST_MS = 30 * 60_000;
const MAX_TESTS = 500;
/** A smaller group is no crowd to be lost in. */
const CROWD = 5;
const MIN_ALERTS = 4;
/** Alerts' worth of trust in the clusters that the change names. */
const CLUSTER_TRUST = 3;
const TESTED_MODES = [{ mode: 'failure', share: 0.4 }, { mode: 'cascade', share: 0.3 }, { mode: 'load', share: 0.3 }] as const;

function endTest(tests: ChangeTests, test: ChangeTest): void {
  tests.byRoot.delete(test.root);
  for (const node of test.group.reach) {
    const set = tests.byNode.get(node);
    set?.delete(test);
    if (set?.size === 0) tests.byNode.delete(node);
  }
}

function beginTest(window: EngineWindow, root: string, clusters: readonly string[]): void {
  const { tests, graph, parameters } = window;
  if (tests.byRoot.size >= MAX_TESTS) return;
  const group = newGroup(`test/${root}`, 0, parameters.paceMs);
  group.suspects = TESTED_MODES.map(({ mode, share }) => ({ node: root, mode, share }));
  for (const cluster of clusters) group.clusters.add(cluster, CLUSTER_TRUST / clusters.length);
  const reach = new Set<string>();
  for (const { mode } of TESTED_MODES) for (const node of graph.spread(root, mode).at.keys()) reach.add(node);
  group.reach = reach;
  const test: ChangeTest = { root, group, untilMs: window.nowMs + TEST_MS, logOdds: 0 };
  tests.byRoot.set(root, test);
  for (const node of reach) {
    const set = tests.byNode.get(node);
    if (set === undefined) tests.byNode.set(node, new Set([test]));
    else set.add(test);
  }
}

/** Notes an alert that joined `group` in all tests that could explain it better. Gives the test that it decides. */
export function testChanges(window: EngineWindow, member: Member, group: Group): ChangeTest | null {
  const { tests, weigher, changes, parameters } = window;
  const { signal } = member;
  const cause = group.suspects[0]?.node;
  if (group.nodes.total >= CROWD && cause !== signal.node && !tests.byRoot.has(signal.node)) {
    const change = changes.behind(signal);
    if (change !== undefined) beginTest(window, signal.node, change.clusters);
  }
  for (const test of [...(tests.byNode.get(signal.node) ?? [])]) {
    if (window.nowMs > test.untilMs) {
      endTest(tests, test);
      continue;
    }
    if (cause === test.root) continue;
    const real = weigher.group(signal, group, true);
    const tested = weigher.group(signal, test.group, false);
    if (tested.total - tested.pace <= real.total - real.pace) continue;
    countSignal(test.group, signal, 1);
    test.group.members.set(signal.key, member);
    test.logOdds = Math.max(0, test.logOdds + tested.total - real.total);
    if (test.logOdds <= parameters.splitLogOdds || test.group.members.size < MIN_ALERTS) continue;
    endTest(tests, test);
    return test;
  }
  return null;
}
