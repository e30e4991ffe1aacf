/**
 * Work that looks through everything there is, one round at a time. Asked for during a round it does one more
 * afterwards, however often it was asked: so rounds that take longer than the time between them never pile up.
 */
export interface Rounds {
  /** Resolves when a round is done that began after the call. */
  next(): Promise<void>;
  /** Resolves when no round is under way; never rejects. */
  idle(): Promise<void>;
}

/** Makes it over one round. */
export function createRounds(round: () => Promise<void>): Rounds {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;

  async function afterThat(before: Promise<void>): Promise<void> {
    await before.catch(() => undefined);
    waiting = null;
    running = round();
    return running;
  }

  return {
    next() {
      waiting ??= afterThat(running);
      return waiting;
    },
    async idle() {
      await waiting?.catch(() => undefined);
      await running.catch(() => undefined);
    },
  };
}
