import type { Check } from './preflightChecks.ts';
import { runChecks } from './runChecks.ts';

const finding = (detail: string) => ({ check: 'host' as const, step: null, ok: true, detail, fix: null });

test('cap 82: findings come in the order of the checks, with four under way at most', async () => {
  let underWay = 0;
  let most = 0;
  const checks = Array.from({ length: 30 }, (_, n): Check => async () => {
    most = Math.max(most, ++underWay);
    for (let turn = 0; turn < n % 5; turn += 1) await Promise.resolve();
    underWay -= 1;
    return finding(String(n));
  });
  expect((await runChecks(checks, new AbortController().signal)).map(({ detail }) => detail)).toEqual(checks.map((_, n) => String(n)));
  expect(most).toBe(4);
});

test('cap 82: when the time is over no check begins any more, and it says how many were left out', async () => {
  const over = new AbortController();
  let begun = 0;
  const checks = Array.from({ length: 20 }, (_, n): Check => async () => {
    begun += 1;
    if (n === 6) over.abort();
    await Promise.resolve();
    return finding(String(n));
  });
  const found = await runChecks(checks, over.signal);
  expect(begun).toBeLessThan(20);
  expect(found).toHaveLength(begun + 1);
  expect(found.at(-1)?.detail).toBe(`${20 - begun} checks were left out: what was looked at before took too long`);
});

test('cap 82: of too many checks the first are done', async () => {
  const found = await runChecks(Array.from({ length: 301 }, (_, n): Check => async () => finding(String(n))), new AbortController().signal);
  expect(found).toHaveLength(301);
  expect(found.at(-1)?.detail).toBe('1 check was left out: there are too many');
});
