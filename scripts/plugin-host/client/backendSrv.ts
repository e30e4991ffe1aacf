import { catchError, defer, lastValueFrom, Observable, switchMap, throwError } from 'rxjs';
import { AppEvents } from '@grafana/data';
import {
  getAppEvents,
  type BackendSrv,
  type BackendSrvRequest,
  type FetchError,
  type FetchResponse,
} from '@grafana/runtime';

/** Grafana waits this long for the caller to mark an error as handled before it shows a message of its own. */
const UNHANDLED_AFTER_MS = 50;

/** Calls to Grafana's API as plugins see them: cancelling by request id, messages for unhandled errors, retry on 401. */
export class HostBackendSrv implements BackendSrv {
  readonly #inFlight = new Map<string, AbortController>();

  // The interface's own signatures default to `any`; these keep them, but no `any` starts here.
  get<T>(
    url: string,
    params?: Record<string, unknown>,
    requestId?: string,
    options?: Partial<BackendSrvRequest>
  ): Promise<T> {
    return this.request<T>({
      ...options,
      method: 'GET',
      url,
      ...(params !== undefined && { params }),
      ...(requestId !== undefined && { requestId }),
    });
  }

  delete<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'DELETE', url, data });
  }

  post<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'POST', url, data });
  }

  patch<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'PATCH', url, data });
  }

  put<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>): Promise<T> {
    return this.request<T>({ ...options, method: 'PUT', url, data });
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    const response = await lastValueFrom(this.fetch<T>(options));
    showSuccess(options, response.data);
    return response.data;
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return lastValueFrom(this.fetch<T>(options));
  }

  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return this.#withRetryAfterPing(options, () =>
      this.#send(options, async (response) => parse<T>(response, options))
    ).pipe(
      catchError((error: FetchError) => {
        showErrorUnlessHandled(options, error);
        return throwError(() => error);
      })
    );
  }

  chunked(options: BackendSrvRequest): Observable<FetchResponse<Uint8Array | undefined>> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const read = async (): Promise<void> => {
        const response = await window.fetch(urlOf(options), initOf(options, abort.signal));
        const meta = describe(response, options);
        if (!response.ok) throw toFetchError(response, options, await parseBody(response, undefined));
        const reader = response.body?.getReader();
        for (;;) {
          const chunk = await reader?.read();
          if (chunk === undefined || chunk.done) break;
          subscriber.next({ ...meta, data: chunk.value });
        }
        subscriber.complete();
      };
      options.abortSignal?.addEventListener('abort', () => abort.abort());
      read().catch((error: unknown) => {
        if (!abort.signal.aborted) subscriber.error(error);
        else subscriber.complete();
      });
      return () => abort.abort();
    });
  }

  /** Grafana takes a 401 for an expired session: it renews the session and sends the request once more, a POST too. */
  #withRetryAfterPing<T>(options: BackendSrvRequest, send: () => Observable<T>): Observable<T> {
    return send().pipe(
      catchError((error: FetchError) => {
        if (error.status !== 401 || !options.url.startsWith('/') || (options.retry ?? 0) > 0)
          return throwError(() => error);
        return defer(() => window.fetch('/api/login/ping')).pipe(switchMap(() => send()));
      })
    );
  }

  #send<T>(
    options: BackendSrvRequest,
    read: (response: Response) => Promise<FetchResponse<T>>
  ): Observable<FetchResponse<T>> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const { requestId } = options;
      if (requestId !== undefined) {
        this.#inFlight.get(requestId)?.abort();
        this.#inFlight.set(requestId, abort);
      }
      options.abortSignal?.addEventListener('abort', () => abort.abort());
      let settled = false;
      const run = async (): Promise<void> => {
        const response = await read(await window.fetch(urlOf(options), initOf(options, abort.signal)));
        settled = true;
        subscriber.next(response);
        subscriber.complete();
      };
      run().catch((error: unknown) => {
        settled = true;
        subscriber.error(abort.signal.aborted ? cancelled(options) : asFetchError(error, options));
      });
      return () => {
        if (!settled) abort.abort();
        if (requestId !== undefined && this.#inFlight.get(requestId) === abort) this.#inFlight.delete(requestId);
      };
    });
  }
}

