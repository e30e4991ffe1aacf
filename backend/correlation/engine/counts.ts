/** Counting: bags of names, and how fast something comes. */

/** So many leaders are found without sorting all. */
const FEW = 16;
const NOTHING: ReadonlyMap<string, number> = new Map();

/** How often each name came. Entries at zero are removed, so a bag is as large as what it holds. */
export class Bag {
  /** Made with the first name: most bags of most groups stay empty. */
  private map: Map<string, number> | null = null;
  total = 0;

  get counts(): ReadonlyMap<string, number> {
    return this.map ?? NOTHING;
  }

  get(name: string): number {
    return this.map === null ? 0 : (this.map.get(name) ?? 0);
  }

  add(name: string, by = 1): void {
    const next = this.get(name) + by;
    this.total += by;
    if (next > 1e-9) (this.map ??= new Map<string, number>()).set(name, next);
    else this.map?.delete(name);
  }

  addAll(other: Bag): void {
    for (const [name, count] of other.counts) this.add(name, count);
  }

  /** The names that came most, at most so many; ties by name. One walk: the few that lead are kept in order. */
  top(most: number): string[] {
    if (most > FEW) return [...this.counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most).map(([name]) => name);
    const names: string[] = [];
    const counts: number[] = [];
    for (const [name, count] of this.counts) {
      let at = names.length;
      for (; at > 0; at -= 1) {
        const other = counts[at - 1] ?? 0;
        if (other > count || (other === count && (names[at - 1] ?? '') < name)) break;
      }
      if (at >= most) continue;
      names.splice(at, 0, name);
      counts.splice(at, 0, count);
      if (names.length > most) {
        names.pop();
        counts.pop();
      }
    }
    return names;
  }

  /** Both together, as a new bag. */
  static union(a: Bag, b: Bag): Bag {
    const both = new Bag();
    both.addAll(a);
    both.addAll(b);
    return both;
  }
}

const BIN_MS = 120_000;
/** Beyond so many lives nothing counts any more. */
const REACH_LIVES = 5;
const MOST_BINS = 16;
/** Weights of the bins by how long a pace remembers: the same for every group. */
const WEIGHTS = new Map<number, readonly number[]>();

function weightsFor(lifeMs: number): readonly number[] {
  const known = WEIGHTS.get(lifeMs);
  if (known !== undefined) return known;
  const made = Array.from({ length: Math.min(MOST_BINS, Math.ceil((REACH_LIVES * lifeMs) / BIN_MS)) }, (_, bin) => Math.exp((-bin * BIN_MS) / lifeMs));
  if (WEIGHTS.size < 64) WEIGHTS.set(lifeMs, made);
  return made;
}

/** When something came, in bins of two minutes; tells the pace around any time of the last hours. */
export class Pace {
  private readonly bins = new Map<number, number>();
  private newest = 0;
  private readonly weights: readonly number[];
  private readonly keepBins: number;
  /** The bin read last and what it gave, until something is added. */
  private readBin = -1;
  private readValue = 0;

  constructor(lifeMs: number, keepMs: number) {
    this.weights = weightsFor(lifeMs);
    this.keepBins = Math.ceil(keepMs / BIN_MS);
  }

  add(atMs: number, by = 1): void {
    const bin = Math.floor(atMs / BIN_MS);
    this.readBin = -1;
    const next = (this.bins.get(bin) ?? 0) + by;
    if (next > 0) this.bins.set(bin, next);
    else this.bins.delete(bin);
    if (bin <= this.newest) return;
    this.newest = bin;
    if (this.bins.size > this.keepBins) for (const old of this.bins.keys()) if (old < bin - this.keepBins) this.bins.delete(old);
  }

  addAll(other: Pace): void {
    for (const [bin, count] of other.bins) this.add(bin * BIN_MS, count);
  }

  /** Weighted count before `atMs`, or after it where that is more: an early sign is judged by what followed. */
  read(atMs: number): number {
    const bin = Math.floor(atMs / BIN_MS);
    if (bin === this.readBin) return this.readValue;
    const here = this.bins.get(bin) ?? 0;
    if (this.bins.size === (here > 0 ? 1 : 0)) return here;
    let before = here;
    let after = here;
    for (let step = 1; step < this.weights.length; step += 1) {
      const weight = this.weights[step] ?? 0;
      before += (this.bins.get(bin - step) ?? 0) * weight;
      after += (this.bins.get(bin + step) ?? 0) * weight;
    }
    this.readBin = bin;
    this.readValue = Math.max(before, after);
    return this.readValue;
  }
}
