/**
 * Sample services that can be broken and restarted over HTTP, on loopback only. They stand in for real ones where the
 * demo and the tests show an agent restarting something: `POST /services/<name>/restart` makes a service well again, and
 * with the origin of the trouble all that waits for it. `POST /services/<name>/make-room` empties its volume.
 */
import { createServer, type ServerResponse } from 'node:http';

export interface SampleShop {
  readonly url: string;
  break(name: string): void;
  isBroken(name: string): boolean;
  /** How often a service was restarted. */
  restarts(name: string): number;
  close(): Promise<void>;
}

export interface SampleShopOptions {
  /** The service that others wait for: when it is restarted they are well again too. */
  readonly origin: string;
  /** Told after a restart. */
  readonly onRestart: (name: string) => void;
  /** Told when a volume was emptied. */
  readonly onRoom?: (name: string) => void;
}

const PATH = /^\/services\/([a-z0-9-]{1,100})(?:\/(restart|health|make-room))?$/;

/** Starts it on a free port of loopback. */
export async function startSampleShop({ origin, onRestart, onRoom = () => undefined }: SampleShopOptions): Promise<SampleShop> {
  const broken = new Set<string>();
  const restarts = new Map<string, number>();

  function answer(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    request.resume();
    const [, name, what] = PATH.exec(request.url ?? '') ?? [];
    if (name === undefined) return answer(response, 404, { error: 'there is no such service' });
    if (what !== undefined && what !== 'health' && request.method !== 'POST') return answer(response, 405, { error: 'post it' });
    if (what === 'make-room') {
      answer(response, 200, { service: name, volume: 'emptied' });
      return onRoom(name);
    }
    if (what === 'restart') {
      restarts.set(name, (restarts.get(name) ?? 0) + 1);
      broken.delete(name);
      if (name === origin) broken.clear();
      answer(response, 200, { service: name, state: 'restarted' });
      return onRestart(name);
    }
    return answer(response, broken.has(name) ? 503 : 200, { service: name, state: broken.has(name) ? 'failing' : 'healthy', restarts: restarts.get(name) ?? 0 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sample services have no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    break: (name) => void broken.add(name),
    isBroken: (name) => broken.has(name),
    restarts: (name) => restarts.get(name) ?? 0,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
