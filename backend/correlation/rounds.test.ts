import { createRounds } from './rounds.ts';

test('does one more round for all who asked during one, and each of them waits for a round that began later', async () => {
  const begun: (() => void)[] = [];
  const rounds = createRounds(() => new Promise((resolve) => begun.push(resolve)));
  const first = rounds.next();
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toHaveLength(1);
  const others = [rounds.next(), rounds.next(), rounds.next()];
  begun[0]?.();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toHaveLength(2);
  begun[1]?.();
  await Promise.all(others);
  await rounds.idle();
  expect(begun).toHaveLength(2);
});

test('goes on after a round that failed', async () => {
  let rounds = 0;
  const looks = createRounds(() => {
    rounds += 1;
    return rounds === 1 ? Promise.reject(new Error('no database')) : Promise.resolve();
  });
  await expect(looks.next()).rejects.toThrow('no database');
  await looks.next();
  await looks.idle();
  expect(rounds).toBe(2);
});
