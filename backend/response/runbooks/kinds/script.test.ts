import { STEP_KIND_SPECS } from '#contract';
import { callOf, createNotes, noStop } from './kinds.testkit.ts';
import { createScriptKind } from './script.ts';
import { createScriptPool, type ScriptPool } from './scriptPool.ts';

let pool: ScriptPool;
beforeAll(() => {
  pool = createScriptPool();
});
afterAll(() => pool.close());

async function run(code: string, more: { memoryMb?: number; timeLimit?: string; signal?: AbortSignal; scope?: Record<string, unknown> } = {}) {
  const out = createNotes();
  const kind = createScriptKind({ pool });
  if (!('run' in kind)) throw new Error('a script is run');
  const filled = STEP_KIND_SPECS.script.with.parse({ code, ...(more.memoryMb === undefined ? {} : { memoryMb: more.memoryMb }), ...(more.timeLimit === undefined ? {} : { timeLimit: more.timeLimit }) });
  const result = await kind.run(callOf('script', filled, more.scope === undefined ? {} : { scope: more.scope }), more.signal ?? noStop(), out);
  return { result, lines: out.lines };
}

test('cap 70: computes from what the run knows, and gives what it returns', async () => {
  const { result, lines } = await run(`
    console.log('host is', scope.inputs.host, { n: 1 });
    console.error('careful');
    return { hosts: scope.steps.list.output.filter((name) => name.startsWith('db')).length, at: new Date(0).toISOString() };
  `, { scope: { inputs: { host: 'db1' }, steps: { list: { output: ['db1', 'web1', 'db2'] } } } });
  expect(result).toEqual({ kind: 'done', output: { hosts: 2, at: '1970-01-01T00:00:00.000Z' } });
  expect(lines).toEqual(['out: host is db1 {"n":1}', 'err: careful']);
});

