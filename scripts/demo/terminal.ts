/** What the demo prints: steps with the time they took, so that nobody wonders whether it still works. */

export interface Terminal {
  line(text?: string): void;
  /** Runs one step of the start: says that it began, that it goes on, and when it is done. */
  step<T>(label: string, work: () => Promise<T>): Promise<T>;
}

const STILL_WORKING_MS = 5_000;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** A terminal over an output stream. */
export function createTerminal(out: { write(text: string): unknown }): Terminal {
  const line = (text = ''): void => void out.write(`${text}\n`);
  return {
    line,
    async step(label, work) {
      const startedAt = performance.now();
      line(`  ${label} …`);
      const timer = setInterval(() => line(`    still at it after ${seconds(performance.now() - startedAt)}`), STILL_WORKING_MS);
      try {
        const result = await work();
        const tookMs = performance.now() - startedAt;
        if (tookMs >= 1000) line(`    done in ${seconds(tookMs)}`);
        return result;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
