import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { judge, total } from '../../scripts/bench/detection/nab.ts';
import { loadNab } from '../../scripts/bench/detection/series.ts';
import { createDetector } from '../detection/index.ts';
import { load } from '../detection/series.testkit.ts';
import { detect } from './detect.ts';
import { readTimestamp } from './seriesFiles.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-detect-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const stamp = (at: number): string => new Date(Date.UTC(2026, 0, 5) + at * 300_000).toISOString().slice(0, 19).replace('T', ' ');
const csvOf = (values: readonly (number | string)[]): string => `timestamp,value\n${values.map((value, at) => `${stamp(at)},${value}\n`).join('')}`;
const rowsOf = async (path: string): Promise<string[][]> => (await readFile(path, 'utf8')).trim().split('\n').map((line) => line.split(','));

test('cap 110: a file comes back row for row with score and anomaly, missing values with score 0', async () => {
  const values: (number | string)[] = load(1, 3000);
  values[2900] = 300;
  for (const [at, text] of ['', 'NaN', 'null'].entries()) values[500 + at] = text;
  await writeFile(join(dir, 'in.csv'), csvOf(values));
  expect(await detect({ csv: join(dir, 'in.csv'), out: join(dir, 'deep', 'out.csv') })).toMatch(/^1 series, 3000 points, \d+ anomalies\.\n$/);
  const [header, ...rows] = await rowsOf(join(dir, 'deep', 'out.csv'));
  expect(header).toEqual(['timestamp', 'value', 'score', 'anomaly']);
  expect(rows.map(([timestamp, value]) => [timestamp, value])).toEqual(values.map((value, at) => [stamp(at), String(value)]));
  expect(rows.slice(500, 503).map(([, , score, anomaly]) => [score, anomaly])).toEqual([['0', '0'], ['0', '0'], ['0', '0']]);
  expect(rows[2900]?.[3]).toBe('1');
  expect(rows.every(([, , score, anomaly]) => Number(score) >= 0 && Number(score) <= 1 && Number(score) >= 0.5 === (anomaly === '1'))).toBe(true);
});

test('cap 110: a folder goes to a folder, with subfolders and packed files, each file by itself', async () => {
  await mkdir(join(dir, 'in', 'sub'), { recursive: true });
  await writeFile(join(dir, 'in', 'a.csv'), csvOf(load(2, 400)));
  await writeFile(join(dir, 'in', 'sub', 'b.csv.gz'), gzipSync(csvOf(load(2, 400))));
  await writeFile(join(dir, 'in', 'C.CSV'), csvOf(load(2, 400)));
  await writeFile(join(dir, 'in', 'notes.txt'), 'no series');
  expect(await detect({ csv: join(dir, 'in'), out: join(dir, 'out') })).toMatch(/^3 series, 1200 points/);
  expect(await readFile(join(dir, 'out', 'sub', 'b.csv'), 'utf8')).toBe(await readFile(join(dir, 'out', 'a.csv'), 'utf8'));
});

test.each([
  ['a header without value', 'time,value\n', 'line 1: the first line names the columns, and timestamp and value must be among them'],
  ['a value that is no number', 'timestamp,value\n2026-01-05 00:00:00,1\n2026-01-05 00:05:00,much\n', 'line 3: "much" is no number'],
  ['a time that is none', 'timestamp,value\nyesterday,1\n', 'line 2: "yesterday" is no time; write ISO, YYYY-MM-DD HH:MM:SS or an epoch'],
  ['a cell too many', 'timestamp,value\n2026-01-05 00:00:00,1,2\n', 'line 2: has 3 columns, and the first line 2'],
])('cap 110: %s is named by file and line', async (_name, text, message) => {
  const path = join(dir, 'in.csv');
  await writeFile(path, text);
  await expect(detect({ csv: path, out: join(dir, 'out.csv') })).rejects.toThrow(`${path}, ${message}`);
});

