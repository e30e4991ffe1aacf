/** SQL of what automation may do. */
import { z } from 'zod';
import { actor, automationSettings, instant, type AutomationSettings, type OrgId } from '#contract';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

const frozenShape = z.object({ by: actor, at: instant, reason: z.string() });
export type Frozen = z.infer<typeof frozenShape>;
export type Most = AutomationSettings['most'];

export interface StoredSettings {
  readonly frozen: Frozen | null;
  readonly maxTargetsPerHour: number | null;
  readonly notifyUrl: string | null;
  readonly pageUrl: string | null;
  readonly ticketUrl: string | null;
  readonly most: Most;
  readonly provisioned: boolean;
  readonly version: number;
}
export type EditableSettings = Pick<StoredSettings, 'maxTargetsPerHour' | 'notifyUrl' | 'pageUrl' | 'ticketUrl' | 'most'>;

/** Until somebody sets it: runbooks go as far as they say themselves, and no run touches more than a few targets unseen. */
export const DEFAULT_SETTINGS: EditableSettings = {
  maxTargetsPerHour: 20, notifyUrl: null, pageUrl: null, ticketUrl: null, most: { sev1: 'run', sev2: 'run', sev3: 'run', sev4: 'run', sev5: 'run' },
};

interface SettingsRow {
  max_targets_per_hour: number | null;
  notify_url: string | null;
  page_url: string | null;
  ticket_url: string | null;
  most: unknown;
  frozen: unknown;
  provisioned: boolean;
  version: number;
}

const COLUMNS = 's.max_targets_per_hour, s.notify_url, s.page_url, s.ticket_url, s.most, s.frozen, s.provisioned, s.version';

function toSettings(row: SettingsRow): StoredSettings {
  return {
    frozen: frozenShape.nullable().parse(row.frozen), maxTargetsPerHour: row.max_targets_per_hour, notifyUrl: row.notify_url, pageUrl: row.page_url, ticketUrl: row.ticket_url,
    most: automationSettings.shape.most.parse(row.most), provisioned: row.provisioned, version: row.version,
  };
}

/** The settings as they are, for showing. */
export async function readSettings(q: Queryable, orgId: OrgId): Promise<StoredSettings> {
  const [row] = await q.query<SettingsRow>(`select ${COLUMNS} from automation_settings as s where s.org_id = $1::integer`, [orgId]);
  return row === undefined ? { ...DEFAULT_SETTINGS, frozen: null, provisioned: false, version: 1 } : toSettings(row);
}

/** The settings, kept as they are until the transaction ends: by many at once (`share`) or by who changes them (`update`). */
export async function lockSettings(tx: Transaction, orgId: OrgId, how: 'share' | 'update'): Promise<StoredSettings> {
  const lock = `select ${COLUMNS} from automation_settings as s where s.org_id = $1::integer for ${how}`;
  const [row] = await tx.query<SettingsRow>(lock, [orgId]);
  if (row !== undefined) return toSettings(row);
  await tx.query(
    'insert into automation_settings (org_id, max_targets_per_hour, most) values ($1::integer, $2::integer, $3::jsonb) on conflict do nothing',
    [orgId, DEFAULT_SETTINGS.maxTargetsPerHour, JSON.stringify(DEFAULT_SETTINGS.most)],
  );
  const [made] = await tx.query<SettingsRow>(lock, [orgId]);
  if (made === undefined) throw new Error('the settings of automation were neither found nor made');
  return toSettings(made);
}

/** Writes the settings; whoever calls holds them. */
export async function writeSettings(tx: Transaction, orgId: OrgId, settings: EditableSettings, provisioned: boolean): Promise<void> {
  await tx.query(
    `update automation_settings as s set max_targets_per_hour = $2::integer, notify_url = $3::text, page_url = $4::text, ticket_url = $5::text, most = $6::jsonb, provisioned = $7::boolean,
       version = s.version + 1
     where s.org_id = $1::integer`,
    [orgId, settings.maxTargetsPerHour, settings.notifyUrl, settings.pageUrl, settings.ticketUrl, JSON.stringify(settings.most), provisioned],
  );
}

/** Freezes automation, or lets it go on. The version stays: whoever edits the settings meanwhile is not disturbed. */
export async function writeFrozen(tx: Transaction, orgId: OrgId, frozen: Frozen | null): Promise<void> {
  await tx.query('update automation_settings as s set frozen = $2::jsonb where s.org_id = $1::integer', [orgId, frozen === null ? null : JSON.stringify(frozen)]);
}
