/** Requests to any operation as anybody: for tests that are generated over the whole contract. */
import { operations, type OperationName } from '../../backend/contract/index.ts';
import { pathOf } from './app.ts';

/** The parts of a request, as a program would write them. */
export interface Parts {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RawAnswer {
  readonly operation: OperationName;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed JSON; undefined without a body. */
  readonly body: unknown;
}

/** Calls an operation with the given proof. */
export async function send(url: string, operation: OperationName, parts: Parts, proof: Readonly<Record<string, string>>): Promise<RawAnswer> {
  const response = await fetch(`${url}${pathOf(operation, parts)}`, {
    method: operations[operation].method.toUpperCase(),
    headers: { ...proof, ...(parts.body === undefined ? {} : { 'Content-Type': 'application/json' }), ...parts.headers },
    ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
  });
  const text = await response.text();
  return { operation, status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

/** The proof of an API token. */
export function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}
