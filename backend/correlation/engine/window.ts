/** All that the engine remembers. Bounded: by the alerts of the last half hour, the groups that are open, and the topology. */
import type { Topology } from '../../catalog/index.ts';
import { emptyRuleState, type CompiledRule, type RuleState } from '../rules/index.ts';
import type { Decision, GroupId } from '../strategy.ts';
import type { ChangeTests } from './changeTest.ts';
import { createRecentChanges, type RecentChanges } from './changes.ts';
import type { Group } from './group.ts';
import { createHabits, type Habits } from './habits.ts';
import type { LearnedPairs } from './learned.ts';
import { createNodeIndex, type NodeIndex } from './nodeIndex.ts';
import type { EngineParameters } from './parameters.ts';
import { createDueQueue, type DueQueue } from './queue.ts';
import { createServiceGraph, type ServiceGraph } from './serviceGraph.ts';
import { createSignalReader, type Member, type SignalReader } from './signal.ts';
import { createWeigher, type Weigher } from './weigh.ts';

export interface EngineWindow {
  readonly parameters: EngineParameters;
  readonly graph: ServiceGraph;
  readonly reader: SignalReader;
  readonly habits: Habits;
  readonly weigher: Weigher;
  /** What was learned of past incidents and from people. */
  readonly learned: LearnedPairs;
  readonly changes: RecentChanges;
  readonly index: NodeIndex;
  /** Alerts that may still move, by episode. */
  readonly members: Map<string, Member>;
  /** Alerts of incidents that take no more, with the time until which their end may still be told: it is no news. */
  readonly past: Map<string, number>;
  /** Of alerts that began before it, the window need not know. */
  sinceMs: number;
  readonly groups: Map<GroupId, Group>;
  /** One queue for each time of review, and one for the end. */
  readonly reviews: readonly DueQueue<Member>[];
  readonly settling: DueQueue<Member>;
  readonly tests: ChangeTests;
  /** Rules of users, what they have counted, and which group each of their groups has become. */
  readonly rules: readonly CompiledRule[];
  readonly ruleState: RuleState;
  readonly ruleHomes: Map<string, GroupId>;
  /** Alerts that wait at a place, in the order of their coming; see burst.ts. */
  readonly waitingAt: Map<string, Member[]>;
  /** Decisions of the step that is going on. */
  out: Decision[];
  nextGroup: number;
  nowMs: number;
  tickMs: number;
  sweptMs: number;
  /** While the past is told, nothing is decided. */
  restoring: boolean;
  /** Whether people have set any of its incidents apart. */
  anyApart: boolean;
}

/** An empty window. */
export function createWindow(topology: Topology, parameters: EngineParameters, rules: readonly CompiledRule[], learned: LearnedPairs): EngineWindow {
  const graph = createServiceGraph(topology, parameters.hopDecay);
  const habits = createHabits(parameters.habitMs);
  return {
    parameters, graph, habits, reader: createSignalReader(topology, graph), weigher: createWeigher(parameters, graph, habits, learned), learned,
    changes: createRecentChanges(parameters.changeMs), index: createNodeIndex(), members: new Map(), past: new Map(), sinceMs: 0, groups: new Map(),
    reviews: parameters.reviewMs.map(() => createDueQueue<Member>()), settling: createDueQueue<Member>(),
    waitingAt: new Map(), rules, ruleState: emptyRuleState(), ruleHomes: new Map(), tests: { byRoot: new Map(), byNode: new Map() }, out: [], nextGroup: 1, nowMs: 0, tickMs: 0, sweptMs: 0, restoring: false, anyApart: false,
  };
}
