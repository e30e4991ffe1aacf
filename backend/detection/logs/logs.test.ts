/** Patterns of log lines: how they are mined, what is new, and what comes too often. */
import { maskedText, messageOf } from './lineText.ts';
import { createMiner, type Template } from './miner.ts';
import { newWatch, type PatternState, type WatchState } from './patternState.ts';
import { createPatternWatch, MOST_PATTERNS, type FoundPattern, type LogLine } from './patternWatch.ts';
import { exampleOf } from './redact.ts';
import { emptyTally, heightFor, passed, withEvent } from './tally.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);

test.each([
  ['2026-01-05T10:00:00.123Z INFO order 4711 of 10.0.0.7:8080 took 12.5ms', '<*> INFO order <*> of <*> took <*>'],
  ['"GET /api/orders/17 HTTP/1.1" 503 12', '"GET /api/orders/<*> HTTP/<*>" 5xx <*>'],
  ['level=error status=404 id=9f8e7d6c-1234', 'level=error status=4xx id=<*>'],
  [`token ${'x'.repeat(50)} kept`, 'token <*> kept'],
  ['nothing varies here', 'nothing varies here'],
])('cap 111: what varies is masked: %s', (line, masked) => {
  expect(maskedText(line)).toBe(masked);
});

test('cap 111: of JSON lines level, message and error tell the pattern', () => {
  expect(messageOf('{"ts":1,"level":"error","msg":"cannot pay","err":"card declined","user":"u"}')).toBe('error cannot pay card declined');
  expect(messageOf('{"a":1}')).toBe('{"a":1}');
  expect(messageOf('{broken}')).toBe('{broken}');
});

test('cap 111: an example holds no secret and is short', () => {
  const shown = exampleOf('login of ada@example.com with password=hunter2x "api_key": "abc123" Authorization: Bearer abcdefghijkl eyJhbGciOi.eyJzdWIi.sig postgres://app:pw@db.example.com/shop card 4111 1111 1111 1111');
  for (const secret of ['ada@', 'hunter2x', 'abc123', 'abcdefghijkl', 'eyJhbGciOi', 'app:pw', '4111']) expect(shown).not.toContain(secret);
  expect(shown).toContain('db.example.com/shop');
  expect(exampleOf('y '.repeat(900)).length).toBeLessThanOrEqual(301);
});

test('cap 111: a miner tells another word from another value, makes a hole only where several words stood, and goes on from its templates alike', () => {
  const lines = ['connection closed by peer', 'connection refused by peer', ...['ada', 'bo', 'cy', 'di', 'eve'].map((name) => `user ${name} logged in`), 'user finn logged in', 'connection closed by peer', 'job 7 done', 'job 8 done'];
  const templates = new Map<string, Template>();
  const miner = createMiner('', []);
  const whole = lines.map((line, order) => {
    const { template, is } = miner.mine(line, order);
    templates.set(template.id, template);
    return [template.tokens.join(' '), is];
  });
  expect(whole.map(([, is]) => is)).toEqual(['new', 'new', 'new', 'new', 'new', 'variant', 'known', 'known', 'known', 'new', 'known']);
  expect(whole[7]).toEqual(['user <*> logged in', 'known']);
  expect(whole[9]).toEqual(['job <*> done', 'new']);

  // Stored and made anew before each line, it says the same.
  const kept: Template[] = [];
  const restarted = lines.map((line, order) => {
    const { template, is } = createMiner('', kept).mine(line, order);
    if (is !== 'known') kept.push(template);
    return [template.tokens.join(' '), is];
  });
  expect(restarted).toEqual(whole);
});

test('cap 111: no more come than are allowed, and one event alone does not deafen', () => {
  let tally = passed(emptyTally(10, 0), 7 * DAY);
  expect(heightFor(tally, 0.5, 2)).toBe(2);
  tally = withEvent(tally, 6);
  expect(heightFor(tally, 0.5, 2)).toBe(2);
  tally = withEvent(passed(tally, 8 * DAY), 5);
  expect(heightFor(tally, 0.5, 2)).toBe(6);
  // What comes within the hour is the same event, as high as its highest.
  expect(withEvent(tally, 4)).toBe(tally);
  expect(withEvent(tally, 8).counts[8]).toBe(1);
  expect(withEvent(tally, 8).counts[5]).toBe(0);
});

