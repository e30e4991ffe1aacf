/**
 * Expressions in CEL over values whose types are known only when they are there: outputs of steps, say. Unlike conditions over
 * declared facts, a failure is told, not taken for "does not hold". Numbers are numbers: `replicas + 1` and `errors / 2` do
 * what people expect, whether a value came as 3 or as 3.5.
 */
import { Environment } from '@marcbachmann/cel-js';
import { withinTime } from './timeLimit.ts';
import { ExpressionError, firstLine, isNode, LIMITS, MAX_CHARACTERS, parseWithLinearPatterns, placeOf, registerLinearPatterns } from './celParts.ts';

/** A name that an expression uses: `steps.check.output` as its parts, with its place in the text. */
export interface Reference {
  readonly path: readonly string[];
  /** Counted from 0. */
  readonly at: number;
}

export interface DynamicExpression {
  /** The value as JSON. Throws `ExpressionError`. */
  evaluate(scope: Readonly<Record<string, unknown>>): unknown;
  /** What it uses of the scope. */
  readonly references: readonly Reference[];
  /** What it gives, when that can be told: `bool`, `list`, …; `dyn` otherwise. */
  readonly type: string;
}

/** Loops within loops over long lists may take long; they are broken off. */
const NESTED_LIMIT_MS = 250;
const MAX_KEPT = 2_000;
const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b,
};

function makeEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS, unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  registerLinearPatterns(environment);
  for (const [operator, compute] of Object.entries(OPERATIONS)) {
    const mixed = (a: number | bigint, b: number | bigint): number => compute(Number(a), Number(b));
    environment.registerOperator(`int ${operator} double: double`, mixed);
    environment.registerOperator(`double ${operator} int: double`, mixed);
  }
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  return environment;
}
const environment = makeEnvironment();

/** `steps.check["output"]` as its parts; null when it does not begin with a name. */
function pathOf(node: unknown): { root: string; at: number; rest: string[] } | null {
  if (!isNode(node)) return null;
  if (node.op === 'id' && typeof node.args === 'string') return { root: node.args, at: node.range.start, rest: [] };
  if ((node.op === '.' || node.op === '[]') && Array.isArray(node.args)) {
    const [of, key]: readonly unknown[] = node.args;
    const inner = pathOf(of);
    const name = typeof key === 'string' ? key : isNode(key) && key.op === 'value' && typeof key.args === 'string' ? key.args : null;
    return inner === null ? null : { ...inner, rest: name === null ? [...inner.rest, '*'] : [...inner.rest, name] };
  }
  return null;
}

interface Found {
  readonly references: Reference[];
  deepest: number;
}

function walk(node: unknown, bound: readonly string[], loops: number, found: Found): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, bound, loops, found);
    return;
  }
  if (!isNode(node)) return;
  found.deepest = Math.max(found.deepest, loops);
  const path = pathOf(node);
  if (path !== null) {
    if (!bound.includes(path.root)) found.references.push({ path: [path.root, ...path.rest], at: path.at });
    // What stands in brackets may use names of its own.
    walkKeys(node, bound, loops, found);
    return;
  }
  if (node.op === 'rcall' && Array.isArray(node.args)) {
    const [name, receiver, given]: readonly unknown[] = node.args;
    const [first, ...rest]: readonly unknown[] = Array.isArray(given) ? given : [];
    if (typeof name === 'string' && MACROS.has(name) && isNode(first) && first.op === 'id' && typeof first.args === 'string') {
      if (name !== 'bind') walk(receiver, bound, loops, found);
      walk(rest, [...bound, first.args], name === 'bind' ? loops : loops + 1, found);
      return;
    }
  }
  walk(node.args, bound, loops, found);
}

function walkKeys(node: unknown, bound: readonly string[], loops: number, found: Found): void {
  if (!isNode(node) || (node.op !== '.' && node.op !== '[]') || !Array.isArray(node.args)) return;
  const [of, key]: readonly unknown[] = node.args;
  walkKeys(of, bound, loops, found);
  if (node.op === '[]') walk(key, bound, loops, found);
}

/** A value of CEL as JSON: whole numbers come as big ones, instants as dates. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (typeof value === 'object' && value !== null) {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw new ExpressionError('the expression gives neither text, number, truth, list nor object', null);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  if (value === undefined) throw new ExpressionError('the expression gives nothing', null);
  return value;
}

function compile(source: string): DynamicExpression {
  if (source.trim() === '') throw new ExpressionError('the expression is empty', 0);
  if (source.length > MAX_CHARACTERS) throw new ExpressionError(`the expression is longer than ${MAX_CHARACTERS} characters`, null);
  try {
    const checked = environment.check(source);
    if (!checked.valid) throw new ExpressionError(firstLine(checked.error), placeOf(checked.error));
    const run = parseWithLinearPatterns(environment, source);
    const found: Found = { references: [], deepest: 0 };
    walk(environment.parse(source).ast, [], 0, found);
    const calculate = (scope: Readonly<Record<string, unknown>>): unknown => run({ ...scope });
    return {
      references: found.references, type: checked.type ?? 'dyn',
      evaluate(scope) {
        try {
          if (found.deepest < 2) return plain(calculate(scope));
          const limited = withinTime(NESTED_LIMIT_MS, () => plain(calculate(scope)));
          if (!limited.done) throw new ExpressionError('the expression takes too long', null);
          return limited.value;
        } catch (error) {
          if (error instanceof ExpressionError) throw error;
          throw new ExpressionError(firstLine(error), placeOf(error));
        }
      },
    };
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    throw new ExpressionError(firstLine(error), placeOf(error));
  }
}

const kept = new Map<string, DynamicExpression>();

/** Compiles an expression; the same text is compiled once. Throws `ExpressionError`. */
export function dynamicExpression(source: string): DynamicExpression {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const made = compile(source);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(source, made);
  return made;
}
