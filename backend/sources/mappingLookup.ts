/** The compiled mapping of each source, kept for a few seconds because every alert needs it. */
import type { OrgId, SourceId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { compileMapping, type CompiledMapping } from './mappingRules.ts';
import { selectMapping, selectSourceSeverities } from './mappingStore.ts';
import { withSourceSeverity } from './sourceRules.ts';

/** How long an edit made at another replica may go unnoticed here. */
export const MAPPING_MAX_AGE_MS = 5_000;

interface Compiled {
  /** For sources without severities of their own. */
  readonly common: CompiledMapping;
  readonly bySource: ReadonlyMap<string, CompiledMapping>;
}

interface Entry {
  readonly loadedAtMs: number;
  /** Equal for equal mappings. */
  readonly text: string;
  readonly compiled: Compiled;
}

export interface MappingLookup {
  /** The mapping to use now: the organisation's, with the severities of the source, if it has its own. */
  mappingFor(orgId: OrgId, source?: SourceId): Promise<CompiledMapping>;
  /** Forgets the mappings of an organisation, after one was edited. */
  invalidate(orgId: OrgId): void;
}

/** A lookup that starts empty. */
export function createMappingLookup({ db, clock }: { readonly db: Queryable; readonly clock: Clock }): MappingLookup {
  const entries = new Map<OrgId, Entry>();
  const loading = new Map<OrgId, Promise<Compiled>>();

  async function read(orgId: OrgId): Promise<Entry> {
    const loadedAtMs = clock.nowMs();
    const { document, version } = await selectMapping(db, orgId);
    const severities = await selectSourceSeverities(db, orgId);
    const text = JSON.stringify([version, severities]);
    const known = entries.get(orgId);
    if (known?.text === text) return { loadedAtMs, text, compiled: known.compiled };
    const bySource = new Map(severities.map(({ source, severity }) => [source, compileMapping(withSourceSeverity(document, severity))]));
    return { loadedAtMs, text, compiled: { common: compileMapping(document), bySource } };
  }

  /** One read at a time for each organisation, however many alerts ask. */
  function load(orgId: OrgId): Promise<Compiled> {
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
    async mappingFor(orgId, source) {
      const entry = entries.get(orgId);
      const fresh = entry !== undefined && clock.nowMs() - entry.loadedAtMs < MAPPING_MAX_AGE_MS;
      const { common, bySource } = fresh ? entry.compiled : await (loading.get(orgId) ?? load(orgId));
      return source === undefined || bySource.size === 0 ? common : (bySource.get(source) ?? common);
    },
    invalidate(orgId) {
      entries.delete(orgId);
      loading.delete(orgId);
    },
  };
}
