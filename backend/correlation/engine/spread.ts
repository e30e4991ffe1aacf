/** How trouble at one place shows at the others. */

/** A cause fails, and its callers suffer, less with each call, or all alike; or it is flooded, and floods what it calls. */
export const MODES = ['failure', 'cascade', 'load'] as const;
export type Mode = (typeof MODES)[number];

export interface Spread {
  /** Share of alerts expected at each place. The shares sum up to one. */
  readonly at: ReadonlyMap<string, number>;
  /** Share of a place's alerts that name what it cannot reach, where it differs from a victim's. */
  readonly complains: ReadonlyMap<string, number>;
  /** Steps from the cause: complaints point one step towards it. */
  readonly steps: ReadonlyMap<string, number>;
  /** Racks in the reach of a failed switch or cluster; null for other causes. */
  readonly racks: ReadonlySet<string> | null;
}

/** What a spread is computed from. */
export interface Surroundings {
  readonly callers: (node: string) => ReadonlySet<string>;
  readonly dependencies: (node: string) => ReadonlySet<string>;
  /** Racks, hosts and services that hang on a switch. */
  readonly onSwitch: (node: string) => { readonly racks: ReadonlySet<string>; readonly hosts: readonly string[]; readonly services: readonly string[]; readonly cluster: string | null };
  readonly inCluster: (node: string) => { readonly switches: readonly string[]; readonly services: readonly string[] };
  readonly onHost: (node: string) => readonly string[];
}

const MAX_HOPS = 5;
/** Trouble that has come to so many places is followed no further than this. */
const WIDE = 12;
const HOPS_WHEN_WIDE = 3;
/** Places in a spread at most. */
export const MAX_REACH = 400;
/** A database that is hammered by its failing caller, and the like; and what a flooded service floods. */
const CALLEE_SHARE = 0.15;
const FLOODED_SHARE = 0.6;
/** Share of alerts that accuse somebody: of a cause and what it hammers, and of what it floods. */
const CALM = 0.03;
const FLOODED = 0.1;

interface Draft {
  readonly at: Map<string, number>;
  readonly complains: Map<string, number>;
  readonly steps: Map<string, number>;
}

function note(draft: Draft, node: string, share: number, step: number): void {
  if (draft.at.size >= MAX_REACH) return;
  draft.at.set(node, Math.max(share, draft.at.get(node) ?? 0));
  if (!draft.steps.has(node)) draft.steps.set(node, step);
}

/** Adds the callers of `from`, each hop weaker. */
function addCallers(draft: Draft, around: Surroundings, from: readonly string[], hops: number, decay: number): void {
  let frontier = from;
  for (let hop = 1; hop <= hops && frontier.length > 0 && (hop <= HOPS_WHEN_WIDE || draft.at.size < WIDE); hop += 1) {
    const next: string[] = [];
    for (const node of frontier) {
      const share = (draft.at.get(node) ?? 0) * decay;
      const step = (draft.steps.get(node) ?? 0) + 1;
      for (const caller of around.callers(node)) {
        if (draft.at.has(caller)) continue;
        note(draft, caller, share, step);
        next.push(caller);
      }
    }
    frontier = next;
  }
}

function addCallees(draft: Draft, around: Surroundings, root: string, mode: Mode, decay: number): void {
  const seen = new Set([root]);
  let frontier = [root];
  for (let hop = 1; hop <= (mode === 'load' ? 2 : 1); hop += 1) {
    const next: string[] = [];
    for (const node of frontier) {
      for (const callee of around.dependencies(node)) {
        if (seen.has(callee)) continue;
        seen.add(callee);
        next.push(callee);
        note(draft, callee, mode === 'load' ? FLOODED_SHARE * decay ** (hop - 1) : CALLEE_SHARE, hop);
        draft.complains.set(callee, mode === 'load' ? FLOODED : CALM);
      }
    }
    frontier = next;
  }
}

function finish(draft: Draft, racks: ReadonlySet<string> | null): Spread {
  let total = 0;
  for (const share of draft.at.values()) total += share;
  for (const [node, share] of draft.at) draft.at.set(node, share / total);
  return { ...draft, racks };
}

function begin(root: string): Draft {
  return { at: new Map([[root, 1]]), complains: new Map([[root, CALM]]), steps: new Map([[root, 0]]) };
}

/** Spread of a failing or flooded service. */
export function spreadOfService(root: string, mode: Mode, around: Surroundings, decay: number): Spread {
  const draft = begin(root);
  addCallers(draft, around, [root], MAX_HOPS, decay);
  addCallees(draft, around, root, mode, decay);
  return finish(draft, null);
}

/** Spread of a host that is down. */
export function spreadOfHost(root: string, around: Surroundings): Spread {
  const draft = begin(root);
  for (const service of around.onHost(root)) note(draft, service, 0.5, 1);
  return finish(draft, null);
}

/** Spread of a rack's switch: its hosts, what runs on them, and who calls that. */
export function spreadOfSwitch(root: string, around: Surroundings, decay: number): Spread {
  const draft = begin(root);
  const { racks, hosts, services, cluster } = around.onSwitch(root);
  for (const host of hosts) note(draft, host, 0.5, 1);
  if (cluster !== null) note(draft, cluster, 0.5, 1);
  for (const service of services) note(draft, service, 0.5, 1);
  addCallers(draft, around, services, 1, decay);
  return finish(draft, racks);
}

/** Spread of a whole cluster: all its switches, hosts and services. */
export function spreadOfCluster(root: string, around: Surroundings, decay: number): Spread {
  const draft = begin(root);
  const racks = new Set<string>();
  const { switches, services } = around.inCluster(root);
  for (const device of switches) {
    note(draft, device, 0.5, 0);
    const on = around.onSwitch(device);
    for (const rack of on.racks) racks.add(rack);
    for (const host of on.hosts) note(draft, host, 0.3, 1);
  }
  for (const service of services) note(draft, service, 0.5, 1);
  addCallers(draft, around, services, 1, decay);
  return finish(draft, racks);
}
