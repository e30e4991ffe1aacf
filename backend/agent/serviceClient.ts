/** Calls to the service, which are all that an agent ever opens besides the API server of its cluster. */
import type { z } from 'zod';
import { agentPollAnswer, agentWelcome, orderAnswer, type AgentHello, type AgentOrder, type OrderAnswer, type OrderEnd, type OrderPiece } from '#contract';

/** The service did not take it. */
export class ServiceError extends Error {
  /** Asking again later may help; otherwise the token or the request is wrong. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
    this.isPassing = isPassing;
  }
}

export interface ServiceClient {
  hello(told: AgentHello, signal: AbortSignal): Promise<z.output<typeof agentWelcome>>;
  /** Null when nothing came within the time. */
  poll(waitSeconds: number, signal: AbortSignal): Promise<AgentOrder | null>;
  beat(id: string, handed: number): Promise<OrderAnswer['go']>;
  output(id: string, handed: number, pieces: readonly OrderPiece[]): Promise<OrderAnswer['go']>;
  end(id: string, end: OrderEnd): Promise<OrderAnswer['go']>;
}

const TIMEOUT_MS = 15_000;

/** Makes a client. */
export function createServiceClient(service: string, token: string): ServiceClient {
  const base = `${service.replace(/\/+$/, '')}/api/agent/v1`;

  async function post<S extends z.ZodType>(path: string, body: unknown, answer: S, options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {}): Promise<z.output<S>> {
    const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}${path}`, {
        method: 'POST', redirect: 'error', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify(body),
        signal: options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]),
      });
      text = await response.text();
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      throw new ServiceError(`${service} cannot be reached (${error instanceof Error ? error.message : String(error)}${cause})`, true, { cause: error });
    }
    if (!response.ok) throw new ServiceError(`${service} answered ${response.status}: ${text.slice(0, 300)}`, response.status >= 500 || response.status === 429);
    try {
      return answer.parse(JSON.parse(text));
    } catch (error) {
      throw new ServiceError(`${service} answered what an agent does not understand; is it the address of Muster?`, true, { cause: error });
    }
  }

  return {
    hello: (told, signal) => post('/hello', told, agentWelcome, { signal }),
    async poll(waitSeconds, signal) {
      return (await post('/poll', { waitSeconds }, agentPollAnswer, { signal, timeoutMs: waitSeconds * 1000 + TIMEOUT_MS })).order;
    },
    beat: async (id, handed) => (await post(`/orders/${id}/heartbeat`, { handed }, orderAnswer)).go,
    output: async (id, handed, pieces) => (await post(`/orders/${id}/output`, { handed, pieces }, orderAnswer)).go,
    end: async (id, end) => (await post(`/orders/${id}/end`, end, orderAnswer)).go,
  };
}
