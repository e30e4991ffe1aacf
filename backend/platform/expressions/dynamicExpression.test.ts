import fc from 'fast-check';
import { ExpressionError } from './celParts.ts';
import { dynamicExpression } from './dynamicExpression.ts';

const SCOPE = { inputs: { replicas: 3, ratio: 0.5, host: 'a-1' }, steps: { check: { output: { values: [1, 2, 3], ok: true } } }, incident: { labels: { 'app.io/name': 'cart' } } };
const value = (source: string): unknown => dynamicExpression(source).evaluate(SCOPE);

test.each([
  ['inputs.replicas * 2 + 1', 7],
  ['inputs.replicas / 2', 1.5],
  ['inputs.ratio * 100', 50],
  ['inputs.replicas % 2', 1],
  ['size(steps.check.output.values)', 3],
  ['steps.check.output.values.map(x, x * 2)', [2, 4, 6]],
  ['steps.check.output.values[inputs.replicas - 1]', 3],
  ['incident.labels["app.io/name"] == "cart"', true],
  ['inputs.host.matches("^a-[0-9]+$")', true],
  ['{"a": 1, "b": [true, "x"]}', { a: 1, b: [true, 'x'] }],
  ['timestamp("2026-01-01T00:00:00Z")', '2026-01-01T00:00:00.000Z'],
  ['has(steps.other)', false],
])('%s', (source, expected) => {
  expect(value(source)).toEqual(expected);
});

test.each([
  ['inputs.hots == "a"', 'hots', 7],
  ['nobody', 'nobody', 0],
  ['1 +', 'EOF', 3],
  ['inputs.host + 1', 'overload', 0],
  ['duration("1m")', 'neither', null],
  ['inputs.host.matches("(")', 'cannot be used', 20],
])('%s fails and says where', (source, words, position) => {
  let fault: unknown;
  try {
    value(source);
  } catch (error) {
    fault = error;
  }
  expect(fault).toBeInstanceOf(ExpressionError);
  expect(fault).toMatchObject({ message: expect.stringContaining(words), position });
});

test('the names that it uses are known, without those it makes itself', () => {
  expect(dynamicExpression('steps.a["output"].items.exists(x, x.name == inputs.host) && cel.bind(y, run.id, y > 1)').references.map(({ path }) => path.join('.')).sort())
    .toEqual(['inputs.host', 'run.id', 'steps.a.output.items']);
  expect(dynamicExpression('1 == steps.b.output').references).toEqual([{ path: ['steps', 'b', 'output'], at: 5 }]);
  expect(dynamicExpression('incident.alerts[inputs.n].name').references.map(({ path }) => path.join('.')).sort()).toEqual(['incident.alerts.*.name', 'inputs.n']);
});

test('loops within loops are broken off', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => index);
  expect(() => dynamicExpression('many.all(x, many.all(y, many.all(z, x + y + z >= 0)))').evaluate({ many })).toThrow('too long');
});

test('whatever is written, it is an expression or a fault', () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (source) => {
    try {
      value(source);
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
    }
  }));
});
