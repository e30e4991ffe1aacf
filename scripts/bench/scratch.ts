/** What a benchmark stands on while it runs: a folder, and an embedded PostgreSQL of its own with fsync on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { createLogger } from '../../backend/platform/logger.ts';

/** Makes both; they go with the stack. */
export async function startScratch(stack: AsyncDisposableStack): Promise<{ readonly dir: string; readonly databaseDir: string; readonly postgres: EmbeddedPostgres }> {
  const dir = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const databaseDir = await mkdtemp(join(tmpdir(), 'muster-bench-db-'));
  stack.defer(() => rm(databaseDir, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ dataDir: databaseDir, logger: createLogger({ level: 'warn' }) });
  stack.defer(() => postgres.stop());
  return { dir, databaseDir, postgres };
}
