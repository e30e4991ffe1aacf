/** Finds the groups that may explain an alert at a node, without looking at the others. */
import type { Group } from './group.ts';

export interface NodeIndex {
  /** Files a group under the nodes that it reaches now. */
  file(group: Group, reach: ReadonlySet<string>): void;
  remove(group: Group): void;
  at(node: string): Iterable<Group>;
}

/** Groups of one node at most; held ones give way first. */
const MAX_AT_NODE = 24;
const NONE: ReadonlySet<Group> = new Set();

/** An empty index. */
export function createNodeIndex(): NodeIndex {
  const byNode = new Map<string, Set<Group>>();

  function take(node: string, group: Group): void {
    const set = byNode.get(node);
    set?.delete(group);
    if (set?.size === 0) byNode.delete(node);
  }

  function put(node: string, group: Group): void {
    const set = byNode.get(node);
    if (set === undefined) {
      byNode.set(node, new Set([group]));
      return;
    }
    if (set.size >= MAX_AT_NODE && !set.has(group)) {
      let oldest: Group | undefined;
      for (const other of set) if (!other.opened && (oldest === undefined || other.order < oldest.order)) oldest = other;
      if (oldest === undefined) return;
      set.delete(oldest);
    }
    set.add(group);
  }

  return {
    file(group, reach) {
      for (const node of group.reach) if (!reach.has(node)) take(node, group);
      for (const node of reach) put(node, group);
      group.reach = reach;
    },
    remove(group) {
      for (const node of group.reach) take(node, group);
      group.reach = new Set();
    },
    at: (node) => byNode.get(node) ?? NONE,
  };
}
