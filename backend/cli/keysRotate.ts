/** `muster keys rotate`: seals every stored secret anew with the newest key, while the service runs. */
import { createDatabase } from '../platform/db/database.ts';
import { createKeyRing } from '../platform/secrets/keyRing.ts';
import { SCHEDULE_SEALED_COLUMNS } from '../oncall/index.ts';
import { rotateSealedColumns } from '../platform/secrets/rotate.ts';
import { AGENT_SEALED_COLUMNS } from '../response/agents/index.ts';
import { CHANNEL_SEALED_COLUMNS } from '../response/notifications/index.ts';
import { COMMS_SEALED_COLUMNS } from '../response/comms/index.ts';
import { RUNBOOK_SEALED_COLUMNS } from '../response/runbooks/index.ts';
import { INSIGHT_SEALED_COLUMNS } from '../insight/index.ts';
import { openRuntime } from '../runtime.ts';
import { SEALED_COLUMNS } from '../sources/index.ts';

/** Gives how many secrets were sealed anew. */
export async function rotateKeys(env: NodeJS.ProcessEnv): Promise<number> {
  const runtime = await openRuntime(env);
  const db = createDatabase({ connectionString: runtime.connectionString, maxConnections: 2, applicationName: 'muster keys', logger: runtime.logger });
  try {
    const rotated = await rotateSealedColumns(db, createKeyRing(runtime.config.secrets.keys), [...SEALED_COLUMNS, ...RUNBOOK_SEALED_COLUMNS, ...AGENT_SEALED_COLUMNS, ...CHANNEL_SEALED_COLUMNS, ...COMMS_SEALED_COLUMNS, ...SCHEDULE_SEALED_COLUMNS, ...INSIGHT_SEALED_COLUMNS]);
    return rotated;
  } finally {
    await db.close();
    await runtime.close();
  }
}