test.each([
  { name: 'nothing', code: '', output: null },
  { name: 'text that PostgreSQL would not take', code: String.raw`return ['a\u0000b', '\ud800', NaN, () => 1]`, output: ['a\ufffdb', '\ufffd', null, null] },
  { name: 'a prototype by name', code: `return JSON.parse('{"__proto__":{"polluted":true}}')`, output: Object.fromEntries([['__proto__', { polluted: true }]]) },
])('gives $name', async ({ code, output }) => {
  expect((await run(code === '' ? ';' : code)).result).toEqual({ kind: 'done', output });
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test.each([
  { name: 'what it throws', code: `throw new TypeError('no such host')`, error: 'the script failed: TypeError: no such host' },
  { name: 'what is no JavaScript', code: 'return (', error: /SyntaxError/ },
  { name: 'a result that goes in circles', code: 'const a = {}; a.a = a; return a', error: /circular/i },
  { name: 'a result that is too large', code: `return 'x'.repeat(2 * 1024 * 1024)`, error: /larger than/ },
  { name: 'endless recursion', code: 'function f() { return f() + 1 } return f()', error: /stack/i },
])('fails with $name, for good', async ({ code, error }) => {
  expect((await run(code)).result).toEqual({ kind: 'failed', retryable: false, error: typeof error === 'string' ? error : expect.stringMatching(error) });
});

test.each(['process', 'require', 'fetch', 'setTimeout', 'WebAssembly', 'XMLHttpRequest', 'Worker', 'Deno', 'std', 'os', 'Buffer', '__dirname', 'postMessage', 'navigator', 'SharedArrayBuffer.x'])(
  'cap 84: knows nothing of %s', async (name) => {
    expect((await run(`return typeof ${name}`)).result).toEqual({ kind: 'done', output: 'undefined' });
  },
);

test.each([
  { name: 'the constructor of functions', code: `return (function(){}).constructor('return typeof process')()` },
  { name: 'the constructor of the scope', code: `return scope.constructor.constructor('return typeof process + typeof require')()` },
  { name: 'the constructor of console', code: `return console.log.constructor('return typeof globalThis.process')()` },
  { name: 'indirect eval', code: `return (0, eval)('typeof process')` },
  { name: 'what was closed too early', code: `return typeof process; }); globalThis.leak = (function () { return typeof process` },
])('cap 84: does not come out by $name', async ({ code }) => {
  expect(JSON.stringify((await run(code)).result)).toMatch(/undefined|SyntaxError|failed/);
  expect(JSON.stringify((await run(code)).result)).not.toContain('"object"');
});

test.each(['import("node:fs")', 'import("fs").then((fs) => fs)'])('cap 84: loads nothing by %s', async (code) => {
  const { result } = await run(`let got = 'nothing'; try { ${code}.then(() => { got = 'something' }) } catch {} return got`);
  expect(JSON.stringify(result)).not.toContain('something');
});

test('cap 84: nothing is left of a script for the next one', async () => {
  await run('globalThis.left = 1; Array.prototype.map = null; JSON.stringify = () => `"mine"`; return 1');
  expect((await run('return [typeof left, typeof [].map, JSON.stringify(1)]')).result).toEqual({ kind: 'done', output: ['undefined', 'function', '1'] });
});

test.each([
  { name: 'an endless loop', code: 'for (;;) {}' },
  { name: 'an endless loop that catches everything', code: 'for (;;) { try { for (;;) {} } catch {} }' },
  { name: 'a regular expression that takes for ever', code: `return /(a+)+$/.test('a'.repeat(40) + 'b')` },
  { name: 'a loop in what reads the result', code: 'return { toJSON() { for (;;) {} } }' },
])('cap 84: stops $name in time, and holds nobody up meanwhile', async ({ code }) => {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  turn();
  const { result } = await run(code, { timeLimit: '500ms' });
  isOver = true;
  expect(result).toEqual({ kind: 'failed', retryable: false, error: 'the script took longer than 500 ms and was stopped' });
  // A loop that the script held would have come to one or two.
  expect(turns).toBeGreaterThan(50);
});

test.each([
  { name: 'many small things', code: 'const all = []; for (;;) all.push(new Array(1000).fill(all.length))' },
  { name: 'one large thing', code: `let text = 'x'; for (;;) text += text` },
  { name: 'a large buffer', code: 'return new ArrayBuffer(1024 * 1024 * 1024).byteLength' },
])('cap 84: stops $name within its memory, and the service goes on', async ({ code }) => {
  const before = process.memoryUsage().rss;
  const { result } = await run(code, { memoryMb: 8, timeLimit: '5s' });
  expect(result).toMatchObject({ kind: 'failed', retryable: false });
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  expect((await run('return 1')).result).toEqual({ kind: 'done', output: 1 });
});

test('a flood of lines is cut', async () => {
  const { result, lines } = await run(`for (let i = 0; i < 20000; i += 1) console.log(i); return 'done'`, { timeLimit: '5s' });
  expect(result).toEqual({ kind: 'done', output: 'done' });
  expect(lines.length).toBeLessThanOrEqual(10_001);
  expect(lines.at(-1)).toContain('no more lines');
});

test('is stopped from outside', async () => {
  const stop = new AbortController();
  const running = run('for (;;) {}', { timeLimit: '10s', signal: stop.signal });
  stop.abort();
  expect((await running).result).toMatchObject({ kind: 'failed' });
});

test('more scripts than threads all come to their end', async () => {
  const ends = await Promise.all(Array.from({ length: 6 }, (_, index) => run(`return ${index}`)));
  expect(ends.map((end) => end.result)).toEqual(Array.from({ length: 6 }, (_, index) => ({ kind: 'done', output: index })));
});

test('takes no longer than ten seconds, whatever it asks for', async () => {
  expect((await run('return 1', { timeLimit: '11s' })).result).toMatchObject({ kind: 'failed', error: expect.stringContaining('10s at most') });
});

test('a pool that is closed ends its scripts', async () => {
  const other = createScriptPool();
  const running = other.run({ code: 'for (;;) {}', scope: '{}', memoryBytes: 8 * 1024 * 1024, timeMs: 10_000 }, noStop(), () => {});
  await other.close();
  expect(await running).toMatchObject({ kind: 'failed' });
  expect(await other.run({ code: 'return 1', scope: '{}', memoryBytes: 8 * 1024 * 1024, timeMs: 100 }, noStop(), () => {})).toMatchObject({ kind: 'failed' });
});
