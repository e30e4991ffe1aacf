/** `muster status-page export`: writes the public status pages to a folder, for any web server to send. */
import { systemClock } from '../platform/clock.ts';
import { createDatabase } from '../platform/db/database.ts';
import { addressOf, createPageKeeper, exportFiles, folderOf } from '../response/comms/index.ts';
import { openRuntime } from '../runtime.ts';

/** Gives how many files each page has; private ones are written only when asked for, as whoever has the folder reads them. */
export async function exportStatusPages(options: { readonly out: string; readonly private: boolean }, env: NodeJS.ProcessEnv): Promise<{ readonly org: number; readonly files: number }[]> {
  const runtime = await openRuntime(env);
  const { config, logger } = runtime;
  const db = createDatabase({ connectionString: runtime.connectionString, maxConnections: 2, applicationName: 'muster status-page', logger });
  try {
    const orgs = config.grafana.orgs.map((org) => org.id);
    const keeper = createPageKeeper({ db, clock: systemClock, logger, orgs, exportDir: null, urlOf: (orgId) => addressOf(config.statusPage.publicUrl, orgId) });
    const written: { org: number; files: number }[] = [];
    for (const orgId of orgs) {
      await keeper.look(orgId);
      const page = keeper.pageOf(orgId);
      const shows = page !== undefined && (page.visibility === 'public' || (options.private && page.visibility === 'private'));
      if (page === undefined || !shows) continue;
      await exportFiles(options.out, folderOf(orgId), page.files, null);
      written.push({ org: orgId, files: page.files.size });
    }
    return written;
  } finally {
    await db.close();
    await runtime.close();
  }
}
