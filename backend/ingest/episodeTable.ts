/**
 * A hash table of alert episodes in flat arrays: about 40 bytes an episode and nothing for the
 * garbage collector to walk, where a map of objects takes 300. Grows by doubling; forgets nothing.
 */

export interface EpisodeKey {
  readonly orgId: number;
  /** The 64 bits of the alert's key, as two signed halves. */
  readonly high: number;
  readonly low: number;
  readonly startsAtMs: number;
}

export interface Episode extends EpisodeKey {
  readonly contentHash: number;
  readonly repeats: number;
  readonly lastSeenMs: number;
}

export interface EpisodeTable {
  readonly size: () => number;
  /** Place of an episode, -1 when it is not here. Places change when something is put in. */
  find(key: EpisodeKey): number;
  /** Puts in an episode that is not here. */
  put(episode: Episode): void;
  contentHash(place: number): number;
  setContentHash(place: number, contentHash: number): void;
  addRepeat(place: number, seenMs: number): void;
  /** Takes the repeats of one place, for it to live on elsewhere. */
  takeAt(place: number): { readonly repeats: number; readonly lastSeenMs: number };
  /** Takes all repeats counted since the last call. */
  takeRepeats(): Episode[];
}

const FIRST_CAPACITY = 1024;
const MAX_LOAD = 0.8;

/** An organisation of 0 marks a free place. */
function makeArrays(capacity: number) {
  return {
    orgId: new Int32Array(capacity), high: new Int32Array(capacity), low: new Int32Array(capacity), startsAtMs: new Float64Array(capacity),
    contentHash: new Float64Array(capacity), repeats: new Uint32Array(capacity), lastSeenMs: new Float64Array(capacity),
  };
}

/** Makes an empty table. */
export function createEpisodeTable(): EpisodeTable {
  let capacity = FIRST_CAPACITY;
  let columns = makeArrays(capacity);
  let size = 0;
  /** Places with repeats to tell. */
  let touched: number[] = [];

  /** Where the episode is, or the free place where it belongs. */
  function probe(key: EpisodeKey): number {
    const { orgId, high, low, startsAtMs } = columns;
    // The key is part of a SHA-256 and needs no more mixing; episodes of one alert differ by their start.
    let place = (key.low ^ Math.imul(Math.floor(key.startsAtMs / 1000) | 0, 0x9e3779b1) ^ Math.imul(key.orgId, 0x85ebca6b)) & (capacity - 1);
    while (orgId[place] !== 0) {
      if (low[place] === key.low && high[place] === key.high && startsAtMs[place] === key.startsAtMs && orgId[place] === key.orgId) return place;
      place = (place + 1) & (capacity - 1);
    }
    return place;
  }

  function at(place: number): Episode {
    return {
      orgId: columns.orgId[place] ?? 0, high: columns.high[place] ?? 0, low: columns.low[place] ?? 0, startsAtMs: columns.startsAtMs[place] ?? 0,
      contentHash: columns.contentHash[place] ?? 0, repeats: columns.repeats[place] ?? 0, lastSeenMs: columns.lastSeenMs[place] ?? 0,
    };
  }

  function set(place: number, episode: Episode): void {
    columns.orgId[place] = episode.orgId;
    columns.high[place] = episode.high;
    columns.low[place] = episode.low;
    columns.startsAtMs[place] = episode.startsAtMs;
    columns.contentHash[place] = episode.contentHash;
    columns.repeats[place] = episode.repeats;
    columns.lastSeenMs[place] = episode.lastSeenMs;
    if (episode.repeats > 0) touched.push(place);
  }

  function grow(): void {
    const before = columns;
    const places = capacity;
    const episodes = Array.from({ length: places }, (_, place) => place).filter((place) => before.orgId[place] !== 0).map(at);
    capacity = places * 2;
    columns = makeArrays(capacity);
    touched = [];
    for (const episode of episodes) set(probe(episode), episode);
  }

  return {
    size: () => size,
    find(key) {
      const place = probe(key);
      return columns.orgId[place] === 0 ? -1 : place;
    },
    put(episode) {
      if (size + 1 > capacity * MAX_LOAD) grow();
      set(probe(episode), episode);
      size += 1;
    },
    contentHash: (place) => columns.contentHash[place] ?? 0,
    setContentHash(place, contentHash) {
      columns.contentHash[place] = contentHash;
    },
    addRepeat(place, seenMs) {
      const before = columns.repeats[place] ?? 0;
      if (before === 0) touched.push(place);
      columns.repeats[place] = before + 1;
      columns.lastSeenMs[place] = seenMs;
    },
    takeAt(place) {
      const taken = { repeats: columns.repeats[place] ?? 0, lastSeenMs: columns.lastSeenMs[place] ?? 0 };
      columns.repeats[place] = 0;
      return taken;
    },
    takeRepeats() {
      const taken = touched.map(at).filter((episode) => episode.repeats > 0);
      for (const place of touched) columns.repeats[place] = 0;
      touched = [];
      return taken;
    },
  };
}
