/** Ways through the call graph. */
import type { CallGraph } from './model.ts';

export interface Calls {
  readonly nodes: ReadonlySet<string>;
  calleesOf(node: string): readonly string[];
  /** Whether anything is known of who calls it or is called by it. Without that, all others count as called, and no way is missing. */
  readonly isStartKnown: boolean;
  /** The shortest way along calls from where the trouble was noticed, both ends included; null when there is none. */
  pathTo(node: string): readonly string[] | null;
}

/** Looks the graph over from one node. Edges of nodes that the graph does not name count too. */
export function callsFrom(graph: CallGraph, start: string): Calls {
  const callees = new Map<string, Set<string>>(graph.nodes.map((node) => [node, new Set<string>()]));
  for (const [caller, callee] of graph.edges) {
    for (const node of [caller, callee]) if (!callees.has(node)) callees.set(node, new Set());
    if (caller !== callee) callees.get(caller)?.add(callee);
  }
  if (!callees.has(start)) callees.set(start, new Set());
  const isStartKnown = (callees.get(start)?.size ?? 0) > 0 || [...callees.values()].some((set) => set.has(start));
  const cameFrom = new Map<string, string | null>([[start, null]]);
  const waiting = [start];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    for (const callee of callees.get(node) ?? []) {
      if (cameFrom.has(callee)) continue;
      cameFrom.set(callee, node);
      waiting.push(callee);
    }
  }
  const lists = new Map([...callees].map(([node, set]) => [node, [...set]]));
  if (!isStartKnown) lists.set(start, [...callees.keys()].filter((node) => node !== start));
  return {
    nodes: new Set(callees.keys()),
    isStartKnown,
    calleesOf: (node) => lists.get(node) ?? [],
    pathTo(node) {
      if (!cameFrom.has(node)) return null;
      const path: string[] = [];
      for (let at: string | null = node; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
      return path;
    },
  };
}
