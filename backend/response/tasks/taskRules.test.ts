import fc from 'fast-check';
import { checklistNews, decideMove, findCircle, isBlocked, isOverdue } from './taskRules.ts';

test('cap 64: a task is done when nothing that it waits for is open, and reopened only when it had ended', () => {
  expect(decideMove('complete', 'todo', [])).toEqual({ ok: true, to: 'done' });
  expect(decideMove('complete', 'doing', ['Drain the queue'])).toMatchObject({ ok: false, message: expect.stringContaining('waits for “Drain the queue”') });
  expect(decideMove('cancel', 'doing', ['Drain the queue'])).toEqual({ ok: true, to: 'cancelled' });
  for (const state of ['done', 'cancelled'] as const) {
    expect(decideMove('complete', state, [])).toEqual({ ok: false, message: `is ${state} already` });
    expect(decideMove('cancel', state, [])).toEqual({ ok: false, message: `is ${state} already` });
    expect(decideMove('reopen', state, [])).toEqual({ ok: true, to: 'todo' });
  }
  expect(decideMove('reopen', 'doing', [])).toEqual({ ok: false, message: 'is open' });
  expect([isBlocked([]), isBlocked([{ state: 'done' }, { state: 'cancelled' }]), isBlocked([{ state: 'done' }, { state: 'doing' }])]).toEqual([false, false, true]);
  expect([isOverdue('todo', 5, 5), isOverdue('todo', 6, 5), isOverdue('done', 1, 5), isOverdue('doing', null, 5)]).toEqual([true, false, false, false]);
});

test('cap 64: however tasks wait, what findCircle lets pass never makes a circle, and what it refuses would', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const steps = fc.array(fc.tuple(fc.constantFrom(...ids), fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 3 })), { maxLength: 20 });
  fc.assert(fc.property(steps, (all) => {
    const waits = new Map<string, string[]>();
    for (const [task, waitsFor] of all) {
      const circle = findCircle(waits, task, waitsFor);
      const tried = new Map(waits).set(task, waitsFor);
      expect(circle === null).toBe(isSortable(tried));
      if (circle === null) waits.set(task, waitsFor);
      else for (const [place, step] of circle.slice(0, -1).entries()) expect(tried.get(step)).toContain(circle[place + 1]);
    }
  }));
});

/** Whether all can be done one after the other: takes away what waits for nothing until nothing is left. */
function isSortable(waits: ReadonlyMap<string, readonly string[]>): boolean {
  const left = new Map([...waits].map(([id, others]) => [id, others.filter((other) => waits.has(other))]));
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [id, others] of left) if (others.every((other) => !left.has(other))) left.delete(id);
  }
  return left.size === 0;
}

test('a checklist tells what was ticked, and whether its points changed', () => {
  const before = [{ text: 'one', done: false }, { text: 'two', done: true }];

  expect(checklistNews(before, [{ text: 'one', done: true }, { text: 'two', done: false }])).toEqual({ ticked: ['one'], unticked: ['two'], reworded: false });
  expect(checklistNews(before, [{ text: 'one', done: false }, { text: 'three', done: true }])).toEqual({ ticked: [], unticked: [], reworded: true });
});