/** A shop's log: much of a few patterns, by day more than by night. */
function usualLines(endMs: number): LogLine[] {
  const hour = Math.floor(endMs / HOUR) % 24;
  const many = hour >= 8 && hour < 20 ? 6 : 2;
  const minute = Math.floor(endMs / MINUTE);
  return Array.from({ length: many }, (_one, index) => ({ atMs: endMs - MINUTE + index * 1_000, group: 'shop', text: index === 1 ? `payment of order ${minute} accepted` : `order ${minute * 10 + index} placed in ${(minute * 7 + index) % 90} ms` }));
}

interface Kept { watch: WatchState; patterns: Map<string, PatternState> }
/** Days of lines, looked at so many steps at a time, with states kept in between as the service keeps them. */
function watched(days: number, atOnce: number, extra: (endMs: number) => readonly string[], wants: { trainDays?: number; alarmsAWeek?: number } = {}): { found: FoundPattern[]; kept: Kept } {
  const kept: Kept = { watch: newWatch(START), patterns: new Map() };
  const found = new Map<string, FoundPattern>();
  const steps = (days * DAY) / MINUTE;
  for (let from = 1; from <= steps; from += atOnce) {
    const isTraining = START + from * MINUTE <= START + (wants.trainDays ?? 3) * DAY;
    const watch = createPatternWatch(kept.watch, [...kept.patterns.values()].reverse(), { stepMs: MINUTE, alarmsAWeek: wants.alarmsAWeek ?? 1, isTraining });
    for (let step = from; step < from + atOnce && step <= steps; step += 1) {
      const endMs = START + step * MINUTE;
      for (const one of watch.step(endMs, [...usualLines(endMs), ...extra(endMs).map((text) => ({ atMs: endMs - 500, text, group: 'shop' }))])) found.set(`${one.key} ${one.startsAtMs}`, one);
    }
    const { watch: next, patterns, changed, removed } = watch.state();
    kept.watch = next;
    for (const pattern of patterns) if (changed.has(pattern.id)) kept.patterns.set(pattern.id, pattern);
    for (const id of removed) kept.patterns.delete(id);
  }
  return { found: [...found.values()], kept };
}
const minutesAfter = (atMs: number | null, days: number): number | null => (atMs === null ? null : (atMs - START - days * DAY) / MINUTE);

test('cap 111: a new pattern of trouble is found at its first line, one of no trouble when it comes again; days and nights are usual', () => {
  const { found } = watched(5, 720, (endMs) => [
    ...(endMs > START + 4 * DAY && endMs <= START + 4 * DAY + 30 * MINUTE ? [`ERROR no connection to ledger ${endMs}`] : []),
    ...(endMs === START + 4.5 * DAY ? ['a remark that comes once'] : []),
  ]);
  expect(found.map(({ pattern, startsAtMs, endsAtMs }) => [pattern.kind, pattern.template, pattern.lines, minutesAfter(startsAtMs, 4), minutesAfter(endsAtMs, 4)])).toEqual([['new', 'ERROR no connection to ledger <*>', 30, 1 - 0.5 / 60, 30]]);
  expect(found[0]?.score).toBeGreaterThanOrEqual(0.5);
});

test('cap 111: a known pattern that comes much more often is found while it does; what was rare in training is news to nobody', () => {
  const { found } = watched(6, 720, (endMs) => {
    const known = endMs % (3 * HOUR) === 0 ? ['WARN queue is slow'] : [];
    return endMs > START + 5 * DAY && endMs <= START + 5 * DAY + 20 * MINUTE ? Array.from({ length: 40 }, () => 'WARN queue is slow') : known;
  });
  expect(found.map(({ pattern, value, startsAtMs, endsAtMs }) => [pattern.kind, pattern.template, value, minutesAfter(startsAtMs, 5), minutesAfter(endsAtMs, 5)])).toEqual([['rate', 'WARN queue is slow', 40, 0, 20]]);
});

test('cap 111: a new pattern with a word that is another one each time is news once, not news of each word and not nothing', () => {
  const names = ['ada', 'bo', 'cy', 'di', 'eve', 'finn', 'gil', 'hal'];
  const { found } = watched(4, 720, (endMs) => {
    const minute = (endMs - START - 3.5 * DAY) / MINUTE;
    return minute > 0 && minute <= 8 ? [`basket of ${names[minute - 1]} cannot be stored`] : [];
  });
  expect(found.map(({ pattern, startsAtMs }) => [pattern.kind, pattern.template, pattern.lines, minutesAfter(startsAtMs, 3.5)])).toEqual([['new', 'basket of <*> cannot be stored', 8, 1 - 0.5 / 60]]);
});

