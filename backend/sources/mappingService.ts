/** Use cases of the mapping: read it, replace it, see what it does not know. */
import type { Actor, Mapping, OrgId } from '#contract';
import type { Database } from '../platform/db/database.ts';
import { inputError, versionMismatchError } from '../platform/errors.ts';
import { clearMapped, replaceMapping, selectMapping, type StoredMapping } from './mappingStore.ts';
import type { EventSink } from './ports.ts';

/** Every part of a mapping, for comparing two. */
const PARTS = [
  'severityLabels', 'severityValues', 'defaultSeverity', 'serviceLabels', 'teamLabels', 'environmentLabels', 'clusterLabels',
] as const satisfies readonly (keyof Mapping)[];

export interface MappingService {
  get(orgId: OrgId): Promise<StoredMapping>;
  put(orgId: OrgId, actor: Actor, version: number, document: Mapping): Promise<StoredMapping>;
}

export interface MappingServiceOptions {
  readonly db: Database;
  readonly recordEvent: EventSink;
  readonly onChanged: (orgId: OrgId) => void;
}

/** Text that is equal for equal parts, whatever the order of their keys. */
function canonical(part: Mapping[keyof Mapping]): string {
  if (typeof part === 'string' || Array.isArray(part)) return JSON.stringify(part);
  return JSON.stringify(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What differs between two mappings, part by part. */
export function describeMappingChanges(before: Mapping, after: Mapping): Record<string, { from: unknown; to: unknown }> {
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  for (const part of PARTS) {
    if (canonical(before[part]) !== canonical(after[part])) changes[part] = { from: before[part], to: after[part] };
  }
  return changes;
}

/** Values are compared trimmed and in lower case, so they are kept that way; two that then meet must agree. */
export function normaliseMapping(document: Mapping): Mapping {
  const severityValues: Mapping['severityValues'] = {};
  for (const [written, severity] of Object.entries(document.severityValues)) {
    const value = written.trim().toLowerCase();
    const field = `severityValues.${written}`;
    if (value === '') throw inputError('a severity value is empty', [{ field, message: 'must not be empty' }]);
    const other = severityValues[value];
    if (other !== undefined && other !== severity) {
      throw inputError(`severity value "${value}" is given twice`, [{ field, message: `is ${severity} here and ${other} elsewhere` }]);
    }
    severityValues[value] = severity;
  }
  return { ...document, severityValues };
}

/** Use cases over a database. */
export function createMappingService({ db, recordEvent, onChanged }: MappingServiceOptions): MappingService {
  return {
    get: (orgId) => selectMapping(db, orgId),

    async put(orgId, actor, version, document) {
      const wanted = normaliseMapping(document);
      const stored = await db.transaction(async (tx) => {
        const current = await selectMapping(tx, orgId);
        const changes = describeMappingChanges(current.document, wanted);
        if (current.version === version && Object.keys(changes).length === 0) return current;
        const newVersion = await replaceMapping(tx, orgId, version, wanted);
        if (newVersion === null) {
          const latest = await selectMapping(tx, orgId);
          throw versionMismatchError('the mapping was changed in the meantime: read it again and repeat your change', {
            extra: { currentVersion: latest.version },
          });
        }
        await clearMapped(tx, orgId, Object.keys(wanted.severityValues), 'serviceLabels' in changes);
        await recordEvent(tx, orgId, { type: 'mapping.edited', actor, incident: null, data: { version: newVersion, changes } });
        return { document: wanted, version: newVersion };
      });
      onChanged(orgId);
      return stored;
    },
  };
}
