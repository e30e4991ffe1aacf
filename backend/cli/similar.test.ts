import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { similar } from './similar.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-similar-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function file(name: string, lines: readonly unknown[]): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

test('cap 115: ranks all documents for each query, its own left out, and says why', async () => {
  const docs = await file('docs.jsonl', [
    { id: 'a', title: 'Disk full', text: 'The volume of the log store was full.' }, { id: 'b', title: 'Certificate expired', text: 'TLS broke at noon.' },
    { id: 'c', text: 'A volume ran out of inodes.', services: ['logs'] },
  ]);
  const queries = await file('queries.jsonl', [{ id: 'a', text: 'volume full' }, { id: 'new', text: 'the certificate was not renewed', services: ['web'] }]);
  const [out, reasons] = [join(dir, 'out.json'), join(dir, 'reasons.json')];
  await similar({ docs, queries, out, reasons });
  expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({ a: ['c', 'b'], new: ['b', expect.any(String), expect.any(String)] });
  expect(JSON.parse(await readFile(reasons, 'utf8'))).toMatchObject({ a: [{ id: 'c', reasons: [{ kind: 'words', what: expect.arrayContaining(['volume']) }] }, {}] });
});

test('cap 115: says which line cannot be read', async () => {
  const good = await file('good.jsonl', [{ id: 'a', text: 'x' }]);
  const out = join(dir, 'none.json');
  await expect(similar({ docs: await file('half.jsonl', [{ id: 'a', text: 'x' }, '{"half']), queries: good, out })).rejects.toThrow(/half\.jsonl, line 2: is not JSON$/);
  await expect(similar({ docs: good, queries: await file('shape.jsonl', [{ id: [] }]), out })).rejects.toThrow(/shape\.jsonl, line 1: .*id/s);
});

test('cap 115: numbers as ids, nulls and a byte order mark are read; an id that is there twice is named', async () => {
  const docs = await file('loose.jsonl', [`\uFEFF${JSON.stringify({ id: 1, title: null, text: 'volume full', services: null })}`, { id: 2, text: '' }]);
  const out = join(dir, 'loose.json');
  await similar({ docs, queries: await file('ask.jsonl', [{ id: 'q', text: 'the volume' }]), out });
  expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({ q: ['1', '2'] });
  await expect(similar({ docs: await file('twice.jsonl', [{ id: 'a', text: 'x' }, { id: 'a', text: 'y' }]), queries: docs, out })).rejects.toThrow(/twice\.jsonl, line 2: a line above has the id "a", too/);
});

test('cap 115: of many documents all are ranked, the newest and the oldest; strange Markdown takes no longer than other text', async () => {
  const docs = await file('many.jsonl', Array.from({ length: 450 }, (_, at) => ({ id: `d${at}`, text: at === 3 ? 'volume inode' : at === 440 ? 'volume inode quota' : `word${at % 50} ${'['.repeat(at === 7 ? 40_000 : 0)}` })));
  const out = join(dir, 'many.json');
  await similar({ docs, queries: await file('asked.jsonl', [{ id: 'q', text: 'volume inode' }]), out });
  const ranked: Record<string, string[]> = JSON.parse(await readFile(out, 'utf8'));
  expect(ranked['q']).toHaveLength(450);
  expect(ranked['q']?.slice(0, 2).sort()).toEqual(['d3', 'd440']);
});
