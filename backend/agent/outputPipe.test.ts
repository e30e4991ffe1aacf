/** Output on its way to the service: whole lines, in order, nothing lost or doubled, also when sending fails. The clock is simulated. */
import fc from 'fast-check';
import type { OrderAnswer, OrderPiece } from '#contract';
import { createSimulatedClock } from '../platform/clock.ts';
import { countForRequest, cutPieces, lastOf } from './outputPieces.ts';
import { createOutputPipe } from './outputPipe.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A pipe whose requests are kept; `fails` says which of them the service does not take. */
function makePipe(fails: (request: number) => boolean = () => false, go: OrderAnswer['go'] = 'on') {
  const clock = createSimulatedClock(0);
  const requests: (readonly OrderPiece[])[] = [];
  const heard: OrderAnswer['go'][] = [];
  const pipe = createOutputPipe(clock, async (pieces) => {
    requests.push(pieces);
    if (fails(requests.length)) throw new Error('the service is away');
    return go;
  }, (answer) => heard.push(answer));
  return {
    clock, requests, heard, pipe,
    /** Lets the time pass after which output is sent, and what follows from it. */
    async pass(): Promise<void> {
      clock.advance(300);
      await settle();
    },
    /** What the service has of a stream when it keeps each number once, as it does. */
    kept(stream: 'out' | 'err'): string {
      const taken = requests.filter((_pieces, index) => !fails(index + 1)).flat();
      return [...new Map(taken.map((piece) => [piece.seq, piece])).values()].sort((a, b) => a.seq - b.seq).filter((piece) => piece.stream === stream).map(({ text }) => text).join('');
    },
  };
}

const textsOf = (pieces: readonly OrderPiece[] | undefined): string[] => (pieces ?? []).map(({ stream, text }) => `${stream}:${text}`);

