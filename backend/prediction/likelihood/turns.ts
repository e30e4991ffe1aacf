/**
 * When a service turns from fine to seriously broken, as the alert stream itself tells it: several different grave alerts
 * of it at once after a calm time, while nothing that it depends on broke just before. This is what prediction learns
 * from where nobody says which incident had which cause.
 */
import type { Reach } from './reach.ts';
import type { Sighting } from './sighting.ts';

export interface TurnsSnapshot {
  readonly grave: readonly (readonly [string, readonly (readonly [string, number])[]])[];
  readonly turned: readonly (readonly [string, number])[];
}

export interface Turns {
  /** Takes a grave alert; true when with it the service turns. */
  note(sighting: Sighting): boolean;
  /** A turn known from elsewhere, such as a confirmed cause of an incident. False when it is known already. */
  tell(service: string, atMs: number): boolean;
  /** Whether the service turned lately: what comes is no news then. */
  isBroken(service: string, atMs: number): boolean;
  forget(atMs: number): void;
  snapshot(): TurnsSnapshot;
}

/** Different grave alerts within this time make a turn. */
const TOGETHER_MS = 10 * 60_000;
const TOGETHER = 3;
/** A service is broken this long after its turn; another turn needs a calm time in between. */
const BROKEN_MS = 60 * 60_000;
/** Who depends on what broke this shortly before was dragged along. */
const DRAGGED_MS = 20 * 60_000;

/** Watches grave alerts by service. */
export function createTurns(reach: Reach, from?: TurnsSnapshot): Turns {
  const grave = new Map<string, Map<string, number>>((from?.grave ?? []).map(([service, series]) => [service, new Map(series)]));
  const turned = new Map<string, number>(from?.turned ?? []);

  function isBroken(service: string, atMs: number): boolean {
    const since = turned.get(service);
    return since !== undefined && atMs - since <= BROKEN_MS;
  }

  return {
    note({ service, series, atMs }) {
      const list = grave.get(service) ?? new Map<string, number>();
      list.set(series, atMs);
      grave.set(service, list);
      let together = 0;
      for (const at of list.values()) if (atMs - at <= TOGETHER_MS) together += 1;
      if (together < TOGETHER) return false;
      const isNews = !isBroken(service, atMs);
      turned.set(service, isNews ? atMs : (turned.get(service) ?? atMs));
      if (!isNews) return false;
      for (const other of reach.dependencies(service)) {
        const since = turned.get(other);
        if (since !== undefined && atMs - since <= DRAGGED_MS) return false;
      }
      return true;
    },
    tell(service, atMs) {
      if (isBroken(service, atMs)) return false;
      turned.set(service, atMs);
      return true;
    },
    isBroken,
    forget(atMs) {
      for (const [service, list] of grave) {
        for (const [series, at] of list) if (atMs - at > TOGETHER_MS) list.delete(series);
        if (list.size === 0) grave.delete(service);
      }
      for (const [service, since] of turned) if (atMs - since > BROKEN_MS) turned.delete(service);
    },
    snapshot: () => ({ grave: [...grave].map(([service, series]) => [service, [...series]]), turned: [...turned] }),
  };
}
