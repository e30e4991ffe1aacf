/** Runbooks as the API shows them. */
import type { Runbook, RunbookSummary, RunbookVersion } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import { parseRunbook } from '../format/index.ts';
import { NO_FIGURES, type RunbookFigures } from './ports.ts';
import { stateOf, type StoredRunbook } from './runbookStore.ts';
import { needsSecondPerson } from './service.ts';
import type { StoredVersion } from './versionStore.ts';

const STALE_MS = 90 * 86_400_000;

/** A live runbook that was not tested for 90 days; one that never ran counts from its publication. */
function isStale(stored: StoredRunbook, figures: RunbookFigures, nowMs: number): boolean {
  if (stateOf(stored) !== 'live') return false;
  const tested = figures.lastTestedAt === null ? stored.liveSince : new Date(figures.lastTestedAt);
  return tested !== null && nowMs - tested.getTime() > STALE_MS;
}

/** As lists show it. */
export function toSummary(stored: StoredRunbook, given: RunbookFigures | undefined, clock: Clock): RunbookSummary {
  const figures = given ?? NO_FIGURES;
  const { id, title, description, origin, owner, tags, services, liveVersion, steps, automation, version } = stored;
  return {
    id, title, description, state: stateOf(stored), origin, owner, tags: [...tags], services: [...services], liveVersion, hasDraft: stored.draft !== null, steps, automation,
    runs: figures.runs, successRate: figures.successRate, lastRunAt: figures.lastRunAt, lastTestedAt: figures.lastTestedAt, stale: isStale(stored, figures, clock.nowMs()),
    preflight: figures.preflight, updatedAt: stored.updatedAt.toISOString(), version,
  };
}

/** With its texts. */
export function toRunbook(stored: StoredRunbook, source: string | null, figures: RunbookFigures | undefined, clock: Clock): Runbook {
  const { draft } = stored;
  const drafted = draft === null ? null : parseRunbook(draft.source);
  const live = source === null ? null : parseRunbook(source).document;
  return {
    ...toSummary(stored, figures, clock), source,
    draft: draft === null || drafted === null ? null : { source: draft.source, by: draft.by, at: draft.at.toISOString(), findings: drafted.findings },
    inputs: live?.inputs ?? drafted?.document?.inputs ?? [],
    needsSecondPerson: draft !== null && needsSecondPerson(source, draft.source),
  };
}

/** One published version. */
export function toVersion(stored: StoredVersion, liveVersion: number | null): RunbookVersion {
  const { version, publishedAt, publishedBy, draftedBy, note } = stored;
  return { version, publishedAt: publishedAt.toISOString(), publishedBy, draftedBy, note, live: version === liveVersion };
}
