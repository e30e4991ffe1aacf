/**
 * Takes secrets out of texts, also when they are encoded or come in pieces. All patterns are followed at once, character by
 * character; what may still become a secret is held back, and nothing else is. Pure.
 */
import { patternsOf, type Pattern } from './maskPatterns.ts';

/** What stands where a secret was. */
export const MASK = '***';

export interface Masker {
  /** The text without the secrets. */
  mask(text: string): string;
  /** For a text that comes in pieces, wherever it is cut. */
  stream(): { push(text: string): string; /** What was held back. */ end(): string };
}

/** One way through one pattern: at which place it is, and what is left of the spelling there. */
interface Trail {
  readonly pattern: number;
  readonly place: number;
  readonly rest: string;
  /** Where in the whole text it began. */
  readonly start: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Makes a masker for these values. */
export function createMasker(values: readonly string[]): Masker {
  const patterns = [...new Set(values)].flatMap(patternsOf).filter((pattern) => pattern.length > 0);
  const begins = new Map<string, number[]>();
  patterns.forEach((pattern, index) => {
    for (const first of pattern[0]?.keys() ?? []) begins.set(first, [...(begins.get(first) ?? []), index]);
  });

  function stream(): ReturnType<Masker['stream']> {
    let trails: Trail[] = [];
    let ranges: Range[] = [];
    /** What was not given yet, and where it begins in the whole text. */
    let held = '';
    let given = 0;
    let seen = 0;
    /** The last thing that was given was a mask. */
    let isMasked = false;

    function note(range: Range): void {
      const touched = ranges.filter((other) => other.end >= range.start && other.start <= range.end);
      const merged = { start: Math.min(range.start, ...touched.map((other) => other.start)), end: Math.max(range.end, ...touched.map((other) => other.end)) };
      ranges = [...ranges.filter((other) => !touched.includes(other)), merged].sort((a, b) => a.start - b.start);
    }

    function step(character: string): void {
      const next = new Map<string, Trail>();
      // Of two trails in the same place the one that began earlier hides more.
      function keep(trail: Trail): void {
        const key = `${trail.pattern} ${trail.place} ${trail.rest}`;
        const other = next.get(key);
        if (other === undefined || other.start > trail.start) next.set(key, trail);
      }
      function read(rest: string, pattern: number, place: number, start: number): void {
        if (rest !== '') keep({ pattern, place, rest, start });
        else if (place + 1 === (patterns[pattern]?.length ?? 0)) note({ start, end: seen + 1 });
        else keep({ pattern, place: place + 1, rest: '', start });
      }
      for (const trail of trails) {
        if (trail.rest !== '') {
          if (trail.rest.startsWith(character)) read(trail.rest.slice(1), trail.pattern, trail.place, trail.start);
          continue;
        }
        for (const rest of placeAt(trail.pattern, trail.place)?.get(character) ?? []) read(rest, trail.pattern, trail.place, trail.start);
      }
      for (const pattern of begins.get(character) ?? []) {
        for (const rest of placeAt(pattern, 0)?.get(character) ?? []) read(rest, pattern, 0, seen);
      }
      trails = next.size === 0 ? NONE : [...next.values()];
    }

    function giveUntil(limit: number): string {
      let out = '';
      while (given < limit) {
        const range = ranges[0];
        const clear = Math.min(limit, range?.start ?? limit);
        if (given < clear) {
          out += held.slice(0, clear - given);
          held = held.slice(clear - given);
          given = clear;
          isMasked = false;
        }
        if (range === undefined || given >= limit) continue;
        if (!isMasked) out += MASK;
        isMasked = true;
        const end = Math.min(limit, range.end);
        held = held.slice(end - given);
        given = end;
        if (end === range.end) ranges = ranges.slice(1);
      }
      return out;
    }

    return {
      push(text) {
        if (patterns.length === 0) return text;
        held += text;
        // By UTF-16 units, since a text may be cut between two of one character.
        for (let index = 0; index < text.length; index += 1) {
          const character = text.charAt(index);
          if (trails.length > 0 || begins.has(character)) step(character);
          seen += 1;
        }
        return giveUntil(trails.reduce((least, trail) => Math.min(least, trail.start), seen));
      },
      end() {
        trails = NONE;
        return giveUntil(seen);
      },
    };
  }

  function placeAt(pattern: number, place: number): Pattern[number] | undefined {
    return patterns[pattern]?.[place];
  }

  return {
    stream,
    mask(text) {
      const one = stream();
      return one.push(text) + one.end();
    },
  };
}

const NONE: Trail[] = [];
