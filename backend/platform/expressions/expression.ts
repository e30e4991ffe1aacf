/**
 * Expressions that users write: CEL, checked against declared variables when they are saved, evaluated without side
 * effects. Patterns (`matches`) run on an engine of linear time, as CEL's own definition asks (RE2 syntax); the
 * library's backtracking one could be made to hang.
 */
import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

/** Types that a variable may be declared with. */
export type VariableType = 'string' | 'int' | 'double' | 'bool' | 'map<string, string>' | 'list<string>';

/** The expression as written cannot be used. */
export class ExpressionError extends Error {
  /** Place of the fault in the text, counted from 0; null when the library does not tell. */
  readonly position: number | null;

  constructor(message: string, position: number | null) {
    super(message);
    this.name = 'ExpressionError';
    this.position = position;
  }
}

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

const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 };
const MAX_CHARACTERS = 4_000;
const MAX_PATTERNS = 500;
/** Stands in for `matches`; long and odd enough that nobody writes it. */
const LINEAR_MATCHES = 'matches_in_linear_time';

const patterns = new Map<string, RE2JS>();

/** Compiled patterns are few (they stand in expressions) but may also be made of labels: kept up to a bound. */
function patternOf(source: string): RE2JS {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  const compiled = RE2JS.compile(source);
  patterns.set(source, compiled);
  return compiled;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** Places in the text where a call of `matches` has its name, and the constant patterns given to it. */
function findMatches(node: unknown, names: number[], constants: { readonly text: string; readonly at: number }[]): void {
  if (Array.isArray(node)) {
    for (const item of node) findMatches(item, names, constants);
    return;
  }
  if (!isNode(node)) return;
  if (node.op === 'rcall' && Array.isArray(node.args) && node.args[0] === 'matches') {
    const receiver: unknown = node.args[1];
    if (isNode(receiver)) names.push(receiver.range.end);
    const given: unknown = Array.isArray(node.args[2]) ? node.args[2][0] : undefined;
    if (isNode(given) && given.op === 'value' && typeof given.args === 'string') constants.push({ text: given.args, at: given.range.start });
  }
  findMatches(node.args, names, constants);
}

/** The first line of the library's message; the others draw an arrow. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'is not an expression';
}

function placeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('range' in error)) return null;
  const { range } = error;
  return typeof range === 'object' && range !== null && 'start' in range && typeof range.start === 'number' ? range.start : null;
}

/** Makes a compiler for expressions over the given variables. */
export function createExpressionCompiler(variables: Readonly<Record<string, VariableType>>): ExpressionCompiler {
  const environment = new Environment({ limits: LIMITS });
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  environment.registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) => patternOf(pattern).matcher(text).find());

  /** The text with each `.matches(` turned into the linear one. */
  function withLinearPatterns(source: string): string {
    const names: number[] = [];
    const constants: { readonly text: string; readonly at: number }[] = [];
    findMatches(environment.parse(source).ast, names, constants);
    for (const { text, at } of constants) {
      try {
        patternOf(text);
      } catch (error) {
        throw new ExpressionError(`the pattern ${JSON.stringify(text)} cannot be used: ${firstLine(error)}`, at);
      }
    }
    return names.sort((a, b) => b - a).reduce((text, at) => `${text.slice(0, at)}${text.slice(at).replace('matches', LINEAR_MATCHES)}`, source);
  }

  function compile(source: string, type: 'bool' | 'string'): (facts: Facts) => unknown {
    if (source.trim() === '') throw new ExpressionError('the expression is empty', 0);
    if (source.length > MAX_CHARACTERS) throw new ExpressionError(`the expression is longer than ${MAX_CHARACTERS} characters`, null);
    try {
      const checked = environment.check(source);
      if (!checked.valid) throw new ExpressionError(firstLine(checked.error), placeOf(checked.error));
      if (checked.type !== type && checked.type !== 'dyn') {
        throw new ExpressionError(`the expression gives ${checked.type ?? 'something else'}, and ${type === 'bool' ? 'true or false' : 'text'} is needed`, null);
      }
      return environment.parse(withLinearPatterns(source));
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
