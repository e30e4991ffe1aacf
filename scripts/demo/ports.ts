/** Finding a port that nobody listens on. */
import { createServer } from 'node:net';

const ATTEMPTS = 50;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The first free port from `from` on. With `exact` only that one will do. */
export async function findPort(from: number, exact: boolean): Promise<number> {
  for (let port = from; port < Math.min(from + (exact ? 1 : ATTEMPTS), 65_536); port += 1) {
    if (await isFree(port)) return port;
  }
  throw new Error(exact ? `port ${from} is taken: choose another one with --port, or leave it out` : `no free port from ${from} on`);
}