test('what comes within 300 ms goes in one request; a line that has not ended waits for its end', async () => {
  const { pipe, requests, pass, clock } = makePipe();
  pipe.write('out', 'first\nsec');
  pipe.write('err', 'aside\n');
  clock.advance(299);
  await settle();
  expect(requests).toEqual([]);
  clock.advance(1);
  await settle();
  expect(requests.map(textsOf)).toEqual([['out:first\n', 'err:aside\n']]);

  pipe.write('out', 'ond');
  await pass();
  expect(requests).toHaveLength(1);
  pipe.write('out', '\n');
  await pass();
  expect(textsOf(requests[1])).toEqual(['out:second\n']);
  expect(requests.flat().map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('the end of the command sends what is left, ended or not', async () => {
  const { pipe, requests } = makePipe();
  pipe.write('out', 'a\nno end');
  pipe.write('err', 'neither');
  await pipe.close();
  expect(requests.map(textsOf)).toEqual([['out:a\n', 'out:no end', 'err:neither']]);
});

test('what could not be sent is sent again under the same numbers, before what came after it', async () => {
  const { pipe, requests, pass, kept } = makePipe((request) => request <= 2);
  pipe.write('out', 'one\n');
  await pass();
  pipe.write('out', 'two\n');
  await pass();
  await pass();
  expect(requests.map((pieces) => pieces.map(({ seq }) => seq))).toEqual([[1], [1, 2], [1, 2]]);
  expect(kept('out')).toBe('one\ntwo\n');
});

test('at the end it is tried once more, and not for ever', async () => {
  const lucky = makePipe((request) => request === 1);
  lucky.pipe.write('out', 'last\n');
  await lucky.pipe.close();
  expect(lucky.kept('out')).toBe('last\n');

  const unlucky = makePipe(() => true);
  unlucky.pipe.write('out', 'last\n');
  await unlucky.pipe.close();
  await unlucky.pass();
  expect(unlucky.requests).toHaveLength(2);
  expect(unlucky.pipe.tail()).toBe('last\n');
});

test('what the service answers is passed on; a NUL, which a database does not hold, is replaced', async () => {
  const { pipe, heard, pass, kept } = makePipe(undefined, 'cancel');
  pipe.write('out', 'a\u0000b\n');
  await pass();
  expect(heard).toEqual(['cancel']);
  expect(kept('out')).toBe('a\uFFFDb\n');
});

test('no line is in two requests, however much is written at once', async () => {
  const { pipe, requests, kept } = makePipe();
  const text = Array.from({ length: 10_000 }, (_none, index) => `line ${index} ${'x'.repeat(index % 150)}\n`).join('');
  pipe.write('out', text);
  await pipe.close();
  expect(requests.length).toBeGreaterThan(1);
  for (const pieces of requests) expect(pieces.at(-1)?.text.endsWith('\n')).toBe(true);
  expect(kept('out')).toBe(text);
});

test('no more than about a MiB travels; the tail is of the last, of standard output where there is any', async () => {
  const { pipe, kept } = makePipe();
  for (let index = 0; index < 40; index += 1) pipe.write('out', `${String(index).padStart(2, '0')}${'x'.repeat(49_997)}\n`);
  pipe.write('err', 'aside\n');
  await pipe.close();
  expect(kept('out').length).toBeGreaterThan(1024 * 1024);
  expect(kept('out').length).toBeLessThan(1_200_000);
  // Whole lines alone: what is left of a line could be what is left of a secret.
  expect(pipe.tail()).toBe(`39${'x'.repeat(49_997)}\n`);

  const quiet = makePipe();
  quiet.pipe.write('err', 'only this\n');
  expect(quiet.pipe.tail()).toBe('only this\n');
});

test('whatever is written, and whichever requests fail, all of it comes, once and in order', async () => {
  const writes = fc.array(fc.record({ stream: fc.constantFrom('out' as const, 'err' as const), text: fc.array(fc.constantFrom('a', 'b\n', '\n', '😀', 'long '.repeat(2_000)), { maxLength: 6 }).map((parts) => parts.join('')), passes: fc.boolean() }), { maxLength: 12 });
  await fc.assert(fc.asyncProperty(writes, fc.array(fc.boolean(), { maxLength: 6 }), async (list, failures) => {
    const { pipe, pass, kept, requests } = makePipe((request) => failures[request - 1] ?? false);
    for (const { stream, text, passes } of list) {
      pipe.write(stream, text);
      if (passes) await pass();
    }
    for (let round = 0; round < failures.length; round += 1) await pass();
    const before = requests.length;
    await pipe.close();
    // Two failures at the very end are given up on; that is another test.
    if (failures.slice(before).filter(Boolean).length < 2) {
      for (const stream of ['out', 'err'] as const) expect(kept(stream)).toBe(list.filter((write) => write.stream === stream).map(({ text }) => text).join(''));
    }
  }), { numRuns: 150 });
});

test('pieces put together are the text; none is too long, and none ends within a character or, needlessly, within a line', () => {
  const text = fc.array(fc.constantFrom('a', 'bc', '\n', '😀', 'word '), { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, fc.integer({ min: 2, max: 20 }), (whole, limit) => {
    const pieces = cutPieces(whole, limit);
    expect(pieces.map((piece) => piece.text).join('')).toBe(whole);
    for (const [index, piece] of pieces.entries()) {
      expect(piece.text.length).toBeLessThanOrEqual(limit);
      expect(piece.text.isWellFormed()).toBe(true);
      expect(piece.isEnd).toBe(index === pieces.length - 1 || piece.text.endsWith('\n'));
      if (!piece.isEnd) expect(piece.text).not.toContain('\n');
    }
    expect(lastOf(whole, limit).isWellFormed()).toBe(true);
    expect(whole.endsWith(lastOf(whole, limit))).toBe(true);
  }));
  expect([countForRequest([{ isEnd: true }, { isEnd: false }, { isEnd: true }], 2), countForRequest([{ isEnd: false }, { isEnd: false }], 1), countForRequest([], 3)]).toEqual([1, 1, 0]);
});
