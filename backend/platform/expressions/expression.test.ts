import fc from 'fast-check';
import { createExpressionCompiler, ExpressionError } from './expression.ts';

const compiler = createExpressionCompiler({ name: 'string', service: 'string', rank: 'int', labels: 'map<string, string>' });
const FACTS = { name: 'DiskFull', service: 'checkout', rank: 2n, labels: { pod: 'checkout-7d9f' } };

function faultOf(work: () => unknown): ExpressionError {
  try {
    work();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('expressions of users', () => {
  test.each([
    ['service == "checkout" && rank <= 2', true],
    ['labels.pod.startsWith("checkout-")', true],
    ['has(labels.zone) && labels.zone == "a"', false],
    ['name in ["DiskFull", "DiskSlow"]', true],
  ])('%s is %s', (source, expected) => {
    expect(compiler.condition(source)(FACTS)).toBe(expected);
  });

  test('a condition about a label that the alert lacks does not hold', () => {
    expect(compiler.condition('labels.zone == "a"')(FACTS)).toBe(false);
    expect(compiler.condition('labels.zone != "a"')(FACTS)).toBe(false);
  });

  test('an unknown variable is refused when it is written, with its place', () => {
    const fault = faultOf(() => compiler.condition('service == "a" && servce == "b"'));
    expect(fault.message).toContain('servce');
    expect(fault.position).toBe(18);
  });

  test('what is not a condition is refused', () => {
    expect(faultOf(() => compiler.condition('rank + 1')).message).toContain('true or false is needed');
    expect(faultOf(() => compiler.condition('  ')).message).toContain('empty');
    expect(faultOf(() => compiler.condition('service = "a"')).position).toBe(8);
  });

  test('cap 17: patterns run in linear time', () => {
    const facts = { ...FACTS, name: `${'a'.repeat(20_000)}!` };
    expect(compiler.condition('name.matches("^(a+)+$") || labels.pod.matches("^(checkout|cart)-")')(facts)).toBe(true);
    expect(compiler.condition('name.matches("^(a+)+$")')(facts)).toBe(false);
  });

  test('a pattern that cannot be used is refused with its place', () => {
    const fault = faultOf(() => compiler.condition('name.matches("(")'));
    expect(fault.message).toContain('cannot be used');
    expect(fault.position).toBe(13);
  });

  test('the word matches in a text is left alone', () => {
    expect(compiler.condition('"it.matches(x)" == "it.matches(x)" && service . matches("^check")')(FACTS)).toBe(true);
  });

  test('text expressions give text, and nothing where they fail', () => {
    expect(compiler.text('rank <= 2 ? "sev1" : "sev3"')(FACTS)).toBe('sev1');
    expect(compiler.text('labels.zone')(FACTS)).toBeNull();
  });

  test('whatever is written, the answer is an expression or a fault, never something else', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (source) => {
      try {
        expect(typeof compiler.condition(source)(FACTS)).toBe('boolean');
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
      }
    }));
  });
});
