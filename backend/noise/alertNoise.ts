/** What noise control has to do with one alert: how it was held back, and what means it now. */
import type { AlertNoise, OrgId } from '#contract';
import type { Viewer } from '../access/index.ts';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import type { EpisodeRef } from './gateState.ts';
import { selectHeldBackOf } from './heldBackStore.ts';
import { compileRuleset } from './ruleset.ts';
import type { AlertFacts } from './scope.ts';
import { selectSettings } from './settingsStore.ts';
import { standingReasons } from './standing.ts';

export type AskedAlert = EpisodeRef & AlertFacts & { readonly firing: boolean };

/** Reads it. A rule that cannot be used means nothing here, as in the gate, which says so in the log. */
export async function readAlertNoise(q: Queryable, orgId: OrgId, viewer: Viewer, at: Date, alert: AskedAlert): Promise<AlertNoise> {
  const [held, settings] = await Promise.all([selectHeldBackOf(q, orgId, viewer, alert), selectSettings(q, orgId, at)]);
  // What waits has said why already; the rest goes on where it is, whatever means it now.
  if (!alert.firing || held?.outcome === 'waiting') return { held, now: [] };
  const rules = compileRuleset(settings, EMPTY_TOPOLOGY, () => undefined);
  return {
    held,
    now: [...standingReasons(rules, alert, at.getTime())].map(({ verdict, reason, causeId, causeName, untilMs }) => ({
      verdict, reason, cause: { id: causeId, name: causeName }, until: untilMs === null ? null : new Date(untilMs).toISOString(),
    })),
  };
}
