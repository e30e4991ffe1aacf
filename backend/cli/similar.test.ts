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
  await expect(similar({ docs: good, queries: await file('shape.jsonl', [{ id: 7 }]), out })).rejects.toThrow(/shape\.jsonl, line 1: .*id/s);
});
