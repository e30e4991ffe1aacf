/** What was changed before an incident, over HTTP. */
import { incidentKey, type ChangesBefore, type NoticedChange, type OrgId, type RisingRule } from '#contract';
import { viewerOf } from '../../access/index.ts';
import { selectChangesNear, toApiChange, type CatalogLookup } from '../../catalog/index.ts';
import type { WatchedSource } from '../../detection/index.ts';
import { findIncidentScope } from '../../incidents/index.ts';
import type { Database } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import type { Caller, Handlers } from '../../platform/http/route.ts';
import { DEFAULT_MAPPING } from '../../sources/index.ts';
import { isShadow } from '../../standing/index.ts';
import { standingSuspicion } from '../causes/board.ts';
import { selectAssessment, selectHypotheses } from '../causes/causeStore.ts';
import { queryLink } from '../exploreLink.ts';
import { serviceMeaning } from '../serviceMeaning.ts';
import { selectRisen, selectUsual } from './changesStore.ts';
import { suspectedChanges, upstreamOf, type RuleCount, type SuspectedFinding } from './suspicion.ts';

/** Changes are looked for so long before trouble began, and so long after: what is told late, and what spreads it. */
const BEFORE_MS = 4 * 60 * 60_000;
const AFTER_MS = 10 * 60_000;
/** How far a change may be upstream of the services of an incident. */
const HOPS = 2;
const LOOKED_AT = 500;
const SHOWN = 20;
/** Rules are counted over this time. */
const RISE_BEFORE_MS = 30 * 60_000;
const RISE_AFTER_MS = 30 * 60_000;
const MOST_RULES = 200;
const SHOWN_RULES = 12;
/** So many times as many as usual, and one more, make a rise. */
const RISE = 2;
const USUAL_DAYS = 14;
const DAY_MS = 86_400_000;

function risingOf(rules: readonly (RuleCount & { readonly alert: RisingRule['alert'] })[]): RisingRule[] {
  const byRule = new Map<string, RisingRule>();
  for (const { rule, service, alerts, usual, firstAt, alert } of rules) {
    const known = byRule.get(rule);
    const first = known === undefined || firstAt.toISOString() < known.firstAt;
    byRule.set(rule, {
      name: rule, services: [...(known?.services ?? []), service].sort(), alerts: (known?.alerts ?? 0) + alerts, usual,
      firstAt: first ? firstAt.toISOString() : known.firstAt, alert: first ? alert : known.alert,
    });
  }
  return [...byRule.values()].filter(({ alerts, usual }) => alerts >= RISE * usual + 1).sort((a, b) => (a.firstAt < b.firstAt ? -1 : a.firstAt > b.firstAt ? 1 : b.alerts - a.alerts)).slice(0, SHOWN_RULES);
}

/** What is shown of the query around a finding. */
const MARGIN_MS = 30 * 60_000;

function toNoticed(orgId: OrgId, { finding, suspicion, reasons, hops }: SuspectedFinding): NoticedChange {
  const { service, startsAt, endsAt, detector, name, mode, pattern, query, value, expected } = finding;
  const range = { fromMs: startsAt.getTime() - MARGIN_MS, toMs: (endsAt ?? startsAt).getTime() + MARGIN_MS };
  const load = pattern === null && expected !== null ? { direction: value >= expected.mid ? 'up' as const : 'down' as const, value, low: expected.low, high: expected.high } : null;
  return { kind: pattern === null ? 'traffic' : 'pattern', service, at: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null, suspicion, reasons: [...reasons], hops, detector, name, mode, pattern, load, query: queryLink(orgId, query, range) };
}

export interface ChangesDeps {
  readonly db: Database;
  readonly catalog: CatalogLookup;
  readonly watched: WatchedSource;
}

/** Makes the handler. */
export function createChangesHandlers({ db, catalog, watched }: ChangesDeps): Handlers<'getChangesBefore'> {
  async function changesBefore(caller: Caller, number: number): Promise<ChangesBefore> {
    const viewer = viewerOf(caller);
    const [scope, assessment, topology, shadow, hypotheses] = await Promise.all([
      findIncidentScope(db, caller.orgId, viewer, number), selectAssessment(db, caller.orgId, viewer, number), catalog.topologyOf(caller.orgId), isShadow(db, caller.orgId, 'diagnosis'), selectHypotheses(db, caller.orgId, number),
    ]);
    if (scope === null) throw notFoundError(`${incidentKey(number)} does not exist`);
    const onsetAt = assessment === null || assessment === undefined ? scope.beganAt : new Date(assessment.onsetAt);
    const [from, to] = [new Date(onsetAt.getTime() - BEFORE_MS), new Date(onsetAt.getTime() + AFTER_MS)];
    // What diagnosis suspects in shadow moves nothing here, nor what people refuted.
    const standing = assessment === null || assessment === undefined || shadow ? null : standingSuspicion(assessment, hypotheses);
    const roots = standing?.roots ?? [];
    const hops = upstreamOf([...new Set([...scope.services, ...roots.map(({ service }) => service)])], topology, HOPS);
    const services = [...hops.keys()];
    const [changes, findings, risen] = await Promise.all([
      selectChangesNear(db, caller.orgId, { services, from, to }, LOOKED_AT),
      watched.near(caller.orgId, { serviceOf: serviceMeaning(new Set(services), topology, DEFAULT_MAPPING.serviceLabels), from, to }),
      selectRisen(db, caller.orgId, viewer, services, new Date(onsetAt.getTime() - RISE_BEFORE_MS), new Date(onsetAt.getTime() + RISE_AFTER_MS), MOST_RULES),
    ]);
    const usual = await selectUsual(db, caller.orgId, [...new Set(risen.map(({ rule }) => rule))], onsetAt, USUAL_DAYS);
    const rules = risen.map((row) => ({ ...row, usual: ((usual.get(row.rule) ?? 0) * (RISE_BEFORE_MS + RISE_AFTER_MS)) / DAY_MS }));
    const suspected = suspectedChanges({ from, to, onsetAt, changes, rules, findings, roots, causeChangeId: standing?.causeChangeId ?? null, topology, hops });
    return {
      from: from.toISOString(), to: to.toISOString(), onsetAt: onsetAt.toISOString(), services, leftOut: Math.max(0, suspected.changes.length - SHOWN) + Math.max(0, suspected.findings.length - SHOWN), rising: risingOf(rules),
      noticed: suspected.findings.slice(0, SHOWN).map((each) => toNoticed(caller.orgId, each)),
      changes: suspected.changes.slice(0, SHOWN).map(({ change, suspicion, reasons, hops: away }) => ({ change: toApiChange(change), suspicion, reasons: [...reasons], hops: away })),
    };
  }

  return { getChangesBefore: ({ params }, { caller }) => changesBefore(caller, params.number) };
}
