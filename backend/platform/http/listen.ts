/** Listening, as a promise. */
import type { Server } from 'node:http';

/** Begins to listen and gives the port, which is a free one for port 0. Fails when the address cannot be had. */
export async function listenAt(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
