/** SQL of what an organisation sets for its incidents. */
import {
  declarePolicy, incidentTypes, severityPolicy, type DeclarePolicy, type IncidentTypes, type OrgId, type SeverityPolicy,
} from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

export const SETTING_NAMES = ['declare_policy', 'severity_policy', 'incident_types'] as const;
export type SettingName = (typeof SETTING_NAMES)[number];

/** All settings of an organisation, with the version of each; zero while the default stands. */
export interface IncidentSettings {
  readonly declarePolicy: DeclarePolicy;
  readonly severityPolicy: SeverityPolicy;
  readonly incidentTypes: IncidentTypes;
  readonly versions: Readonly<Record<SettingName, number>>;
  /** Those that a file says. */
  readonly provisioned: ReadonlySet<SettingName>;
}

export interface SettingDefaults {
  readonly declarePolicy: DeclarePolicy;
  readonly severityPolicy: SeverityPolicy;
  readonly incidentTypes: IncidentTypes;
}

export interface SettingsReader {
  read(q: Queryable, orgId: OrgId): Promise<IncidentSettings>;
}

interface SettingRow {
  name: SettingName;
  document: unknown;
  version: number;
  provisioned: boolean;
}

/** Makes the reader; a document is checked once a version. */
export function createSettingsReader(defaults: SettingDefaults): SettingsReader {
  const known = new Map<OrgId, IncidentSettings>();
  return {
    async read(q, orgId) {
      const rows = await q.prepared<SettingRow>(
        'read-incident-settings', 'select s.name, s.document, s.version, s.provisioned from incident_settings as s where s.org_id = $1::integer', [orgId],
      );
      const versions: Record<SettingName, number> = { declare_policy: 0, severity_policy: 0, incident_types: 0 };
      for (const row of rows) versions[row.name] = row.version;
      const before = known.get(orgId);
      if (before !== undefined && SETTING_NAMES.every((name) => before.versions[name] === versions[name])) return before;
      const document = (name: SettingName): unknown => rows.find((row) => row.name === name)?.document;
      const settings: IncidentSettings = {
        declarePolicy: versions.declare_policy === 0 ? defaults.declarePolicy : declarePolicy.parse(document('declare_policy')),
        severityPolicy: versions.severity_policy === 0 ? defaults.severityPolicy : severityPolicy.parse(document('severity_policy')),
        incidentTypes: versions.incident_types === 0 ? defaults.incidentTypes : incidentTypes.parse(document('incident_types')),
        versions,
        provisioned: new Set(rows.filter((row) => row.provisioned).map((row) => row.name)),
      };
      known.set(orgId, settings);
      return settings;
    },
  };
}

/** Replaces a document if it still has `version`. Gives the new version, or null when it has moved on. */
export async function replaceSetting(tx: Transaction, orgId: OrgId, name: SettingName, version: number, document: unknown, provisioned: boolean): Promise<number | null> {
  const rows = version === 0
    ? await tx.query<{ version: number }>(
      `insert into incident_settings (org_id, name, document, version, provisioned) values ($1::integer, $2::text, $3::jsonb, 1, $4::boolean)
       on conflict do nothing returning version`,
      [orgId, name, JSON.stringify(document), provisioned],
    )
    : await tx.query<{ version: number }>(
      `update incident_settings as s set document = $3::jsonb, version = s.version + 1, provisioned = $5::boolean
       where s.org_id = $1::integer and s.name = $2::text and s.version = $4::integer returning s.version`,
      [orgId, name, JSON.stringify(document), version, provisioned],
    );
  return rows[0]?.version ?? null;
}
