/** Past incidents that are like one: by what their texts say, by services, symptoms and the mix of their alerts; with reasons. */
import { countsOf, createSpace, type Counts } from './space.ts';
import { conceptsAndStems, conceptsOf, gramsOf, headlineOf, openingOf, termsOf } from './terms.ts';

export interface IncidentDocument {
  readonly id: string;
  readonly title: string;
  /** Summary, notes, post-mortem: Markdown. */
  readonly text: string;
  readonly services?: readonly string[];
  readonly symptoms?: readonly string[];
  /** How many alerts of which template or rule. */
  readonly alerts?: Readonly<Record<string, number>>;
}

/** What is asked with: an incident that need not have everything yet. */
export type IncidentQuery = Partial<Omit<IncidentDocument, 'text'>> & { readonly text: string };

export interface SimilarIncident {
  readonly id: string;
  /** 0 to 1. */
  readonly similarity: number;
  readonly reasons: readonly { readonly kind: 'words' | 'services' | 'symptoms' | 'alerts'; readonly what: readonly string[] }[];
}

export interface Memory {
  /** The most similar first; the incident itself is left out where it is among the documents. */
  similarTo(query: IncidentQuery, limit: number): SimilarIncident[];
}

/** A word of the title counts as much as so many of the text. */
const TITLE = 2;
/** Parts of the similarity, where both sides have them; see docs/aiops.md. */
const WEIGHTS = { text: 1, services: 0.3, symptoms: 0.4, alerts: 0.4 } as const;
/** Two incidents that have nothing to do with each other are about this alike, since both are incidents: that counts for nothing. */
const BACKGROUND = 0.1;
const SHARED_WORDS = 6;
/** More are not compared: the work grows with the third power of their number. */
export const MOST_TOGETHER = 400;

interface Facets {
  readonly services: Counts;
  readonly symptoms: Counts;
  readonly alerts: Counts;
}

const FACETS = ['services', 'symptoms', 'alerts'] as const;

function featuresOf({ title = '', text }: IncidentQuery, read: (text: string) => string[]): Counts {
  return countsOf([[read(title), TITLE], [read(text), 1]]);
}

/** How texts are read; each way is an opinion of its own, and all count the same. */
const READERS = [conceptsAndStems, conceptsOf, gramsOf] as const;

/** With its opening for its text: that is where it says what happened, before timelines and what is to be done. */
function opened(document: IncidentDocument): IncidentDocument {
  return { ...document, text: openingOf(document.text) };
}

function facetsOf({ services = [], symptoms = [], alerts = {} }: IncidentQuery): Facets {
  return {
    services: new Map(services.map((name) => [name.toLowerCase(), 1])), symptoms: new Map(symptoms.map((name) => [name.toLowerCase(), 1])),
    alerts: new Map(Object.entries(alerts).filter(([, count]) => count > 0).map(([name, count]) => [name, 1 + Math.log(count)])),
  };
}

/** Words as they were most often written, for reasons. */
function spellings(texts: readonly string[]): ReadonlyMap<string, string> {
  const counted = new Map<string, Map<string, number>>();
  for (const text of texts) {
    for (const { stem, word } of termsOf(text)) {
      const written = counted.get(stem) ?? new Map<string, number>();
      written.set(word, (written.get(word) ?? 0) + 1);
      counted.set(stem, written);
    }
  }
  return new Map([...counted].map(([stem, words]) => [stem, [...words].reduce((best, each) => (each[1] > best[1] ? each : best))[0]]));
}

/** Weighted overlap: 1 where both have the same, 0 where nothing is shared; what is rare counts more. */
function overlap(a: Counts, b: Counts, rarity: (name: string) => number): number {
  let both = 0;
  let either = 0;
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    both += Math.min(a.get(name) ?? 0, b.get(name) ?? 0) * rarity(name);
    either += Math.max(a.get(name) ?? 0, b.get(name) ?? 0) * rarity(name);
  }
  return either === 0 ? 0 : both / either;
}

/** Remembers incidents, the oldest first; of more than 400 the newest. */
export function createMemory(known: readonly IncidentDocument[]): Memory {
  const documents = known.slice(-MOST_TOGETHER);
  const words = createSpace(documents.map((each) => featuresOf(each, conceptsAndStems)));
  const opinions = READERS.flatMap((read) => [
    { read, space: read === conceptsAndStems ? words : createSpace(documents.map((each) => featuresOf(each, read))) },
    { read, space: createSpace(documents.map((each) => featuresOf(opened(each), read))) },
  ]);
  const facets = documents.map(facetsOf);
  const spelled = spellings(documents.flatMap(({ title, text }) => [title, text]));
  const seen = new Map<string, number>();
  for (const each of facets) for (const facet of FACETS) for (const name of each[facet].keys()) seen.set(`${facet}/${name}`, (seen.get(`${facet}/${name}`) ?? 0) + 1);

  function rarityIn(facet: (typeof FACETS)[number]): (name: string) => number {
    return (name) => Math.log(1 + documents.length / (1 + (seen.get(`${facet}/${name}`) ?? 0)));
  }

  function reasonsFor(counts: Counts, own: Facets, index: number): SimilarIncident['reasons'] {
    const shared = words.shared(counts, index).map(({ feature }) => feature).filter((feature) => !feature.startsWith('~')).slice(0, SHARED_WORDS);
    const found: { kind: 'words' | 'services' | 'symptoms' | 'alerts'; what: string[] }[] = [];
    for (const facet of FACETS) {
      const what = [...own[facet].keys()].filter((name) => facets[index]?.[facet].has(name) ?? false);
      if (what.length > 0) found.push({ kind: facet, what });
    }
    if (shared.length > 0) found.push({ kind: 'words', what: shared.map((stem) => spelled.get(stem) ?? stem) });
    return found;
  }

  return {
    similarTo(asked, limit) {
      // Who asks with a text alone begins it with a title as a rule.
      const query = { ...asked, title: asked.title === undefined || asked.title === '' ? headlineOf(asked.text) : asked.title };
      const counts = featuresOf(query, conceptsAndStems);
      const own = facetsOf(query);
      const byText = opinions.map(({ read, space }) => space.compare(featuresOf(query, read)));
      const ranked = documents.map(({ id }, index) => {
        const likeness = byText.reduce((total, opinion) => total + (opinion[index] ?? 0), 0) / byText.length;
        let sum = (WEIGHTS.text * (likeness - BACKGROUND)) / (1 - BACKGROUND);
        let weight: number = WEIGHTS.text;
        for (const facet of FACETS) {
          const theirs = facets[index]?.[facet];
          // What one side does not know is no difference.
          if (theirs === undefined || theirs.size === 0 || own[facet].size === 0) continue;
          sum += WEIGHTS[facet] * overlap(own[facet], theirs, rarityIn(facet));
          weight += WEIGHTS[facet];
        }
        return { id, index, similarity: sum / weight };
      });
      return ranked.filter(({ id }) => id !== query.id).sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1)).slice(0, limit)
        .map(({ id, index, similarity }) => ({ id, similarity: Math.max(0, similarity), reasons: reasonsFor(counts, own, index) }));
    },
  };
}
