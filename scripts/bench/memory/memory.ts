/**
 * `npm run bench -- memory`: ways to find similar incidents on the post-mortems of MUSTER_DATA, and the table of
 * docs/aiops.md. Constants are also chosen by leaving out each query in turn; and each query is asked once more of a memory
 * that has never seen its own document.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createMemory } from '../../../backend/memory/index.ts';
import { countsOf, createSpace, type Counts } from '../../../backend/memory/space.ts';
import { conceptsAndStems, gramsOf, termsOf } from '../../../backend/memory/terms.ts';
import { bm25 } from './bm25.ts';

const dir = join(process.env['MUSTER_DATA'] ?? '../shared/data', 'postmortems');
const docSchema = z.object({ id: z.string(), title: z.string().default(''), text: z.string() });
const qrelSchema = z.object({ query: z.string(), doc: z.string(), grade: z.number() });

async function readLines<T>(name: string, schema: z.ZodType<T>): Promise<T[]> {
  return (await readFile(join(dir, name), 'utf8')).trim().split('\n').map((line) => schema.parse(JSON.parse(line)));
}
const docs = await readLines('docs.jsonl', docSchema);
const queries = await readLines('queries.jsonl', docSchema);
const grades = new Map<string, Map<string, number>>();
for (const { query, doc, grade } of await readLines('qrels.jsonl', qrelSchema)) grades.set(query, (grades.get(query) ?? new Map<string, number>()).set(doc, grade));

type Scores = readonly number[];
type Way = (query: string) => Scores;

/** As score.mjs: gain 2^grade - 1, the query's own document left out. */
function ndcg(id: string, scores: Scores): number {
  const relevant = grades.get(id) ?? new Map<string, number>();
  const gain = (list: readonly number[]): number => list.slice(0, 5).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0);
  const ranked = docs.map((doc, index) => ({ doc: doc.id, score: scores[index] ?? 0 })).filter(({ doc }) => doc !== id).sort((a, b) => b.score - a.score);
  return gain(ranked.map(({ doc }) => relevant.get(doc) ?? 0)) / gain([...relevant.values()].sort((a, b) => b - a));
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const each = (way: Way): number[] => queries.map(({ id, text }) => ndcg(id, way(text)));
function row(title: string, values: readonly number[]): void {
  process.stdout.write(`| ${title} | ${mean(values).toFixed(3)} |\n`);
}

type Features = (text: string) => string[];
const stems: Features = (text) => termsOf(text).map(({ stem }) => stem);
const plainWords: Features = (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const bag = (features: Features, titleWeight: number) => (doc: { title: string; text: string }): Counts => countsOf([[features(doc.title), titleWeight], [features(doc.text), 1]]);

function cosine(features: Features, titleWeight: number): Way {
  const space = createSpace(docs.map(bag(features, titleWeight)));
  return (query) => docs.map((_, index) => space.shared(countsOf([[features(query), 1]]), index).reduce((sum, { weight }) => sum + weight, 0));
}

function smoothed(features: Features, titleWeight: number, setAside: number): Way {
  const space = createSpace(docs.map(bag(features, titleWeight)), setAside);
  return (query) => [...space.compare(countsOf([[features(query), 1]]))];
}

function together(ways: readonly Way[]): Way {
  return (query) => {
    const all = ways.map((way) => way(query));
    return docs.map((_, index) => mean(all.map((scores) => scores[index] ?? 0)));
  };
}

process.stdout.write('| way | nDCG@5 |\n|---|---:|\n');
row('BM25 (k1 1.2, b 0.75), words as they are', each(bm25(docs.map(bag(plainWords, 1)), plainWords)));
row('BM25F: stems, parts of identifiers, title twice', each(bm25(docs.map(bag(stems, 2)), stems)));
row('the same with concepts of the thesaurus', each(bm25(docs.map(bag(conceptsAndStems, 2)), conceptsAndStems)));
row('cosine of stems', each(cosine(stems, 2)));
row('cosine of stems and concepts', each(cosine(conceptsAndStems, 2)));
row('cosine of runs of four letters', each(cosine(gramsOf, 2)));
const grid: { readonly title: string; readonly scores: readonly number[] }[] = [];
for (const titleWeight of [1, 2, 4]) {
  for (const setAside of [0.3, 0.6, 1, 1.5, 2.5]) {
    const [words, letters] = [smoothed(conceptsAndStems, titleWeight, setAside), smoothed(gramsOf, titleWeight, setAside)];
    const tried: readonly (readonly [string, Way])[] = [['stems and concepts', words], ['letters', letters], ['both', together([words, letters])]];
    for (const [name, way] of tried) grid.push({ title: `${name}, soft latent, µ ${setAside}, title ${titleWeight}`, scores: each(way) });
  }
}
for (const { title, scores } of grid) row(title, scores);
// Constants chosen on all other queries, measured on the one left out.
row('best of the grid on the other queries, each query left out', queries.map((_, left) => {
  const best = grid.map(({ scores }) => ({ scores, others: mean(scores.filter((__, index) => index !== left)) })).reduce((a, b) => (b.others > a.others ? b : a));
  return best.scores[left] ?? 0;
}));
const memory = createMemory(docs);
const asShipped = (found: readonly { id: string; similarity: number }[]): Scores => docs.map(({ id }) => found.find((each_) => each_.id === id)?.similarity ?? 0);
row('as shipped (stems with concepts, concepts, letters; of text and of opening, µ 1, title 2)', queries.map(({ id, text }) => ndcg(id, asShipped(memory.similarTo({ id, text }, docs.length)))));
row('as shipped, the query\'s own document never seen', queries.map(({ id, text }) => ndcg(id, asShipped(createMemory(docs.filter((doc) => doc.id !== id)).similarTo({ id, text }, docs.length)))));
/** Share of what is graded, at most five, among the first five. */
function recall5(id: string, found: readonly { readonly id: string }[]): number {
  const relevant = grades.get(id) ?? new Map<string, number>();
  return found.slice(0, 5).filter((one) => relevant.has(one.id)).length / Math.min(5, relevant.size);
}
function tellRecall(title: string, values: readonly number[]): void {
  const deviation = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / values.length);
  process.stdout.write(`recall@5 ${title} ${mean(values).toFixed(3)} (standard error ${deviation.toFixed(3)})\n`);
}
tellRecall('as shipped', queries.map(({ id, text }) => recall5(id, memory.similarTo({ id, text }, 5))));
tellRecall('as shipped, the query\'s own document never seen', queries.map(({ id, text }) => recall5(id, createMemory(docs.filter((doc) => doc.id !== id)).similarTo({ id, text }, 5))));
/** Where similarities of graded and of other pairs lie. */
const pairs = queries.flatMap(({ id, text }) => memory.similarTo({ id, text }, docs.length).map((found) => ({ grade: grades.get(id)?.get(found.id) ?? 0, similarity: found.similarity })));
for (const grade of [0, 1, 2]) {
  const sorted = pairs.filter((pair) => pair.grade === grade).map(({ similarity }) => similarity).sort((a, b) => a - b);
  process.stdout.write(`grade ${grade}: ${[0.1, 0.25, 0.5, 0.75, 0.9].map((q) => (sorted[Math.floor(q * sorted.length)] ?? 0).toFixed(2)).join(' ')} (n ${sorted.length})\n`);
}
