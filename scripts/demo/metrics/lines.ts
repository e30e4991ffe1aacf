/** The simulated shop's log lines. They follow from the story alone. Pure. */
import type { StandInLine } from '../../../tests/detection/loki.ts';
import { noise } from './shopLike.ts';
import { outageShare, type Story } from './story.ts';

/** The query of the demo's detector of patterns. */
export const LOG_QUERY = '{namespace="shop"}';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A kind of line: who writes it, how often, and when it is written at all. */
interface Kind {
  readonly service: string;
  readonly everyMs: number;
  readonly text: (number: number) => string;
  readonly isWritten?: (story: Story, atMs: number) => boolean;
}

const inOutage = (service: string) => (story: Story, atMs: number): boolean => outageShare(story, service, atMs, SECOND_MS) > 0;
const digits = (number: number, below: number): number => Math.floor(noise(number) * below);

const KINDS: readonly Kind[] = [
  { service: 'checkout', everyMs: 2 * MINUTE_MS, text: (n) => `level=info msg="order placed" order=${100_000 + digits(n, 900_000)} took=${80 + digits(n + 1, 300)}ms` },
  { service: 'payments', everyMs: 7 * MINUTE_MS, text: (n) => `level=warn msg="card declined, told the customer" attempt=${1 + digits(n, 3)} provider=cards-${1 + digits(n + 2, 4)}` },
  { service: 'search-indexer', everyMs: 5 * MINUTE_MS, text: (n) => `level=info msg="segment merged" segment=${digits(n, 90_000)} took=${200 + digits(n + 3, 4_000)}ms` },
  { service: 'storefront', everyMs: 3 * MINUTE_MS, text: (n) => `level=info msg="page rendered" page=/p/${digits(n, 40_000)} status=200 took=${20 + digits(n + 4, 200)}ms` },
  // New since a day and a half: somebody in shadow saw it.
  {
    service: 'search-indexer', everyMs: 9 * MINUTE_MS, text: (n) => `level=error msg="old segments could not be removed: permission denied" segment=${digits(n, 90_000)}`,
    isWritten: ({ begunMs }, atMs) => atMs > begunMs - 16 * HOUR_MS,
  },
  { service: 'payments-db', everyMs: 4 * SECOND_MS, text: (n) => `FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute (client 10.20.${digits(n, 250)}.${digits(n + 5, 250)})`, isWritten: inOutage('payments-db') },
  { service: 'payments', everyMs: 5 * SECOND_MS, text: (n) => `level=error msg="no connection to payments-db within 30 s" pool=main waiting=${20 + digits(n, 400)}`, isWritten: inOutage('payments') },
];

/** Lines in `[fromMs, toMs)`, in order of time. */
export function shopLines(story: Story, fromMs: number, toMs: number): StandInLine[] {
  const lines = KINDS.flatMap(({ service, everyMs, text, isWritten }, kind) => {
    const own: StandInLine[] = [];
    for (let number = Math.ceil((fromMs - kind * 1_500) / everyMs); number * everyMs + kind * 1_500 < toMs; number += 1) {
      const atMs = number * everyMs + kind * 1_500;
      if (isWritten === undefined || isWritten(story, atMs)) own.push({ atMs, text: text(number), labels: { service_name: service, namespace: 'shop' } });
    }
    return own;
  });
  return lines.sort((a, b) => a.atMs - b.atMs);
}
