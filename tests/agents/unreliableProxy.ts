/** Stands between an agent and the service, and loses what a test wants lost. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface UnreliableProxy {
  readonly url: string;
  /** While true, the service cannot be reached at all. */
  isDown: boolean;
  /** Requests to such paths reach the service, but the answer is lost; so many times. */
  loseAnswers(path: RegExp, times: number): void;
  /** How often such a path was asked for, answered or not. */
  asked(path: RegExp): number;
  close(): Promise<void>;
}

/** Starts it before the service. */
export async function startUnreliableProxy(target: string): Promise<UnreliableProxy> {
  const asked: string[] = [];
  let losing: { readonly path: RegExp; left: number }[] = [];

  function forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const path = incoming.url ?? '/';
    asked.push(path);
    if (proxy.isDown) {
      incoming.socket.destroy();
      return;
    }
    const loss = losing.find((known) => known.left > 0 && known.path.test(path));
    if (loss !== undefined) loss.left -= 1;
    const outgoing = request(`${target}${path}`, { method: incoming.method, headers: incoming.headers }, (response) => {
      if (loss !== undefined) {
        response.resume();
        response.on('end', () => incoming.socket.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => incoming.socket.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  const server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxy: UnreliableProxy = {
    url: `http://127.0.0.1:${address.port}`,
    isDown: false,
    loseAnswers(path, times) {
      losing = [...losing, { path, left: times }];
    },
    asked: (path) => asked.filter((known) => path.test(known)).length,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
