/** First in, first out, with a time for each; the times must not go back. */
export interface DueQueue<Item> {
  push(item: Item, dueMs: number): void;
  /** Takes the first one if it is due. */
  take(nowMs: number): Item | undefined;
  /** Takes the first one, due or not. */
  takeFirst(): Item | undefined;
  /** Takes away the first ones that nobody waits for any more. */
  dropWhile(isGone: (item: Item) => boolean): void;
  readonly nextDueMs: number;
  readonly size: number;
}

const COMPACT_AT = 4_096;

export function createDueQueue<Item>(): DueQueue<Item> {
  let items: Item[] = [];
  let dues: number[] = [];
  let head = 0;

  function takeFirst(): Item | undefined {
    if (head >= items.length) return undefined;
    const item = items[head];
    head += 1;
    if (head >= COMPACT_AT && head * 2 >= items.length) {
      items = items.slice(head);
      dues = dues.slice(head);
      head = 0;
    }
    return item;
  }

  function nextDueMs(): number {
    return dues[head] ?? Infinity;
  }

  return {
    push: (item, dueMs) => {
      items.push(item);
      dues.push(dueMs);
    },
    take: (nowMs) => (nextDueMs() <= nowMs ? takeFirst() : undefined),
    takeFirst,
    dropWhile(isGone) {
      for (let item = items[head]; item !== undefined && isGone(item); item = items[head]) takeFirst();
    },
    get nextDueMs() {
      return nextDueMs();
    },
    get size() {
      return items.length - head;
    },
  };
}
