/**
 * What experience teaches: after which rules and at which services trouble came within the horizon, and how often the
 * probabilities that were given have come true. Each question (a service stirs, what comes of it?) is answered once, when its horizon is over.
 */
export interface Question {
  readonly service: string;
  readonly atMs: number;
  readonly probability: number;
  readonly rules: readonly string[];
}

export interface LessonsSnapshot {
  readonly open: readonly (Question & { readonly hit: boolean })[];
  readonly counts: readonly (readonly [string, number, number])[];
  readonly asked: number;
  readonly hits: number;
  readonly expected: number;
}

export interface Lessons {
  /** Remembers a question, unless one of the same service is open. */
  ask(question: Question): void;
  /** A service has turned: answers the questions that it was long enough before. */
  turned(service: string, atMs: number): void;
  /** Closes what has waited for longer than the horizon. */
  close(atMs: number): void;
  /** How much more often than usual trouble came after these rules, or at this service: log of odds, shrunk towards 0. */
  lesson(rules: readonly string[], service: string): number;
  /** Log of how much more often trouble came than was said; shrunk towards 0. */
  correction(): number;
  snapshot(): LessonsSnapshot;
}

/** Trouble that comes sooner than this was not foreseen, and later than that not by this. */
const SOONEST_MS = 60_000;
export const HORIZON_MS = 45 * 60_000;
/** Questions' worth of doubt in every lesson, and expected hits' worth in the correction. */
const DOUBT = 4;
const CORRECTION_DOUBT = 5;
/** Before anything was answered: the share of questions after which trouble came; see prior.ts. */
const USUAL = 0.06;
const USUAL_DOUBT = 50;
const MOST = 1.5;
const MAX_COUNTS = 50_000;

function keyOf(kind: 'rule' | 'service', name: string): string {
  return `${kind}/${name}`;
}

/** Starts with nothing learned, or with a snapshot. */
export function createLessons(from?: LessonsSnapshot): Lessons {
  let open: { question: Question; hit: boolean }[] = (from?.open ?? []).map(({ hit, ...question }) => ({ question, hit }));
  const counts = new Map<string, { asked: number; hits: number }>((from?.counts ?? []).map(([key, asked, hits]) => [key, { asked, hits }]));
  let { asked, hits, expected } = from ?? { asked: 0, hits: 0, expected: 0 };

  function count(key: string, hit: boolean): void {
    const known = counts.get(key) ?? { asked: 0, hits: 0 };
    known.asked += 1;
    if (hit) known.hits += 1;
    counts.delete(key);
    counts.set(key, known);
    if (counts.size > MAX_COUNTS) counts.delete(counts.keys().next().value ?? '');
  }

  function usual(): number {
    return (hits + USUAL * USUAL_DOUBT) / (asked + USUAL_DOUBT);
  }

  /** Log odds of trouble after this against the usual. */
  function oddsOf(key: string): number {
    const known = counts.get(key);
    if (known === undefined) return 0;
    const share = usual();
    const shrunk = (known.hits + share * DOUBT) / (known.asked + DOUBT);
    return Math.log(shrunk / (1 - shrunk)) - Math.log(share / (1 - share));
  }

  return {
    ask(question) {
      if (!open.some((other) => other.question.service === question.service)) open.push({ question, hit: false });
    },
    turned(service, atMs) {
      for (const waiting of open) {
        const lead = atMs - waiting.question.atMs;
        if (waiting.question.service === service && lead >= SOONEST_MS && lead <= HORIZON_MS) waiting.hit = true;
      }
    },
    close(atMs) {
      const due = open.filter(({ question }) => atMs - question.atMs > HORIZON_MS);
      if (due.length === 0) return;
      open = open.filter(({ question }) => atMs - question.atMs <= HORIZON_MS);
      for (const { question, hit } of due) {
        asked += 1;
        expected += question.probability;
        if (hit) hits += 1;
        for (const rule of question.rules) count(keyOf('rule', rule), hit);
        count(keyOf('service', question.service), hit);
      }
    },
    lesson(rules, service) {
      const ofRules = rules.length === 0 ? 0 : Math.max(...rules.map((rule) => oddsOf(keyOf('rule', rule))));
      return Math.max(-MOST, Math.min(MOST, ofRules + oddsOf(keyOf('service', service))));
    },
    correction: () => Math.log((hits + CORRECTION_DOUBT) / (expected + CORRECTION_DOUBT)),
    snapshot: () => ({
      open: open.map(({ question, hit }) => ({ ...question, hit })), counts: [...counts].map(([key, known]) => [key, known.asked, known.hits]), asked, hits, expected,
    }),
  };
}
