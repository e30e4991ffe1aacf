/** Reads a provisioning file: YAML in, checked values out, faults named by file, line and key. */
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A file's content and the name to call it by. */
export interface ProvisioningFile {
  readonly path: string;
  readonly text: string;
}

/** A provisioning file that cannot be applied. The message names file, line and key. */
export class ProvisioningError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProvisioningError';
  }
}

export type KeyPath = readonly (string | number)[];

export interface ReadFile<T> {
  readonly value: T;
  /** An error about the value at `key`, telling where it stands. */
  faultAt(key: KeyPath, message: string, cause?: unknown): ProvisioningError;
}

/** `sources[0].hmac.secret`: a key as people write it. */
function keyText(key: KeyPath): string {
  let text = '';
  for (const part of key) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}

/** Where the key, or the nearest thing around it that exists, stands in the text. */
function offsetOf(document: Document, key: KeyPath): number {
  for (let length = key.length; length > 0; length -= 1) {
    const container: unknown = length === 1 ? document.contents : document.getIn(key.slice(0, length - 1), true);
    const name = key[length - 1];
    if (isMap(container)) {
      const pair = container.items.find((item) => isScalar(item.key) && item.key.value === name);
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
      continue;
    }
    const node: unknown = document.getIn(key.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0];
      if (typeof start === 'number') return start;
    }
  }
  return 0;
}

/** What a fault of the schema says, with its key; unknown keys are named one by one. */
function describeIssue(issue: z.core.$ZodIssue): { key: KeyPath; message: string } {
  const key = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const [unknown = ''] = issue.keys;
    return { key: [...key, unknown], message: 'is not a known key' };
  }
  return { key, message: issue.message };
}

/** Parses and checks a file; throws a `ProvisioningError` for the first fault. */
export function readProvisioningFile<T>(file: ProvisioningFile, schema: z.ZodType<T>): ReadFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new ProvisioningError(`${file.path}:${line}:${col}: ${syntax.message}`, { cause: syntax });
  }

  function faultAt(key: KeyPath, message: string, cause?: unknown): ProvisioningError {
    const { line } = lines.linePos(offsetOf(document, key));
    return new ProvisioningError(`${file.path}:${line}: ${keyText(key)}: ${message}`, cause === undefined ? undefined : { cause });
  }

  const checked = schema.safeParse(document.toJS());
  if (checked.success) return { value: checked.data, faultAt };
  const [issue] = checked.error.issues;
  if (issue === undefined) throw new ProvisioningError(`${file.path}: does not fit the schema`);
  const { key, message } = describeIssue(issue);
  throw faultAt(key, message);
}
