/** What the catalogue needs of others. */
import type { OrgId, RunbookId, RunbookSummary } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';

/** How a runbook did: of its runs and of the last preflight. */
export type RunbookFigures = Pick<RunbookSummary, 'runs' | 'successRate' | 'lastRunAt' | 'lastTestedAt' | 'preflight'>;

export interface CataloguePorts {
  /** Figures by runbook; one without any may be left out. */
  figuresOf(q: Queryable, orgId: OrgId, ids: readonly RunbookId[]): Promise<ReadonlyMap<RunbookId, RunbookFigures>>;
  /** The text at an address, for the import. Goes out through the guarded client only, and throws what a caller may read. */
  fetchText(url: string): Promise<string>;
}

/** Of a runbook that never ran. */
export const NO_FIGURES: RunbookFigures = { runs: 0, successRate: null, lastRunAt: null, lastTestedAt: null, preflight: null };
