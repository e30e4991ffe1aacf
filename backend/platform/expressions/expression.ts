/**
 * Expressions that users write: CEL, checked against declared variables when they are saved, evaluated without side
 * effects. Patterns (`matches`) run on an engine of linear time, as CEL's own definition asks (RE2 syntax); the
 * library's backtracking one could be made to hang.
 */
import { Environment } from '@marcbachmann/cel-js';
import { ExpressionError, firstLine, LIMITS, MAX_CHARACTERS, parseWithLinearPatterns, placeOf, registerLinearPatterns } from './celParts.ts';

export { ExpressionError } from './celParts.ts';

/** Types that a variable may be declared with. */
export type VariableType = 'string' | 'int' | 'double' | 'bool' | 'map<string, string>' | 'list<string>';

type Facts = Readonly<Record<string, unknown>>;

export interface ExpressionCompiler {
  /**
   * A condition over the declared variables. Where its evaluation fails (a label that the alert does not have, say) it
   * does not hold; `has(labels.x)` asks first. Throws `ExpressionError`.
   */
  condition(source: string): (facts: Facts) => boolean;
  /** An expression that gives text; null where its evaluation fails. Throws `ExpressionError`. */
  text(source: string): (facts: Facts) => string | null;
}

/** Makes a compiler for expressions over the given variables. */
export function createExpressionCompiler(variables: Readonly<Record<string, VariableType>>): ExpressionCompiler {
  const environment = new Environment({ limits: LIMITS });
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  registerLinearPatterns(environment);

  function compile(source: string, type: 'bool' | 'string'): (facts: Facts) => unknown {
    if (source.trim() === '') throw new ExpressionError('the expression is empty', 0);
    if (source.length > MAX_CHARACTERS) throw new ExpressionError(`the expression is longer than ${MAX_CHARACTERS} characters`, null);
    try {
      const checked = environment.check(source);
      if (!checked.valid) throw new ExpressionError(firstLine(checked.error), placeOf(checked.error));
      if (checked.type !== type && checked.type !== 'dyn') {
        throw new ExpressionError(`the expression gives ${checked.type ?? 'something else'}, and ${type === 'bool' ? 'true or false' : 'text'} is needed`, null);
      }
      return parseWithLinearPatterns(environment, source);
    } catch (error) {
      if (error instanceof ExpressionError) throw error;
      throw new ExpressionError(firstLine(error), placeOf(error));
    }
  }

  return {
    condition(source) {
      const run = compile(source, 'bool');
      return (facts) => {
        try {
          return run(facts) === true;
        } catch {
          // Not a fault of the service: the alert lacks what the condition asks about, so it does not hold.
          return false;
        }
      };
    },
    text(source) {
      const run = compile(source, 'string');
      return (facts) => {
        try {
          const value = run(facts);
          return typeof value === 'string' ? value : null;
        } catch {
          // As above: nothing can be said of this alert.
          return null;
        }
      };
    },
  };
}
