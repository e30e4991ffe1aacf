/** Use cases of the mapping: read it, replace it, see what it does not know. */
import type { Actor, Mapping, OrgId } from '#contract';
import type { Database } from '../platform/db/database.ts';
import { conflictError, inputError, versionMismatchError } from '../platform/errors.ts';
import { clearMapped, releaseMapping, replaceMapping, selectMapping, type StoredMapping } from './mappingStore.ts';
import type { EventSink } from './ports.ts';

/** Every part of a mapping, for comparing two. */
const PARTS = [
  'severityLabels', 'severityValues', 'defaultSeverity', 'serviceLabels', 'teamLabels', 'environmentLabels', 'clusterLabels',
] as const satisfies readonly (keyof Mapping)[];

/** Which labels may name which field. */
const FIELDS = [
  { kind: 'service', labels: 'serviceLabels' }, { kind: 'team', labels: 'teamLabels' },
  { kind: 'environment', labels: 'environmentLabels' }, { kind: 'cluster', labels: 'clusterLabels' },
] as const;

export interface MappingService {
  get(orgId: OrgId): Promise<StoredMapping>;
  /** Replaces it as somebody asks for; refused while a file keeps it. */
  put(orgId: OrgId, actor: Actor, version: number, document: Mapping): Promise<StoredMapping>;
  /** Replaces it as a file says, and keeps others from changing it. */
  provision(orgId: OrgId, actor: Actor, version: number, document: Mapping): Promise<StoredMapping>;
  /** No file says anything about it any more. Gives whether one did. */
  release(orgId: OrgId, actor: Actor): Promise<boolean>;
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

/** That a file took the mapping over, or let go of it. */
function provisionedChange(from: boolean, to: boolean): Record<string, { from: unknown; to: unknown }> {
  return from === to ? {} : { provisioned: { from, to } };
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
  /** One replacement and its event. `provisioned`: by a file, else by somebody. */
  async function replace(orgId: OrgId, actor: Actor, version: number, document: Mapping, provisioned: boolean): Promise<StoredMapping> {
    const wanted = normaliseMapping(document);
    const stored = await db.transaction(async (tx) => {
      const current = await selectMapping(tx, orgId);
      if (current.provisioned && !provisioned) {
        throw conflictError('the mapping is provisioned: change it in mapping.yaml and restart Muster', { extra: { provisioned: true } });
      }
      const changes = describeMappingChanges(current.document, wanted);
      if (current.version === version && current.provisioned === provisioned && Object.keys(changes).length === 0) return current;
      const newVersion = await replaceMapping(tx, orgId, version, wanted, provisioned);
      if (newVersion === null) {
        const latest = await selectMapping(tx, orgId);
        throw versionMismatchError('the mapping was changed in the meantime: read it again and repeat your change', {
          extra: { currentVersion: latest.version },
        });
      }
      await clearMapped(tx, orgId, Object.keys(wanted.severityValues), FIELDS.filter(({ labels }) => labels in changes).map(({ kind }) => kind));
      await recordEvent(tx, orgId, {
        type: 'mapping.edited', actor, incident: null,
        data: { version: newVersion, changes: { ...changes, ...provisionedChange(current.provisioned, provisioned) } },
      });
      return { document: wanted, version: newVersion, provisioned };
    });
    onChanged(orgId);
    return stored;
  }

  return {
    get: (orgId) => selectMapping(db, orgId),
    put: (orgId, actor, version, document) => replace(orgId, actor, version, document, false),
    provision: (orgId, actor, version, document) => replace(orgId, actor, version, document, true),
    release: (orgId, actor) => db.transaction(async (tx) => {
      const version = await releaseMapping(tx, orgId);
      if (version === null) return false;
      await recordEvent(tx, orgId, { type: 'mapping.edited', actor, incident: null, data: { version, changes: provisionedChange(true, false) } });
      return true;
    }),
  };
}
