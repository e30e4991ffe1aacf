/**
 * Calls Grafana's API as an organisation's service account. Only a complete, successful, readable
 * answer is given back; everything else is thrown, so that nobody takes half an answer for a whole one.
 */
import type { OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { OutboundError } from '../../platform/outbound/outboundError.ts';
import type { CallOut, SecretRing } from '../ports.ts';
import { selectConnection } from './connectionStore.ts';

/** Binds a sealed token to its organisation: copied to another row it does not open. */
export function grafanaTokenPurpose(orgId: number): string {
  return `grafana-token:${orgId}`;
}

/**
 * `not_connected`: no token is stored. `unreachable`: no answer. `refused`: 401 or 403, the token may not.
 * `throttled`: 429. `failed`: any other status. `unreadable`: not the JSON that was asked for.
 */
export type GrafanaFault = 'not_connected' | 'unreachable' | 'refused' | 'throttled' | 'failed' | 'unreadable';

/** A call to Grafana that gave nothing to build on. The message holds no secret. */
export class GrafanaCallError extends Error {
  readonly fault: GrafanaFault;
  /** Status of the answer, when there was one. */
  readonly status: number | null;
  /** What Grafana asks to wait, when it said so. */
  readonly retryAfterSeconds: number | null;

  constructor(fault: GrafanaFault, message: string, status: number | null = null, retryAfterSeconds: number | null = null) {
    super(message);
    this.name = 'GrafanaCallError';
    this.fault = fault;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface GrafanaRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From `/api/` on, its parts encoded. */
  readonly path: `/api/${string}`;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The port to Grafana's API. */
export interface GrafanaApi {
  /** True when a token is stored. */
  isConnected(orgId: OrgId): Promise<boolean>;
  /** The parsed JSON of a 2xx answer (undefined for an empty one). Throws `GrafanaCallError` for everything else. */
  call(orgId: OrgId, request: GrafanaRequest): Promise<unknown>;
}

export interface GrafanaApiOptions {
  readonly db: Queryable;
  readonly ring: SecretRing;
  readonly callOut: CallOut;
  /** Where Grafana is, unless the organisation says otherwise. */
  readonly defaultUrl: string;
}

const SHOWN_CHARACTERS = 200;

/** What Grafana says of a refusal: its `message`, which names no secret; never the raw body, which may be a proxy's page. */
function messageOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      return `: ${parsed.message.slice(0, SHOWN_CHARACTERS)}`;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return '';
}

function retryAfterOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

/** Makes the client. The token is opened for each call and kept nowhere. */
export function createGrafanaApi({ db, ring, callOut, defaultUrl }: GrafanaApiOptions): GrafanaApi {
  return {
    async isConnected(orgId) {
      return (await selectConnection(db, orgId)).tokenSealed !== null;
    },

    async call(orgId, { method, path, query, body }) {
      const { url, tokenSealed } = await selectConnection(db, orgId);
      if (tokenSealed === null) throw new GrafanaCallError('not_connected', 'no service-account token is set under Settings, Sources');
      const parameters = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
      let answer;
      try {
        answer = await callOut({
          url: `${url ?? defaultUrl}${path}${parameters}`, method, maxRedirects: 0,
          headers: {
            Accept: 'application/json', Authorization: `Bearer ${ring.open(tokenSealed, grafanaTokenPurpose(orgId))}`,
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      } catch (error) {
        if (error instanceof OutboundError) throw new GrafanaCallError('unreachable', error.message);
        throw error;
      }
      const { status } = answer;
      const said = `Grafana answered ${status}${messageOf(answer.body)}`;
      if (status === 401 || status === 403) throw new GrafanaCallError('refused', said, status);
      if (status === 429) throw new GrafanaCallError('throttled', said, status, retryAfterOf(answer.headers['retry-after']));
      if (status < 200 || status > 299) throw new GrafanaCallError('failed', said, status, retryAfterOf(answer.headers['retry-after']));
      if (answer.body === '') return undefined;
      try {
        const parsed: unknown = JSON.parse(answer.body);
        return parsed;
      } catch {
        throw new GrafanaCallError('unreadable', `Grafana's answer to ${path} is not JSON: is the address really Grafana's?`, status);
      }
    },
  };
}
