import { meaningOf } from './meanings.ts';
import type { PastIncident } from './meaningStore.ts';

const AT = '2026-01-10T10:30:00.000Z';
const CAUSE = { text: 'payments-db failed first', service: 'payments-db' };
const RESTART = { kind: 'runbook', text: 'Restart the pool', at: AT, run: '12' } as const;
const past = (number: number, more: Partial<PastIncident> = {}): PastIncident => ({ number, names: ['PoolBusy'], services: ['checkout'], minutes: 40, remedies: [], causes: [], ...more });

test('cap 117: what an alert usually means is what was confirmed and what ended it in the incidents that carried it, the most frequent first, and from that what to check', () => {
  const told = meaningOf('checkout', [
    past(9, { causes: [{ text: 'A release', service: null }], minutes: 10 }), past(7, { causes: [CAUSE, CAUSE], remedies: [{ ...RESTART, run: '20' }, { kind: 'note', text: 'It helped', at: AT, run: null }] }),
    past(3, { services: ['search'], causes: [CAUSE], remedies: [RESTART], minutes: null }),
  ], ['payments-db', 'cache']);
  expect(told).toMatchObject({
    incidents: 3, atService: 2, medianMinutes: 10, causes: [{ ...CAUSE, incidents: 2, latest: 7 }, { text: 'A release', service: null, incidents: 1, latest: 9 }],
    fixedBy: [{ remedy: { kind: 'runbook', run: '20' }, incidents: 2, latest: 7 }, { remedy: { kind: 'note' }, incidents: 1 }],
    checks: [
      'payments-db: it was confirmed as the cause 2 of 3 times (INC-7).', 'A release: was confirmed as the cause 1 of 3 times (INC-9).', 'Whether “Restart the pool” fits: it succeeded 2 of 3 times (INC-7).',
      'What checkout needs besides: cache.',
    ],
  });
});

test('nothing past means nothing known; what its service needs is still worth a look', () => {
  expect(meaningOf('checkout', [], ['payments-db'])).toEqual({ incidents: 0, atService: 0, medianMinutes: null, causes: [], fixedBy: [], checks: ['What checkout needs: payments-db.'] });
  expect(meaningOf(null, [], [])).toMatchObject({ checks: [] });
});