test('cap 110: quotes, spaces, other columns, infinities and line ends of other systems change nothing; one bad file of a folder leaves the others theirs', async () => {
  const values = load(3, 300);
  await mkdir(join(dir, 'in'), { recursive: true });
  const put = (name: string, text: string): Promise<void> => writeFile(join(dir, 'in', name), text);
  await put('a.csv', csvOf(values));
  await put('b.csv', `\uFEFF"Note", "value" , "timestamp"\r\n${values.map((value, at) => `"a, b", "${value}" ,"${stamp(at)}"\r\n`).join('')}`);
  await put('c.csv', csvOf([...values.slice(0, 250), 'inf', '-Infinity', 'N/A', ...values.slice(250)]));
  await put('d.csv', 'timestamp,value\nyesterday,1\n');
  await expect(detect({ csv: join(dir, 'in'), out: join(dir, 'out') })).rejects.toThrow(/d\.csv, line 2: "yesterday" is no time.*\n3 of 4 series are written$/);
  expect((await rowsOf(join(dir, 'out', 'b.csv'))).slice(1)).toEqual((await rowsOf(join(dir, 'out', 'a.csv'))).slice(1));
  expect((await rowsOf(join(dir, 'out', 'c.csv'))).slice(251, 254).map(([, ...rest]) => rest)).toEqual([['inf', '0', '0'], ['-Infinity', '0', '0'], ['N/A', '0', '0']]);
});

test('cap 110: a bad file ends the program with 1 and one line', async () => {
  const path = join(dir, 'in.csv');
  await writeFile(path, 'timestamp,value\n2026-01-05,x\n');
  const { status, stderr } = spawnSync(process.execPath, [new URL('../main.ts', import.meta.url).pathname, 'detect', '--csv', path, '--out', join(dir, 'out.csv')], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, `muster: ${path}, line 2: "x" is no number\n`]);
  await writeFile(path, csvOf([1, 2]));
  const onto = spawnSync(process.execPath, [new URL('../main.ts', import.meta.url).pathname, 'detect', '--csv', dir, '--out', path], { encoding: 'utf8' });
  expect([onto.status, onto.stderr]).toEqual([1, `muster: ${path}: is a file, and a folder is needed here\n`]);
  for (const [csv, out] of [[path, path], [dir, join(dir, 'deep', '..')]] as const) await expect(detect({ csv, out })).rejects.toThrow(`${path}: the result would be written over it; choose another --out`);
  await writeFile(join(dir, 'broken.csv.gz'), 'not packed');
  await expect(detect({ csv: join(dir, 'broken.csv.gz'), out: join(dir, 'out.csv') })).rejects.toThrow('is no whole gzip file');
  await expect(detect({ csv: path, out: join(dir, 'out.csv'), alarmsAWeek: 'many' })).rejects.toThrow('--alarms-a-week: is a number from 0.01 to 1000');
});

test('cap 110: times are read with and without zone, and as epochs of any unit', () => {
  const at = Date.UTC(2026, 0, 5, 12, 30);
  const texts = ['2026-01-05 12:30:00', '2026-01-05T12:30', '2026-01-05 12:30:00.000000', '2026-01-05T12:30:00Z', '2026-01-05 13:30:00+01:00', '2026-01-05T13:30:00+0100', '2026-01-05 13:30:00 +01', '2026-01-05 12:30:00 UTC', '2026-1-5 12:30', '2026/01/05 12:30:00', `${at / 1000}`, `${at}`, `${at}000`, `${at}000000`];
  expect(texts.map(readTimestamp)).toEqual(texts.map(() => at));
  expect(['', 'now', '5 Jan 2026', '2026-13-05 00:00:00', '2026-02-30', '2026-01-05 25:00:00'].map(readTimestamp)).toEqual(Array.from({ length: 6 }, () => Number.NaN));
});

const nab = loadNab();
(nab === null ? test.skip : test)('cap 110: on the anomaly benchmark one configuration scores 75 or more', () => {
  const results = (nab ?? []).map((series) => {
    const detector = createDetector();
    const found: number[] = [];
    series.values.forEach((value, at) => {
      if (detector.step(series.timesMs[at] ?? 0, value).anomaly) found.push(at);
    });
    return judge(series, found);
  });
  expect(total(results)).toBeGreaterThanOrEqual(75);
});
