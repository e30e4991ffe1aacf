/** What the schema finds, in words for authors. */
import { FLOW_KINDS, LEAF_KINDS } from '#contract';
import type { z } from 'zod';
import type { KeyPath } from './places.ts';

export interface Issue {
  readonly path: KeyPath;
  readonly message: string;
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(String(key)) : undefined), root);
}

function typeWord(type: string): string {
  switch (type) {
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'an object with keys';
    case 'string':
      return 'a text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return type;
  }
}

/** The alternative of a union that the value comes nearest to: the one with the fewest faults, and those deepest. */
function nearest(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] {
  const depth = (faults: readonly z.core.$ZodIssue[]): number => Math.max(0, ...faults.map((fault) => fault.path.length));
  return [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
}

function kindMessage(given: unknown): string {
  const known = [...LEAF_KINDS, ...FLOW_KINDS];
  return given === undefined ? `is missing; use one of ${known.join(', ')}` : `"${String(given)}" is not a kind of step; use one of ${known.join(', ')}`;
}

function describe(issue: z.core.$ZodIssue, before: KeyPath, root: unknown): Issue[] {
  const path = [...before, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const given = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a known key' }));
    case 'invalid_union': {
      if (issue.errors.length === 0) return [{ path, message: path.at(-1) === 'kind' && path.includes('steps') ? kindMessage(given) : `${JSON.stringify(given) ?? 'nothing'} is not known here` }];
      const faults = nearest(issue);
      const simple = issue.errors.flat().every((fault) => fault.path.length === 0 && fault.code === 'invalid_type');
      if (!simple) return faults.flatMap((fault) => describe(fault, path, root));
      const types = issue.errors.flat().flatMap((fault) => (fault.code === 'invalid_type' ? [typeWord(fault.expected)] : []));
      return [{ path, message: given === undefined ? 'is missing' : `must be ${[...new Set(types)].join(' or ')}` }];
    }
    case 'invalid_type':
      return [{ path, message: given === undefined ? 'is missing' : `must be ${typeWord(issue.expected)}` }];
    case 'invalid_value':
      return [{ path, message: given === undefined ? `is missing; it is ${issue.values.map(String).join(' or ')}` : `must be ${issue.values.map(String).join(' or ')}` }];
    case 'too_big':
      return [{ path, message: issue.origin === 'string' ? `is longer than ${issue.maximum} characters` : issue.origin === 'array' ? `has more than ${issue.maximum} entries` : `must be ${issue.maximum} or less` }];
    case 'too_small':
      if (issue.origin === 'string') return [{ path, message: 'must not be empty' }];
      return [{ path, message: issue.origin === 'array' ? issue.message.startsWith('Too') ? `needs ${issue.minimum} entry at least` : issue.message : `must be ${issue.minimum} or more` }];
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => describe(inner, path, root)).map(({ message }) => ({ path, message: `the name ${message}` }));
    default:
      return [{ path, message: issue.message }];
  }
}

/** The faults of a value, one for each place. */
export function describeIssues(error: z.ZodError, root: unknown): Issue[] {
  const found = error.issues.flatMap((issue) => describe(issue, [], root));
  return found.filter((issue, index) => found.findIndex((other) => other.path.join('/') === issue.path.join('/')) === index);
}
