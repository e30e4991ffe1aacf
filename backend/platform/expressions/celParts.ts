/**
 * What expressions of every sort share: their limits, their faults, and patterns (`matches`) on an engine of linear time,
 * as CEL's own definition asks (RE2 syntax); the library's backtracking one could be made to hang.
 */
import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

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

/** Limits of the size of an expression. */
export const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 };
/** Longest expression. */
export const MAX_CHARACTERS = 4_000;
const MAX_PATTERNS = 500;
/** Stands in for `matches`; long and odd enough that nobody writes it. */
const LINEAR_MATCHES = 'matches_in_linear_time';

const patterns = new Map<string, RE2JS>();

/** Compiled patterns are few (they stand in expressions) but may also be made of labels: kept up to a bound. */
export function patternOf(source: string): RE2JS {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  const compiled = RE2JS.compile(source);
  patterns.set(source, compiled);
  return compiled;
}

/** Whether a part of a node is a node. */
export function isNode(value: unknown): value is ASTNode {
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
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'is not an expression';
}

/** Where in the text the library sees the fault. */
export function placeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('range' in error)) return null;
  const { range } = error;
  return typeof range === 'object' && range !== null && 'start' in range && typeof range.start === 'number' ? range.start : null;
}

/** Gives an environment the function that stands in for `matches`. */
export function registerLinearPatterns(environment: Environment): void {
  environment.registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) => patternOf(pattern).matcher(text).find());
}

/** Compiles a checked text, with each `.matches(` turned into the linear one. */
export function parseWithLinearPatterns(environment: Environment, source: string): ParseResult {
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
  return environment.parse(names.sort((a, b) => b - a).reduce((text, at) => `${text.slice(0, at)}${text.slice(at).replace('matches', LINEAR_MATCHES)}`, source));
}
