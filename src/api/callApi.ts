/** The one way to the service: through Grafana's plugin proxy, typed and checked by the contract. */
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { z } from 'zod';
import { operations, type CallOf, type Operation, type OperationName, type ResponseOf } from '#contract';
import { BACKEND_URL } from '../constants.ts';
import { ApiError, isPassing, toApiError } from './apiError.ts';
import { newIdempotencyKey } from './idempotencyKey.ts';
import { requestUrl } from './requestUrl.ts';

export interface CallOptions {
  /** Version of what is changed; the service refuses the write when somebody changed it meanwhile. */
  readonly ifMatch?: number;
  readonly signal?: AbortSignal;
}

/** The parts that a call of any operation may have. */
const callParts = z.object({
  params: z.record(z.string(), z.unknown()).optional(),
  query: z.record(z.string(), z.unknown()).optional(),
  body: z.unknown().optional(),
});

/** The operations once more, written so that the type of an answer follows from the name. */
const answers: { readonly [N in OperationName]: { readonly response: z.ZodType<ResponseOf<N>> } } = operations;

const RETRY_AFTER_MS = 600;

export async function callApi<N extends OperationName>(
  name: N,
  call: CallOf<N>,
  options: CallOptions = {}
): Promise<ResponseOf<N>> {
  const operation: Operation = operations[name];
  const { params, query, body } = callParts.parse(call);
  const headers: Record<string, string> = {};
  if (options.ifMatch !== undefined) {
    headers['If-Match'] = `"${options.ifMatch}"`;
  }
  if (operation.method === 'post') {
    headers['Idempotency-Key'] = newIdempotencyKey();
  }
  const request = {
    url: BACKEND_URL + requestUrl(operation.path, params, query),
    method: operation.method.toUpperCase(),
    headers,
    showErrorAlert: false,
    showSuccessAlert: false,
    ...(body === undefined ? {} : { data: body }),
    ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
  };

  const data = operation.method === 'post' ? await sendTwice(request) : await send(request);
  const parsed = answers[name].response.safeParse(data);
  if (!parsed.success) {
    throw new ApiError({
      code: 'unexpected_answer',
      status: 200,
      detail: 'The service answered in a way this version of the plugin does not understand. Update both to the same version.',
      cause: parsed.error,
    });
  }
  return parsed.data;
}

type Request = Parameters<ReturnType<typeof getBackendSrv>['fetch']>[0];

async function send(request: Request): Promise<unknown> {
  try {
    const response = await lastValueFrom(getBackendSrv().fetch<unknown>(request));
    return response.data;
  } catch (error) {
    throw toApiError(error);
  }
}

/** A post that got lost may have arrived: the same key lets the service tell, so one more attempt is safe. */
async function sendTwice(request: Request): Promise<unknown> {
  try {
    return await send(request);
  } catch (error) {
    if (!(error instanceof ApiError) || !isPassing(error)) {
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    return send(request);
  }
}
