import { liveEvent, taskRef, type LiveEvent } from '#contract';
import { projectTimeline } from './project.ts';

const START = Date.parse('2026-03-01T10:00:00Z');

function event(position: number, type: LiveEvent['type'], data: Record<string, unknown>): LiveEvent {
  return liveEvent.parse({ position: String(position), type, at: new Date(START + position * 1_000).toISOString(), actor: { kind: 'system', key: 'system', name: 'Muster' }, incident: 1, data });
}
const assessed = (position: number, root: string, rootScore: number, confidence = 0.99): LiveEvent => event(position, 'incident.assessed', { root, rootScore, confidence, change: null });

test('an assessment that says the same again as surely is no line of its own, in whichever order the page is read', () => {
  const events = [assessed(1, 'payments-db', 0.6), event(2, 'incident.alerts_joined', { alerts: 3, firing: 3, total: 3 }), assessed(3, 'payments-db', 0.65), event(4, 'incident.alerts_joined', { alerts: 2, firing: 5, total: 5 }), assessed(5, 'payments-db', 0.999)];
  for (const [page, order] of [[events, ['1', '2', '5']], [[...events].reverse(), ['5', '4', '1']]] as const) {
    const lines = projectTimeline(page, []);
    expect(lines.map(({ position }) => position)).toEqual(order);
    expect(lines.map(({ text }) => text).sort()).toEqual(['5 alerts joined; 5 of 5 fire', 'Probable cause: payments-db (60 %)', 'Probable cause: payments-db (> 99 %)']);
  }
});

test('another cause, and the first one come back, are told', () => {
  const lines = projectTimeline([assessed(1, 'payments-db', 0.6), assessed(2, 'cart', 0.6), assessed(3, 'payments-db', 0.6)], []);
  expect(lines.map(({ text }) => text)).toEqual(['Probable cause: payments-db (60 %)', 'Probable cause: cart (60 %)', 'Probable cause: payments-db (60 %)']);
});

test('a task that was made of a line which is left out stands at the line that said so first', () => {
  const task = taskRef.parse({ id: '7', title: 'Look at the pool', state: 'todo' });
  const [line] = projectTimeline([assessed(1, 'payments-db', 0.6), assessed(2, 'payments-db', 0.6)], [], new Map([['2', [task]]]));
  expect(line?.tasks).toEqual([task]);
});
