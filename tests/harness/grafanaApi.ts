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

/** How the next calls are answered: properly, or in one of the ways in which they go wrong. */
export type Behaviour = 'answer' | 'fail' | 'throttle' | 'stall' | 'drop' | 'break_off' | 'login_page' | 'wrong_shape';

export interface TestGrafanaApi {
  readonly url: string;
  behaviour: Behaviour;
  orgId: number;
  alerts: readonly ListedAlert[];
  /** Requests so far, as `GET /api/org`. */
  readonly requests: string[];
  /** What was wrong with requests; empty when Muster keeps to the documents. */
  readonly faults: string[];
  close(): Promise<void>;
}

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

  function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://grafana.example.com');
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    if (request.headers.accept !== 'application/json') faults.push(`${url.pathname}: asks for ${request.headers.accept ?? 'anything'}`);
    switch (server.behaviour) {
      case 'answer':
        break;
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
        return json(response, 200, []);
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
    url: `http://127.0.0.1:${address.port}`, behaviour: 'answer', orgId: 1, alerts: [], requests, faults,
    close: () => new Promise((resolve) => {
      http.closeAllConnections();
      http.close(() => resolve());
    }),
  };
  return server;
}
