/** Whose turn it is, of several who could be paged. Pure. */
import type { PickRule, UserKey } from '#contract';

/** Somebody who can be reached now and has not been asked at this step. */
export interface Candidate {
  readonly user: UserKey;
  /** Was paged at night a short while ago. */
  readonly isResting: boolean;
}

/** How often people of the pool were paged in their turn. */
export interface Turns {
  readonly pages: ReadonlyMap<UserKey, number>;
  /** Grows with every page; missing: never paged. */
  readonly lastPage: ReadonlyMap<UserKey, bigint>;
}

function leastLoaded(candidates: readonly Candidate[], turns: Turns): UserKey | null {
  const rank = (user: UserKey): readonly [number, bigint] => [turns.pages.get(user) ?? 0, turns.lastPage.get(user) ?? 0n];
  let best: UserKey | null = null;
  for (const { user } of candidates) {
    if (best === null) {
      best = user;
      continue;
    }
    const [pages, last] = rank(user);
    const [bestPages, bestLast] = rank(best);
    if (pages < bestPages || (pages === bestPages && last < bestLast)) best = user;
  }
  return best;
}

/** The first after whoever had the last turn, in the order of the pool, around its end. */
function nextInTurn(order: readonly UserKey[], candidates: readonly Candidate[], turns: Turns): UserKey | null {
  let last = -1;
  let newest = 0n;
  order.forEach((user, index) => {
    const page = turns.lastPage.get(user) ?? 0n;
    if (page > newest) [newest, last] = [page, index];
  });
  for (let distance = 1; distance <= order.length; distance += 1) {
    const user = order[(last + distance) % order.length];
    if (candidates.some((candidate) => candidate.user === user)) return user ?? null;
  }
  return null;
}

/**
 * Who is to be paged. `order` is the whole pool as people take turns, `candidates` those of it who can be asked. Who rests
 * is left out while another one is there, and catches up later. Everybody of the pool gets as many pages as the others,
 * give or take one, as long as they can be reached.
 */
export function pickPeople(pick: PickRule, order: readonly UserKey[], candidates: readonly Candidate[], turns: Turns): UserKey[] {
  if (pick === 'all') return candidates.map(({ user }) => user);
  const awake = candidates.filter(({ isResting }) => !isResting);
  const asked = awake.length > 0 ? awake : candidates;
  const chosen = pick === 'least_loaded' ? leastLoaded(asked, turns) : nextInTurn(order, asked, turns);
  return chosen === null ? [] : [chosen];
}

/**
 * The turns with those who are new in the pool. They begin with as few pages as anybody has: with none they would be called
 * until they have caught up.
 */
export function withNewcomers(turns: Turns, people: readonly UserKey[]): Turns {
  const counts = people.flatMap((user) => turns.pages.get(user) ?? []);
  const first = counts.length === 0 ? 0 : Math.min(...counts);
  return { ...turns, pages: new Map([...turns.pages, ...people.flatMap((user) => (turns.pages.has(user) ? [] : [[user, first] as const]))]) };
}
