/** The compiled mapping of an organisation, kept for a few seconds because every alert needs it. */
import type { OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { compileMapping, type CompiledMapping } from './mappingRules.ts';
import { selectMapping } from './mappingStore.ts';

/** How long an edit made at another replica may go unnoticed here. */
export const MAPPING_MAX_AGE_MS = 5_000;

interface Entry {
  readonly loadedAtMs: number;
  readonly version: number;
  readonly compiled: CompiledMapping;
}

export interface MappingLookup {
  /** The mapping to use now. */
  mappingFor(orgId: OrgId): Promise<CompiledMapping>;
  /** Forgets the mapping of an organisation, after it was edited. */
  invalidate(orgId: OrgId): void;
}

/** A lookup that starts empty. */
export function createMappingLookup({ db, clock }: { readonly db: Queryable; readonly clock: Clock }): MappingLookup {
  const entries = new Map<OrgId, Entry>();
  const loading = new Map<OrgId, Promise<CompiledMapping>>();

  async function read(orgId: OrgId): Promise<Entry> {
    const loadedAtMs = clock.nowMs();
    const { document, version } = await selectMapping(db, orgId);
    const known = entries.get(orgId);
    return { loadedAtMs, version, compiled: known?.version === version ? known.compiled : compileMapping(document) };
  }

  /** One read at a time for each organisation, however many alerts ask. */
  function load(orgId: OrgId): Promise<CompiledMapping> {
    const reading = read(orgId)
      .then((entry) => {
        // An edit in between has taken this read off the list; it may be old and is not kept.
        if (loading.get(orgId) === reading) entries.set(orgId, entry);
        return entry.compiled;
      })
      .finally(() => {
        if (loading.get(orgId) === reading) loading.delete(orgId);
      });
    loading.set(orgId, reading);
    return reading;
  }

  return {
    mappingFor(orgId) {
      const entry = entries.get(orgId);
      if (entry !== undefined && clock.nowMs() - entry.loadedAtMs < MAPPING_MAX_AGE_MS) return Promise.resolve(entry.compiled);
      return loading.get(orgId) ?? load(orgId);
    },
    invalidate(orgId) {
      entries.delete(orgId);
      loading.delete(orgId);
    },
  };
}
