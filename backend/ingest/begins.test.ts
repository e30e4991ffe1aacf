import fc from 'fast-check';
import { hasTrueStart, hasTrueTimes, withStart } from './begins.ts';
import { parsePayload, type DeliveredAlert } from './parse.ts';

const NOW = Date.UTC(2026, 2, 2, 6);

function delivered(over: object): DeliveredAlert {
  const parsed = parsePayload({ alerts: [{ status: 'firing', labels: { alertname: 'Down' }, startsAt: new Date(NOW).toISOString(), generatorURL: 'https://example.com', ...over }] }, 'grafana');
  const alert = parsed.ok ? parsed.payload.alerts[0] : undefined;
  if (alert === undefined) throw new Error('the alert cannot be read');
  return alert;
}

test.each([
  { startsAt: '2026-03-02T06:00:00Z', can: true }, { startsAt: '2026-03-03T06:00:00Z', can: true }, { startsAt: '2026-03-03T06:00:01Z', can: false },
  { startsAt: '9999-01-01T00:00:00Z', can: false }, { startsAt: '+275760-09-13T00:00:00Z', can: false }, { startsAt: '1971-01-01T00:00:00Z', can: true },
  { startsAt: '1970-01-01T00:00:00Z', can: false }, { startsAt: '0001-01-01T00:00:00Z', can: false },
])('a start of $startsAt can be true: $can', ({ startsAt, can }) => {
  expect([hasTrueStart(delivered({ startsAt }), NOW), hasTrueTimes(delivered({ startsAt }), NOW)]).toEqual([can, can]);
});

test('keeps what was written with the details, and nothing where it was taken', () => {
  const doubted = withStart(delivered({ status: 'resolved', startsAt: '9999-01-01T00:00:00Z', endsAt: '9999-01-02T00:00:00Z' }), NOW - 5, NOW);
  expect([doubted.startsAtMs, doubted.endsAtMs]).toEqual([NOW - 5, NOW]);
  expect(JSON.parse(doubted.texts.details)).toEqual({ startsAt: '9999-01-01T00:00:00.000Z', endsAt: '9999-01-02T00:00:00.000Z', generatorURL: 'https://example.com' });
  const onlyEnd = delivered({ status: 'resolved', endsAt: '9999-01-02T00:00:00Z' });
  expect([hasTrueStart(onlyEnd, NOW), hasTrueTimes(onlyEnd, NOW)]).toEqual([true, false]);
  expect(JSON.parse(withStart(onlyEnd, NOW, NOW).texts.details)).toEqual({ endsAt: '9999-01-02T00:00:00.000Z', generatorURL: 'https://example.com' });
  const told = delivered({ status: 'resolved', startsAt: '0001-01-01T00:00:00Z', endsAt: new Date(NOW - 1).toISOString() });
  expect(withStart(told, NOW - 9, NOW).endsAtMs).toBe(NOW - 1);
});

test('property: whatever instants are written, what comes of them can be true, and the end never precedes the start', () => {
  const instant = fc.integer({ min: -8.64e15, max: 8.64e15 }).map((ms) => new Date(ms).toISOString());
  fc.assert(fc.property(instant, fc.option(instant), fc.constantFrom('firing', 'resolved'), fc.integer({ min: 0, max: 1e9 }), (startsAt, endsAt, status, ago) => {
    const alert = delivered({ status, startsAt, endsAt });
    const settled = hasTrueStart(alert, NOW) ? withStart(alert, alert.startsAtMs, NOW) : withStart(alert, NOW - ago, NOW);
    expect(hasTrueTimes(settled, NOW)).toBe(true);
    expect(settled.endsAtMs === null).toBe(status === 'firing');
    if (settled.endsAtMs !== null) expect(settled.endsAtMs).toBeGreaterThanOrEqual(settled.startsAtMs);
    expect(() => JSON.parse(settled.texts.details)).not.toThrow();
  }), { numRuns: 500 });
});
