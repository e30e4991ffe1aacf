import fc from 'fast-check';
import { timestamptzArray } from './binaryArrays.ts';

const FIRST = 24;

test('writes instants to the millisecond, from year 1 to 9999', () => {
  fc.assert(fc.property(fc.integer({ min: Date.UTC(1, 0, 1) - 1e14, max: Date.UTC(9999, 11, 31) }), (ms) => {
    expect(timestamptzArray([ms]).readBigInt64BE(FIRST)).toBe(BigInt(ms - 946_684_800_000) * 1000n);
  }), { numRuns: 2_000 });
});
