/** Deploys and other changes of the last hours: what was altered shortly before is suspected first. */
import type { ChangeEvent } from '../../catalog/index.ts';
import type { Signal } from './signal.ts';

export interface RecentChanges {
  note(change: ChangeEvent): void;
  /** The change of a service shortly before a time; the newest. */
  before(service: string, atMs: number, cluster: string | null): ChangeEvent | undefined;
  /** Log-odds by which a change speaks for a node. */
  bonus(node: string, atMs: number): number;
  /** A change that may be behind this very alert. */
  behind(signal: Signal): ChangeEvent | undefined;
}

const MAX_CHANGES = 2_000;
/** Clocks of deploy tools and of monitoring do not quite agree. */
const CLOCK_MS = 60_000;
const CHANGE_BONUS = 3;

/** Keeps the newest changes by service. */
export function createRecentChanges(changeMs: number): RecentChanges {
  const byService = new Map<string, ChangeEvent[]>();
  const order: ChangeEvent[] = [];
  const known = new Set<string>();

  function before(service: string, atMs: number, cluster: string | null): ChangeEvent | undefined {
    return byService.get(service)?.findLast((change) => {
      const lead = atMs - change.at.getTime();
      const here = cluster === null || change.clusters.length === 0 || change.clusters.includes(cluster);
      return here && lead > -CLOCK_MS && lead < changeMs;
    });
  }

  return {
    note(change) {
      if (change.service === null || known.has(change.id)) return;
      known.add(change.id);
      order.push(change);
      const list = byService.get(change.service) ?? [];
      list.push(change);
      byService.set(change.service, list);
      if (order.length <= MAX_CHANGES) return;
      const oldest = order.shift();
      if (oldest === undefined || oldest.service === null) return;
      known.delete(oldest.id);
      const left = (byService.get(oldest.service) ?? []).filter((other) => other !== oldest);
      if (left.length === 0) byService.delete(oldest.service);
      else byService.set(oldest.service, left);
    },
    before,
    bonus: (node, atMs) => (before(node, atMs, null) === undefined ? 0 : CHANGE_BONUS),
    behind: (signal) => (signal.blamed.length > 0 ? undefined : before(signal.node, signal.onsetMs, signal.cluster)),
  };
}
