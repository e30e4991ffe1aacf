/** cap 119: a run that was suggested says what the suggestion rested on. */
import { basisText } from './basis.ts';

const NEVER = { worked: 0, tried: 0 };
const known = { similar: NEVER, all: NEVER, probability: 0.618, low: 0.4, high: 0.8, reasons: ['It is for queue-db'], explored: false };

test('its record in similar incidents, else in others, else what it says of itself; with the likelihood and how sure that is', () => {
  expect(basisText({ ...known, similar: { worked: 4, tried: 5 } })).toBe('suggested; worked in 4 of 5 similar incidents; 62 % likely to end it (95 %: 40 % to 80 %)');
  expect(basisText({ ...known, similar: { worked: 0, tried: 1 }, explored: true })).toBe('suggested as worth a try; worked in 0 of 1 similar incident; 62 % likely to end it (95 %: 40 % to 80 %)');
  expect(basisText({ ...known, all: { worked: 2, tried: 3 } })).toContain('worked in 2 of 3 other incidents, in none like this one (it is for queue-db);');
  expect(basisText(known)).toContain('never run in an incident before (it is for queue-db);');
  expect(basisText({ ...known, reasons: [] })).toContain('never run in an incident before;');
});
