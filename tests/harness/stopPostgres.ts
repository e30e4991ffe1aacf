/** Stops the PostgreSQL of the test run and removes its folder. */
import { rm } from 'node:fs/promises';

export default async function tearDown(): Promise<void> {
  const running = globalThis.musterTestPostgres;
  if (running === undefined) return;
  await running.server.stop();
  await rm(running.dir, { recursive: true, force: true });
}
