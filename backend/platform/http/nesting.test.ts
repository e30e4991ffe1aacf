import fc from 'fast-check';
import { isNestedDeeper } from './nesting.ts';

const nested = (levels: number): unknown => JSON.parse(`${'[{"a":'.repeat(Math.floor(levels / 2))}${levels % 2 === 1 ? '[]' : '0'}${'}]'.repeat(Math.floor(levels / 2))}`);

test('lists and objects count as levels, whatever stands beside them', () => {
  fc.assert(fc.property(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.array(fc.anything({ maxDepth: 1 }), { maxLength: 3 }), (levels, limit, beside) => {
    expect(isNestedDeeper(nested(levels), limit)).toBe(levels > limit);
    if (levels >= 2) expect(isNestedDeeper([...beside, nested(levels)], limit)).toBe(levels + 1 > limit);
  }));
  for (const flat of [null, undefined, 1, 'text', true]) expect(isNestedDeeper(flat, 0)).toBe(false);
});

test('no depth is too much for it', () => {
  expect(isNestedDeeper(nested(200_000), 64)).toBe(true);
});
