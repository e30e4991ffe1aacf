/** SQL of audiences and rules. */
import { putCommunicationBody, type Communication, type CommunicationBody, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../platform/db/database.ts';
import { DEFAULT_COMMUNICATION } from './defaults.ts';

interface SettingsRow {
  document: unknown;
  provisioned: boolean;
  version: number;
}

/** What an organisation has set, or what Muster brings: version 1 while nobody has set anything. */
export async function readCommunication(q: Queryable, orgId: OrgId): Promise<Communication> {
  const [row] = await q.query<SettingsRow>('select s.document, s.provisioned, s.version from communication_settings as s where s.org_id = $1::integer', [orgId]);
  if (row === undefined) return { ...DEFAULT_COMMUNICATION, provisioned: false, version: 1 };
  return { ...putCommunicationBody.parse(row.document), provisioned: row.provisioned, version: row.version };
}

/** Replaces the settings if they still have that version. Gives whether they had. */
export async function replaceCommunication(tx: Transaction, orgId: OrgId, version: number, document: CommunicationBody, provisioned: boolean): Promise<boolean> {
  const text = JSON.stringify(document);
  const rows = await tx.query<{ version: number }>(
    `update communication_settings as s set document = $2::jsonb, provisioned = $3::boolean, version = s.version + 1
     where s.org_id = $1::integer and s.version = $4::integer returning s.version`,
    [orgId, text, provisioned, version],
  );
  if (rows.length > 0 || version !== 1) return rows.length > 0;
  const made = await tx.query<{ version: number }>(
    'insert into communication_settings (org_id, document, provisioned, version) values ($1::integer, $2::jsonb, $3::boolean, 2) on conflict do nothing returning version', [orgId, text, provisioned],
  );
  return made.length > 0;
}
