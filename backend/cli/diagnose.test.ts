/** The command over files: what it writes, and what it says of files that are wrong. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DiagnosisInput } from '../diagnosis/index.ts';
import { inputOf, latencies } from '../diagnosis/system.testkit.ts';
import { diagnose } from './diagnose.ts';
import { explainFault } from './explainFault.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-diagnose-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function csvOf({ series }: DiagnosisInput): string {
  const rows = series.timesMs.map((at, row) => [new Date(at).toISOString(), ...series.columns.map(({ values }) => String(values[row]))].join(','));
  return [['time', ...series.columns.map(({ node, metric }) => `${node}/${metric}`)].join(','), ...rows].join('\n');
}

function aboutOf(id: string, input: DiagnosisInput): Record<string, unknown> {
  const window = ({ fromMs, toMs }: { fromMs: number; toMs: number }): string[] => [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  return { id, graph: input.graph, symptom: input.symptom, normal: window(input.normal), anomalous: window(input.anomalous) };
}

async function put(at: string, id: string, input: DiagnosisInput, over: { about?: object; csv?: string | Buffer } = {}): Promise<void> {
  await mkdir(join(dir, at), { recursive: true });
  await writeFile(join(dir, at, 'case.json'), JSON.stringify({ ...aboutOf(id, input), ...over.about }));
  await writeFile(join(dir, at, 'metrics.csv.gz'), over.csv instanceof Buffer ? over.csv : gzipSync(over.csv ?? csvOf(input)));
  // Whoever opens it would find nonsense.
  await writeFile(join(dir, at, 'truth.json'), 'not for reading');
}

const TROUBLE = inputOf(latencies({ db: 0.3, cart: 0.3, shop: 0.3 }));

test('cap 117: cases of sets, or cases alone, become rankings; calm ones name none; evidence stands beside', async () => {
  const slashed = { ...TROUBLE, graph: { nodes: ['shop', 'a/cart'], edges: [['shop', 'a/cart'] as const] }, series: { ...TROUBLE.series, columns: TROUBLE.series.columns.filter(({ node }) => node === 'shop' || node === 'cart').map((column) => ({ ...column, node: column.node === 'cart' ? 'a/cart' : column.node })) } };
  await put('one/x', 'trouble', TROUBLE);
  await put('one/y', 'calm', inputOf(latencies({})));
  await put('two/z', 'slashed', slashed);
  const options = { cases: dir, out: join(dir, 'out.json'), explain: join(dir, 'why.jsonl') };

  expect(await diagnose(options)).toEqual({ cases: 3, calm: 1 });
  const written = JSON.parse(await readFile(options.out, 'utf8'));
  expect(written).toMatchObject({ trouble: ['db', expect.any(String), expect.any(String), expect.any(String)], calm: [], slashed: ['a/cart', 'shop'] });
  const lines = (await readFile(options.explain, 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
  expect(lines.map(({ id, named }) => `${id} ${named}`)).toEqual(['trouble true', 'calm false', 'slashed true']);
  expect(lines[0].causes[0]).toMatchObject({ node: 'db', evidence: expect.arrayContaining([expect.objectContaining({ kind: 'deviation', text: expect.any(String) })]) });

  await diagnose({ cases: join(dir, 'one/x'), out: options.out });
  expect(Object.keys(JSON.parse(await readFile(options.out, 'utf8')))).toEqual(['trouble']);
});

test.each<[string, Parameters<typeof put>[3], RegExp]>([
  ['a field that is missing', { about: { graph: { nodes: ['shop'] } } }, /x\/case\.json: graph\.edges: /],
  ['a window turned round', { about: { normal: ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'] } }, /x\/case\.json: normal: ends before it begins/],
  ['a time that is none', { csv: 'time,shop/latency\nyesterday,1\n' }, /x\/metrics\.csv\.gz, row 2: "yesterday" is no time/],
  ['a value that is no number', { csv: 'time,shop/latency\n2026-01-01T00:00:00Z,fast\n' }, /row 2, column "shop\/latency": "fast" is no number/],
  ['no column with a node', { csv: 'time,latency\n' }, /no column is "node\/metric"; the first is "latency"/],
  ['a column that is there twice', { csv: 'time,shop/latency,shop/latency\n' }, /column "shop\/latency" is there twice/],
  ['a window that is no time', { about: { normal: ['once', '2026-01-01T00:00:00Z'] } }, /x\/case\.json: normal\.0: "once" is no time/],
  ['a row that is too short', { csv: 'time,shop/latency\n2026-01-01T00:00:00Z\n' }, /row 2: has 1 fields, the header has 2/],
  ['another first column', { csv: 'at,shop/latency\n' }, /the first column must be "time", it is "at"/],
  ['a file that is not packed', { csv: Buffer.from('time,shop/latency\n') }, /metrics\.csv\.gz: is no whole gzip file/],
  ['an empty table', { csv: '' }, /metrics\.csv\.gz: is empty/],
])('cap 117: %s is named with its file', async (_, over, said) => {
  await put('x', 'a', TROUBLE, over);
  const fault: unknown = await diagnose({ cases: dir, out: join(dir, 'out.json') }).catch((error: unknown) => error);
  expect(explainFault(fault)).toMatch(said);
});

test('cap 117: no cases at all, and two of one name, are faults', async () => {
  await expect(diagnose({ cases: dir, out: join(dir, 'out.json') })).rejects.toThrow(/holds no case/);
  await put('x', 'a', TROUBLE);
  await put('y', 'a', TROUBLE);
  await expect(diagnose({ cases: dir, out: join(dir, 'out.json') })).rejects.toThrow(/another case has the id "a"/);
});

test('cap 117: one bad case does not cost the others their rankings', async () => {
  await put('x', 'good', TROUBLE);
  await put('y', 'bad', TROUBLE, { csv: 'time,shop/latency\n2026-01-01T00:00:00Z,fast\n' });
  await expect(diagnose({ cases: dir, out: join(dir, 'deep/out.json') })).rejects.toThrow(/y\/metrics\.csv\.gz, row 2.*"fast" is no number\n1 of 2 cases are written/);
  expect(JSON.parse(await readFile(join(dir, 'deep/out.json'), 'utf8'))).toEqual({ good: expect.arrayContaining(['db']) });
});

test('cap 117: what tools write differently is read alike', async () => {
  const plain = csvOf(TROUBLE);
  const seconds = (text: string): string => text.replace(/^20[^,]+/gm, (at) => String(Date.parse(at) / 1000));
  const epoch = { normal: [TROUBLE.normal.fromMs / 1000, TROUBLE.normal.toMs / 1000], anomalous: [TROUBLE.anomalous.fromMs, TROUBLE.anomalous.toMs] };
  await put('0', 'plain', TROUBLE, { csv: plain });
  await put('1', 'windows', TROUBLE, { csv: `\uFEFF${plain.replaceAll('\n', '\r\n')}` });
  await put('2', 'spaced', TROUBLE, { csv: plain.replaceAll(',', ' , ').replace('time', 'Timestamp') });
  await put('3', 'quoted', TROUBLE, { csv: plain.replace(/[^,\n]+/g, '"$&"') });
  await put('4', 'epochs', TROUBLE, { csv: seconds(plain), about: epoch });
  await put('5', 'upside down', TROUBLE, { csv: [plain.split('\n')[0], ...plain.split('\n').slice(1).reverse()].join('\n') });
  await put('6', 'holes', TROUBLE, { csv: plain.split('\n').map((line, row) => `${line},${row === 0 ? 'db/gone,uptime' : `${['', 'NaN', 'inf', 'null', '-'][row % 5]},1`}`).join('\n') });
  expect((await diagnose({ cases: dir, out: join(dir, 'out.json') })).calm).toBe(0);
  const written: Record<string, string[]> = JSON.parse(await readFile(join(dir, 'out.json'), 'utf8'));
  expect(Object.keys(written)).toHaveLength(7);
  for (const ranking of Object.values(written)) expect(ranking).toEqual(written['plain']);
  await put('7', 'alone', TROUBLE, { about: { graph: undefined, id: 7 } });
  await diagnose({ cases: join(dir, '7'), out: join(dir, 'out.json') });
  expect(JSON.parse(await readFile(join(dir, 'out.json'), 'utf8'))).toEqual({ 7: expect.arrayContaining(['db', 'shop']) });
});
