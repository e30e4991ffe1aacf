import { expect, test } from '@jest/globals';
import { orgId, type OrgId } from '#contract';
import { createSimulatedClock } from './clock.ts';
import { createLogger } from './logger.ts';
import { createWatch } from './watch.ts';

const ORGS = [orgId.parse(1), orgId.parse(2)];

/** Looks that end when they are told to. */
function openLooks(): { readonly asked: OrgId[]; look(org: OrgId): Promise<void>; end(fault?: Error): Promise<void> } {
  const asked: OrgId[] = [];
  const open: { resolve: () => void; reject: (fault: Error) => void }[] = [];
  return {
    asked,
    look(org) {
      asked.push(org);
      return new Promise((resolve, reject) => open.push({ resolve, reject }));
    },
    async end(fault) {
      const first = open.shift();
      if (fault === undefined) first?.resolve();
      else first?.reject(fault);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a watch makes one round at a time, whatever the clock says, and a look that fails takes nothing from the next organisation', async () => {
  const clock = createSimulatedClock(0);
  const looks = openLooks();
  const lines: string[] = [];
  const watch = createWatch({ clock, logger: createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } }), orgs: ORGS, everyMs: 1_000, look: looks.look, fault: 'could not look' });

  watch.start();
  expect(looks.asked).toEqual([]);
  clock.advance(5_000);
  expect(looks.asked).toEqual([1]);
  await looks.end(new Error('the database is away'));
  expect(looks.asked).toEqual([1, 2]);
  expect(lines.join()).toMatch(/could not look/);
  await looks.end();
  clock.advance(1_000);
  expect(looks.asked).toEqual([1, 2, 1]);

  let isClosed = false;
  const closing = watch.close().then(() => {
    isClosed = true;
  });
  await looks.end();
  expect(isClosed).toBe(false);
  await looks.end();
  await closing;
  clock.advance(60_000);
  expect(looks.asked).toHaveLength(4);
});
