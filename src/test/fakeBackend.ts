/** Answers for the network of page tests, by operation; each answer must follow the contract. */
import { NEVER, of, throwError, type Observable } from 'rxjs';
import { operations, OPERATION_NAMES, type Operation, type OperationName, type Problem } from '#contract';
import { BACKEND_URL, PLUGIN_ID } from '../constants.ts';

const SETTINGS_URL = `/api/plugins/${PLUGIN_ID}/settings`;

interface Asked {
  readonly url: string;
  readonly method?: string;
  readonly data?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Call {
  readonly operation: OperationName;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

export type Answer = { readonly ok: unknown } | { readonly problem: Problem } | { readonly status: number } | 'never';

export interface FakeBackend {
  /** What was asked, in order. */
  readonly calls: Call[];
  /** Settings of the app that Grafana itself was asked to keep. */
  readonly kept: unknown[];
  /** Sets what an operation answers from now on. */
  answer(operation: OperationName, answer: Answer | ((call: Call) => Answer)): void;
  /** Sets what Grafana answers when it is to keep the settings of the app. */
  keepSettings(answer: Answer): void;
  /** Calls of one operation, in order. */
  callsOf(operation: OperationName): readonly Call[];
  fetch(asked: Asked): Observable<{ data: unknown }>;
}

export function createFakeBackend(): FakeBackend {
  const calls: Call[] = [];
  const kept: unknown[] = [];
  const answers = new Map<OperationName, Answer | ((call: Call) => Answer)>();
  let settingsAnswer: Answer = { ok: {} };
  return {
    calls,
    kept,
    answer: (operation, answer) => void answers.set(operation, answer),
    keepSettings: (answer) => void (settingsAnswer = answer),
    callsOf: (operation) => calls.filter((call) => call.operation === operation),
    fetch(asked) {
      if (asked.url === SETTINGS_URL) {
        kept.push(asked.data);
        return toResponse(settingsAnswer, asked.url);
      }
      const call = recognise(asked);
      calls.push(call);
      const set = answers.get(call.operation);
      if (set === undefined) {
        throw new Error(`the test answers no ${call.operation}`);
      }
      const answer = typeof set === 'function' ? set(call) : set;
      if (answer !== 'never' && 'ok' in answer) {
        // an answer that the contract does not know would prove nothing
        operations[call.operation].response.parse(answer.ok);
      }
      return toResponse(answer, asked.url);
    },
  };
}

function toResponse(answer: Answer, url: string): Observable<{ data: unknown }> {
  if (answer === 'never') {
    return NEVER;
  }
  if ('ok' in answer) {
    return of({ data: answer.ok });
  }
  return 'problem' in answer
    ? throwError(() => ({ status: answer.problem.status, data: answer.problem, config: { url } }))
    : throwError(() => ({ status: answer.status, data: '', config: { url } }));
}

function recognise({ url, method = 'GET', data, headers = {} }: Asked): Call {
  const { pathname, searchParams } = new URL(url, 'http://grafana.example.com');
  const path = pathname.slice(BACKEND_URL.length);
  const operation = OPERATION_NAMES.find((name) => {
    const known: Operation = operations[name];
    return known.method === method.toLowerCase() && new RegExp(`^${known.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  });
  if (operation === undefined) {
    throw new Error(`no operation has ${method} ${path}`);
  }
  return { operation, path, query: searchParams, body: data, headers };
}

export function problemOf(status: number, code: Problem['code'], detail: string): { problem: Problem } {
  return { problem: { type: 'about:blank', title: code, status, detail, code, requestId: 'request-1' } };
}
