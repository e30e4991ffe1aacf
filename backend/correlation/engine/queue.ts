/** First in, first out, with a time for each; the times must not go back. */
export interface DueQueue<Item> {
  push(item: Item, dueMs: number): void;
  /** Takes the first one if it is due. */
  take(nowMs: number): Item | undefined;
  /** Takes the first one, due or not. */
  takeFirst(): Item | undefined;
  readonly nextDueMs: number;
  readonly size: number;
}

const COMPACT_AT = 4_096;

export function createDueQueue<Item>(): DueQueue<Item> {
  let entries: { readonly item: Item; readonly dueMs: number }[] = [];
  let head = 0;

  function takeFirst(): Item | undefined {
    const entry = entries[head];
    if (entry === undefined) return undefined;
    head += 1;
    if (head >= COMPACT_AT && head * 2 >= entries.length) {
      entries = entries.slice(head);
      head = 0;
    }
    return entry.item;
  }

  return {
    push: (item, dueMs) => {
      entries.push({ item, dueMs });
    },
    take: (nowMs) => ((entries[head]?.dueMs ?? Infinity) <= nowMs ? takeFirst() : undefined),
    takeFirst,
    get nextDueMs() {
      return entries[head]?.dueMs ?? Infinity;
    },
    get size() {
      return entries.length - head;
    },
  };
}