function urlOf({ url, params, validatePath }: BackendSrvRequest): string {
  if (validatePath === true && /(^|\/)\.\.?(\/|$)/.test(decodeURIComponent(url.split('?', 1)[0] ?? ''))) {
    throw new Error('Invalid request path');
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, String(item));
    }
  }
  const text = query.toString();
  const separator = url.includes('?') ? '&' : '?';
  const address = url.startsWith('http') || url.startsWith('/') ? url : `/${url}`;
  return text === '' ? address : `${address}${separator}${text}`;
}

function initOf({ method = 'GET', data, headers, credentials }: BackendSrvRequest, signal: AbortSignal): RequestInit {
  const plain = data === undefined || typeof data === 'string' || data instanceof Blob || data instanceof FormData;
  const sent = new Headers({ accept: 'application/json, text/plain, */*' });
  if (data !== undefined && !plain) sent.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers ?? {})) sent.set(name, String(value));
  return {
    method,
    headers: sent,
    signal,
    credentials: credentials ?? 'same-origin',
    ...(data !== undefined && { body: plain ? data : JSON.stringify(data) }),
  };
}

function describe(response: Response, config: BackendSrvRequest): Omit<FetchResponse<unknown>, 'data'> {
  const { status, statusText, ok, headers, redirected, type, url } = response;
  return { status, statusText, ok, headers, redirected, type, url, config };
}

async function parse<T>(response: Response, options: BackendSrvRequest): Promise<FetchResponse<T>> {
  const data = await parseBody<T>(response, options.responseType);
  if (!response.ok) throw toFetchError(response, options, data);
  return { ...describe(response, options), data };
}

/** The caller names the type of the answer; as in Grafana, nothing checks it here. */
async function parseBody<T>(response: Response, type: BackendSrvRequest['responseType']): Promise<T>;
async function parseBody(response: Response, type: BackendSrvRequest['responseType']): Promise<unknown> {
  switch (type) {
    case 'arraybuffer':
      return response.arrayBuffer();
    case 'blob':
      return response.blob();
    case 'text':
      return response.text();
    case 'json':
      return response.json();
    default: {
      const text = await response.text();
      try {
        return text === '' ? {} : JSON.parse(text);
      } catch (error) {
        if (error instanceof SyntaxError) return text;
        throw error;
      }
    }
  }
}

function toFetchError(response: Response, config: BackendSrvRequest, data: unknown): FetchError {
  const { status, statusText } = response;
  const body = typeof data === 'object' && data !== null ? data : { message: statusText };
  return { status, statusText, data: body, config };
}

function cancelled(config: BackendSrvRequest): FetchError {
  return { status: -1, statusText: 'Request was aborted', cancelled: true, data: null, config };
}

function asFetchError(error: unknown, config: BackendSrvRequest): FetchError {
  if (typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number') {
    return { data: undefined, config, ...error, status: error.status };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: 0, statusText: message, message, data: { message }, config };
}

function messageOf(error: FetchError): string {
  const data: unknown = error.data;
  if (typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string')
    return data.message;
  return error.statusText ?? 'Unexpected error';
}

function showErrorUnlessHandled(options: BackendSrvRequest, error: FetchError): void {
  if (options.showErrorAlert === false || error.cancelled === true) return;
  window.setTimeout(() => {
    if (error.isHandled === true) return;
    getAppEvents().publish({ type: AppEvents.alertError.name, payload: [messageOf(error)] });
  }, UNHANDLED_AFTER_MS);
}

function showSuccess(options: BackendSrvRequest, data: unknown): void {
  if (options.method === 'GET' || options.showSuccessAlert === false) return;
  if (typeof data === 'object' && data !== null && 'message' in data && typeof data.message === 'string') {
    getAppEvents().publish({ type: AppEvents.alertSuccess.name, payload: [data.message] });
  }
}
