/**
 * Templates of log lines, mined online in the manner of Drain (He et al. 2017): lines of the same number of words that agree in most
 * of them are one template, with holes where they differ. One thing is otherwise: a word without digits becomes a hole only when several
 * templates differ in it alone. So "connection refused" is news where "connection closed" is known, and names of users are none.
 * What a line belongs to depends on the templates and their order only, so a miner that was stored goes on as if it had not been. Pure.
 */
import { HOLE, maskedText, messageOf, tokensOf } from './lineText.ts';
import { redacted } from './redact.ts';

export interface Template {
  readonly id: string;
  readonly tokens: readonly string[];
  /** Older ones come first. */
  readonly order: number;
}

export interface Mined {
  readonly template: Template;
  /** `variant`: known templates with a hole more, so nothing newer than they are. */
  readonly is: 'known' | 'new' | 'variant';
  /** The templates of which it is a variant. */
  readonly variantOf: readonly Template[];
}

export interface Miner {
  /** The template of a line; a new one has the order that is given. */
  mine(line: string, order: number): Mined;
  remove(id: string): void;
}

const CACHED = 5_000;
/** Siblings that differ in one and the same word make a hole of it; or so many that differ in several. */
const SIBLINGS = 3;
const COUSINS = 6;
/** Share of words in which cousins may differ. */
const APART = 0.4;

/** Two hashes of 32 bits side by side (after MurmurHash3's finaliser): the same for the same text everywhere. */
function idOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) + (b >>> 13);
  }
  const mixed = (hash: number): string => {
    let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0).toString(16).padStart(8, '0');
  };
  return mixed(a) + mixed(b);
}

function matches(template: readonly string[], tokens: readonly string[]): boolean {
  for (let at = 0; at < tokens.length; at += 1) {
    const expected = template[at];
    if (expected !== tokens[at] && expected !== HOLE) return false;
  }
  return true;
}

/** Places in which a line differs from a template; null where there are more than `most`. */
function differences(template: readonly string[], tokens: readonly string[], most: number): number[] | null {
  const places: number[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const expected = template[at];
    if (expected === tokens[at] || expected === HOLE) continue;
    if (places.length === most) return null;
    places.push(at);
  }
  return places;
}

interface Holes {
  readonly places: ReadonlySet<number>;
  readonly between: readonly Template[];
}

/** Words without holes where many templates differ from the line; null where they are too few. */
function holesFor(tokens: readonly string[], known: readonly Template[]): Holes | null {
  const most = Math.max(1, Math.floor(APART * tokens.length));
  const near = known.flatMap((template) => {
    const places = differences(template.tokens, tokens, most);
    return places === null ? [] : [{ template, places }];
  });
  const alone = new Map<number, number>();
  for (const { places } of near) {
    const [place, ...others] = places;
    if (place !== undefined && others.length === 0) alone.set(place, (alone.get(place) ?? 0) + 1);
  }
  for (const [place, siblings] of alone) {
    if (siblings < SIBLINGS || tokens.length < 2) continue;
    return { places: new Set([place]), between: near.filter(({ places }) => places.length === 1 && places[0] === place).map(({ template }) => template) };
  }
  if (near.length < COUSINS) return null;
  const differing = new Map<number, number>();
  for (const { places } of near) for (const place of places) differing.set(place, (differing.get(place) ?? 0) + 1);
  const holes = new Set([...differing].filter(([, count]) => 2 * count >= near.length).map(([place]) => place));
  const left = tokens.filter((token, place) => token !== HOLE && !holes.has(place)).length;
  return holes.size > 0 && 2 * left >= tokens.length ? { places: holes, between: near.map(({ template }) => template) } : null;
}

/** Makes a miner that knows some templates. `scope` tells its templates from those of other miners with the same words. */
export function createMiner(scope: string, known: Iterable<Template>): Miner {
  const byLength = new Map<number, Template[]>();
  const alive = new Set<string>();
  const cache = new Map<string, Template>();
  const add = (template: Template): void => {
    const others = byLength.get(template.tokens.length);
    if (others === undefined) byLength.set(template.tokens.length, [template]);
    else others.push(template);
    alive.add(template.id);
  };
  for (const template of [...known].sort((a, b) => a.order - b.order)) add(template);

  function remember(masked: string, template: Template): void {
    if (cache.size >= CACHED) cache.clear();
    cache.set(masked, template);
  }

  function made(tokens: readonly string[], order: number): Template {
    const id = idOf(`${scope}\n${tokens.join(' ')}`);
    const template = { id: alive.has(id) ? idOf(`${id} ${order}`) : id, tokens, order };
    add(template);
    return template;
  }

  return {
    mine(line, order) {
      const masked = maskedText(messageOf(line));
      const cached = cache.get(masked);
      if (cached !== undefined && alive.has(cached.id)) return { template: cached, is: 'known', variantOf: [] };
      const tokens = tokensOf(redacted(masked));
      const others = byLength.get(tokens.length) ?? [];
      const found = others.find((template) => matches(template.tokens, tokens));
      if (found !== undefined) {
        remember(masked, found);
        return { template: found, is: 'known', variantOf: [] };
      }
      const holes = holesFor(tokens, others);
      const template = made(holes === null ? tokens : tokens.map((token, place) => (holes.places.has(place) ? HOLE : token)), order);
      remember(masked, template);
      return { template, is: holes === null ? 'new' : 'variant', variantOf: holes?.between ?? [] };
    },
    remove(id) {
      alive.delete(id);
      for (const [length, templates] of byLength) {
        const left = templates.filter((template) => template.id !== id);
        if (left.length < templates.length) byLength.set(length, left);
      }
    },
  };
}