test('cap 111: a few lines a minute that go on are found as well as many at once; what came once as often is not', () => {
  const times = [3, 5, 6];
  const { found } = watched(7, 720, (endMs) => {
    const known = endMs % (10 * MINUTE) === 0 ? ['INFO cache is refreshed'] : [];
    const minute = Math.min(...times.map((day) => Math.abs((endMs - START - day * DAY) / MINUTE - 10)));
    return minute < 10 ? [...known, ...Array.from({ length: endMs % (2 * MINUTE) === 0 ? 6 : 8 }, () => 'INFO cache is refreshed')] : known;
  }, { trainDays: 4 });
  expect(found).toEqual([]);
  const { found: unseen } = watched(7, 720, (endMs) => {
    const minute = (endMs - START - 6 * DAY) / MINUTE;
    return minute > 0 && minute <= 20 ? Array.from({ length: 7 }, () => 'INFO cache is refreshed') : endMs % (10 * MINUTE) === 0 ? ['INFO cache is refreshed'] : [];
  }, { trainDays: 4 });
  expect(unseen.map(({ pattern, startsAtMs, value }) => [pattern.kind, (minutesAfter(startsAtMs, 6) ?? 99) < 5, value > 2 && value <= 7])).toEqual([['rate', true, true]]);
});

test.each([['forward', -1], ['back', 1]])('cap 111: it needs no zone and no holidays: nothing is found where the clock is put %s, on a day without work, or the day after', (_name, hours) => {
  const { found } = watched(12, 720, (endMs) => {
    const day = Math.floor((endMs - START) / DAY);
    // By the clock of its people: each night much in one hour, each day a little; on the ninth day nobody works.
    const shownMs = endMs - (endMs >= START + 10 * DAY ? hours * HOUR : 0);
    const hour = Math.floor(shownMs / HOUR) % 24;
    if (day === 8) return [];
    return [...(hour === 2 ? Array.from({ length: 30 }, () => 'INFO ledger is balanced') : []), ...(hour >= 9 && hour < 17 ? Array.from({ length: 10 }, () => 'INFO basket is opened') : [])];
  }, { trainDays: 5, alarmsAWeek: 7 });
  expect(found).toEqual([]);
});

test('cap 111: looked at step by step, by restart after restart, it knows and says the same to the bit', () => {
  const extra = (endMs: number): string[] => [
    ...(endMs % (5 * HOUR) === 0 ? [`WARN retry of ${['mail', 'ledger', 'search', 'stock', 'price'][(endMs / HOUR) % 5]} now`] : []),
    ...(endMs > START + 2.5 * DAY && endMs < START + 2.5 * DAY + 9 * MINUTE ? ['FATAL disk full'] : []),
  ];
  const options = { trainDays: 2 };
  const [whole, stepwise] = [watched(2.6, 720, extra, options), watched(2.6, 8, extra, options)];
  expect(whole.found).toHaveLength(1);
  expect(stepwise.found).toEqual(whole.found);
  expect(stepwise.kept.watch).toEqual(whole.kept.watch);
  expect([...stepwise.kept.patterns.values()].sort((a, b) => a.order - b.order)).toEqual([...whole.kept.patterns.values()].sort((a, b) => a.order - b.order));
});

test('cap 111: memory is bounded, and a log in which all is always new falls silent', () => {
  const words = (seed: number): string => Array.from({ length: 1 + (seed % 17) }, (_one, at) => String.fromCharCode(97 + ((seed * 31 + at * 17 + ((seed * at) >> 3)) % 26), 97 + ((seed >> 4) % 26), 97 + ((seed >> 2) % 26))).join(' ');
  const { found, kept } = watched(5, 720, (endMs) => (endMs % (2 * MINUTE) === 0 ? [`ERROR ${words(Math.floor(endMs / MINUTE))}`] : []));
  expect(kept.patterns.size).toBeLessThanOrEqual(MOST_PATTERNS);
  expect(found.length).toBeLessThanOrEqual(2);
});
