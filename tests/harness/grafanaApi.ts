/**
 * A stand-in for the parts of Grafana's HTTP API that Muster calls. It checks each request against
 * the documented shape, and can refuse, fail, throttle, stall, break off or answer with a login page.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export const GRAFANA_TOKEN = 'glsa_example_token_of_organisation_one';

/** One alert as Grafana's Alertmanager lists it. */
export interface ListedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly endsAt?: string;
  readonly receivers?: readonly { readonly name: string }[];
  readonly state?: 'active' | 'suppressed' | 'unprocessed';
}

/** One silence as Grafana's Alertmanager keeps it. */
export interface KeptSilence {
  id: string;
  matchers: readonly { readonly name: string; readonly value: string; readonly isRegex: boolean; readonly isEqual: boolean }[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
  status: { state: 'expired' | 'active' | 'pending' };
}

/** How the next calls are answered: properly, or in one of the ways in which they go wrong. `lose_answer`: done, but never told. */
export type Behaviour = 'answer' | 'lose_answer' | 'refuse' | 'fail' | 'throttle' | 'stall' | 'drop' | 'break_off' | 'login_page' | 'wrong_shape';

export interface TestGrafanaApi {
  readonly url: string;
  behaviour: Behaviour;
  orgId: number;
  alerts: readonly ListedAlert[];
  silences: KeptSilence[];
  /** Requests so far, as `GET /api/org`. */
  readonly requests: string[];
  /** What was wrong with requests; empty when Muster keeps to the documents. */
  readonly faults: string[];
  close(): Promise<void>;
}

const SILENCES_PATH = '/api/alertmanager/grafana/api/v2/silences';

function withDefaults(alert: ListedAlert): object {
  return {
    annotations: {}, endsAt: '2099-01-01T00:00:00.000Z', updatedAt: alert.startsAt,
    generatorURL: 'https://grafana.example.com/alerting/grafana/rule1/view?orgId=1', receivers: [{ name: 'muster' }],
    ...alert, state: undefined, status: { state: alert.state ?? 'active', silencedBy: [], inhibitedBy: [] },
  };
}

/** Starts it on a free port of the loopback. */
export async function startTestGrafanaApi(): Promise<TestGrafanaApi> {
  const requests: string[] = [];
  const faults: string[] = [];
  let made = 0;

  function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  /** Makes, replaces or expires a silence, as documented: a replaced one that begins anew gets a new id. */
  async function serveSilence(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method === 'DELETE') {
      const kept = server.silences.find((silence) => path === `${SILENCES_PATH.slice(0, -1)}/${silence.id}`);
      if (kept === undefined) return json(response, 404, { message: 'silence not found' });
      kept.status = { state: 'expired' };
      return json(response, 200, { message: 'silence deleted' });
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (request.headers['content-type'] !== 'application/json') faults.push('silence: not sent as JSON');
    const body: Record<string, unknown> = JSON.parse(text);
    const known = ['id', 'matchers', 'startsAt', 'endsAt', 'createdBy', 'comment'];
    for (const name of Object.keys(body)) if (!known.includes(name)) faults.push(`silence: unknown member ${name}`);
    const { id, matchers, startsAt, endsAt, createdBy, comment } = body;
    if (!Array.isArray(matchers) || matchers.length === 0) faults.push('silence: no matchers');
    const list: KeptSilence['matchers'] = Array.isArray(matchers) ? matchers : [];
    for (const matcher of list) {
      if (Object.keys(matcher).sort().join() !== 'isEqual,isRegex,name,value') faults.push(`silence: matcher ${JSON.stringify(matcher)}`);
    }
    if (typeof createdBy !== 'string' || createdBy === '' || typeof comment !== 'string' || comment === '') faults.push('silence: createdBy and comment are needed');
    if (Number.isNaN(Date.parse(String(startsAt))) || Number.isNaN(Date.parse(String(endsAt)))) faults.push('silence: no begin or end');
    const before = server.silences.find((silence) => silence.id === id);
    if (id !== undefined && before === undefined) return json(response, 404, { message: 'silence not found' });
    if (before !== undefined) before.status = { state: 'expired' };
    made += 1;
    const kept: KeptSilence = { id: `silence-${made}`, matchers: list, startsAt: String(startsAt), endsAt: String(endsAt), createdBy: String(createdBy), comment: String(comment), status: { state: 'active' } };
    server.silences.push(kept);
    if (server.behaviour === 'lose_answer') return void request.socket.destroy();
    json(response, 202, { silenceID: kept.id });
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://grafana.example.com');
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    if (request.headers.accept !== 'application/json') faults.push(`${url.pathname}: asks for ${request.headers.accept ?? 'anything'}`);
    switch (server.behaviour) {
      case 'answer':
      case 'lose_answer':
        break;
      case 'refuse':
        return json(response, 403, { message: "You'll need additional permissions to perform this action" });
      case 'fail':
        return json(response, 500, { message: 'database is locked' });
      case 'throttle':
        return json(response, 429, { message: 'too many requests' }, { 'Retry-After': '30' });
      case 'stall':
        return;
      case 'drop':
        request.socket.destroy();
        return;
      case 'break_off': {
        const whole = JSON.stringify(server.alerts.map(withDefaults));
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': whole.length + 100 });
        response.write(whole, () => request.socket.destroy());
        return;
      }
      case 'login_page':
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Sign in</html>');
        return;
      case 'wrong_shape':
        return json(response, 200, { alerts: [] });
    }
    if (request.headers.authorization !== `Bearer ${GRAFANA_TOKEN}`) return json(response, 401, { message: 'Invalid API key' });
    if (url.pathname.startsWith(`${SILENCES_PATH.slice(0, -1)}`) && request.method !== 'GET') {
      serveSilence(request, response, url.pathname).catch((error: unknown) => faults.push(String(error)));
      return;
    }
    if (request.method !== 'GET') return json(response, 405, { message: 'not part of this stand-in' });
    switch (url.pathname) {
      case '/api/org':
        return json(response, 200, { id: server.orgId, name: 'Main Org.' });
      case '/api/alertmanager/grafana/api/v2/alerts':
        for (const [name, value] of url.searchParams) {
          if (!['active', 'silenced', 'inhibited', 'unprocessed'].includes(name) || !['true', 'false'].includes(value)) faults.push(`alerts: ${name}=${value}`);
        }
        return json(response, 200, server.alerts.map(withDefaults));
      case '/api/alertmanager/grafana/api/v2/silences':
        return json(response, 200, server.silences);
      default:
        faults.push(`no such call: ${url.pathname}`);
        return json(response, 404, { message: 'Not found' });
    }
  }

  const http = createServer(serve);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', () => resolve()));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const server: TestGrafanaApi = {
    url: `http://127.0.0.1:${address.port}`, behaviour: 'answer', orgId: 1, alerts: [], silences: [], requests, faults,
    close: () => new Promise((resolve) => {
      http.closeAllConnections();
      http.close(() => resolve());
    }),
  };
  return server;
}
