/** How well the runbooks of an organisation are prepared: coverage, success, time saved, what is stale. */
import { incidentNumber, runbookId, type RunbookStatistics } from '#contract';
import { viewerOf } from '../../../access/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import { holds } from '../format/index.ts';
import { namedServices } from './applies.ts';
import type { AutomationPorts } from './ports.ts';
import { listGraveIncidents, tallyRuns } from './runHistoryStore.ts';
import { fitOf, isGeneric } from './suggest.ts';
import { STALE_MS } from './suggestionService.ts';

export interface StatisticsDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly ports: Pick<AutomationPorts, 'listLive' | 'figuresOf' | 'incidentScope'>;
}

/** No more incidents are looked at, the newest first. */
const MAX_INCIDENTS = 500;
const MAX_UNCOVERED = 100;

/** Makes the handler. */
export function createStatisticsHandlers({ db, clock, ports }: StatisticsDeps): Handlers<'getRunbookStatistics'> {
  return {
    async getRunbookStatistics(_request, { caller }): Promise<RunbookStatistics> {
      const { orgId } = caller;
      const viewer = viewerOf(caller);
      const since = new Date(clock.nowMs() - STALE_MS);
      const live = await ports.listLive(db, orgId);
      const [figures, incidents, tallies] = await Promise.all([
        ports.figuresOf(db, orgId, live.map(({ document }) => document.metadata.id)), listGraveIncidents(db, orgId, viewer, since, MAX_INCIDENTS), tallyRuns(db, orgId, viewer, since),
      ]);
      const testedAt = (id: string): Date | null => figures.get(id)?.lastTestedAt ?? null;
      const isTested = (id: string): boolean => (testedAt(id)?.getTime() ?? -Infinity) >= since.getTime();
      // What fits anything covers nothing.
      const tested = live.map(({ document }) => document).filter((document) => isTested(document.metadata.id) && !isGeneric(document));

      const uncovered: RunbookStatistics['uncovered'] = [];
      let covered = 0;
      for (const incident of incidents) {
        let isCovered = tested.some((document) => namedServices(document, incident.services).length > 0);
        if (!isCovered && tested.some((document) => document.metadata.services.length === 0)) {
          const scope = await ports.incidentScope(db, orgId, incident.number);
          isCovered = scope !== null && tested.some((document) => fitOf(document, { services: incident.services, scope, succeededBefore: 0, holds }).reasons.length > 0);
        }
        if (isCovered) covered += 1;
        else if (uncovered.length < MAX_UNCOVERED) uncovered.push({ number: incidentNumber.parse(incident.number), title: incident.title, services: [...incident.services] });
      }

      const minutes = new Map(live.map(({ document }) => [String(document.metadata.id), document.policy.minutesSaved ?? 0]));
      const runs = tallies.reduce((sum, { ended }) => sum + ended, 0);
      const succeeded = tallies.reduce((sum, tally) => sum + tally.succeeded, 0);
      return {
        since: since.toISOString(), incidents: incidents.length, covered, coverage: incidents.length === 0 ? null : covered / incidents.length, uncovered,
        runs, succeeded, successRate: runs === 0 ? null : succeeded / runs,
        minutesSaved: tallies.reduce((sum, tally) => sum + tally.succeeded * (minutes.get(tally.runbook) ?? 0), 0),
        stale: live.filter(({ document }) => !isTested(document.metadata.id)).map(({ document: { metadata } }) => ({
          id: runbookId.parse(metadata.id), title: metadata.title, lastTestedAt: testedAt(metadata.id)?.toISOString() ?? null,
        })),
      };
    },
  };
}
