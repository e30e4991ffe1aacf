/** What the leading alerts of an incident usually mean, over HTTP. */
import { incidentKey, type AlertMeaning, type AlertMeanings, type MeaningLink, type OrgId } from '#contract';
import { viewerOf } from '../../access/index.ts';
import type { CatalogLookup } from '../../catalog/index.ts';
import type { KnownDetector, WatchedSource } from '../../detection/index.ts';
import { findIncidentScope } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import type { Caller, Handlers } from '../../platform/http/route.ts';
import { DEFAULT_MAPPING } from '../../sources/index.ts';
import { exploreUrl, type TimeRange } from '../../platform/exploreUrl.ts';
import { queryLink } from '../exploreLink.ts';
import type { MemoryDesk } from '../similar/memoryDesk.ts';
import { countRemembered } from '../similar/memoryStore.ts';
import { meaningOf } from './meanings.ts';
import { selectCarriers, selectLeading, type LeadingAlert } from './meaningStore.ts';
import type { RuleQueries } from './ruleQueries.ts';

const SHOWN = 4;
const LOOKED_AT = 300;
const MOST_LINKS = 8;
const BEFORE_MS = 60 * 60_000;
const MOST_MS = 24 * 60 * 60_000;

export interface MeaningDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalog: CatalogLookup;
  readonly desk: MemoryDesk;
  readonly watched: WatchedSource;
  readonly rules: RuleQueries;
}

function webAddress(value: unknown): string | null {
  return typeof value === 'string' && /^https?:\/\//i.test(value) ? value : null;
}

/** Links that the alert itself carries. */
function ownLinks({ details, annotations }: LeadingAlert): MeaningLink[] {
  const rule = webAddress(details['generatorURL']);
  const found: MeaningLink[] = [];
  // The address that a Prometheus gives its alerts is that of the graph of the rule's expression.
  if (rule !== null) found.push(/[?&]g0\.expr=/.test(rule) ? { kind: 'prometheus', title: 'Query of the rule', url: rule } : { kind: 'rule', title: 'Alert rule', url: rule });
  for (const [kind, title, value] of [['panel', 'Panel', details['panelURL']], ['dashboard', 'Dashboard', details['dashboardURL'] ?? annotations['dashboard_url']], ['runbook', 'Runbook of the rule', annotations['runbook_url']]] as const) {
    const url = webAddress(value);
    if (url !== null) found.push({ kind, title, url });
  }
  return found;
}

function isOf({ service, name, labels }: KnownDetector, alert: LeadingAlert): boolean {
  if (alert.labels['detector'] === name) return true;
  if (alert.service === null) return false;
  if (service !== null) return service === alert.service;
  return labels.some((each) => DEFAULT_MAPPING.serviceLabels.some((label) => each[label] === alert.service));
}

/** Makes the handler. */
export function createMeaningHandlers({ db, clock, catalog, desk, watched, rules }: MeaningDeps): Handlers<'getAlertMeanings'> {
  function linksOf(orgId: OrgId, alert: LeadingAlert, detectors: readonly KnownDetector[], range: TimeRange): { links: MeaningLink[]; isAsking: boolean } {
    const address = webAddress(alert.details['generatorURL']);
    const asked = address === null || alert.labels['detector'] !== undefined ? [] : rules.queriesOf(orgId, address);
    const byDatasource = Map.groupBy(asked ?? [], ({ datasource }) => datasource);
    const ofRule = [...byDatasource].map(([datasource, queries]): MeaningLink => ({ kind: 'explore', title: 'Query of the rule', url: exploreUrl(orgId, datasource, queries.map(({ query }) => query), range) }));
    const ofDetectors = detectors.filter((each) => isOf(each, alert)).flatMap(({ name, query }): MeaningLink[] => {
      const link = queryLink(orgId, query, range);
      return link === null ? [] : [{ kind: link.kind, title: name, url: link.url }];
    });
    // A detector's alert leads to its page.
    const own = ownLinks(alert).map((link): MeaningLink => (link.kind === 'rule' && alert.labels['detector'] !== undefined ? { ...link, title: 'Detector' } : link));
    return { links: [...ofRule, ...ofDetectors, ...own].slice(0, MOST_LINKS), isAsking: asked === null };
  }

  async function meaningsOf(caller: Caller, number: number): Promise<AlertMeanings> {
    const [viewer, { orgId }] = [viewerOf(caller), caller];
    const scope = await findIncidentScope(db, orgId, viewer, number);
    if (scope === null) throw notFoundError(`${incidentKey(number)} does not exist`);
    const [leading, remembered, topology] = await Promise.all([selectLeading(db, orgId, number, SHOWN), desk.withMemory(orgId, async (memory) => memory?.numbers ?? null), catalog.topologyOf(orgId)]);
    const [past, counted, detectors] = await Promise.all([
      leading.length === 0 ? [] : selectCarriers(db, orgId, viewer, leading.map(({ name }) => name), number, LOOKED_AT),
      remembered === null ? { all: 0 } : countRemembered(db, orgId, viewer, remembered, number, scope.beganAt, scope.beganAt), watched.known(orgId),
    ]);
    const toMs = (scope.endedAt ?? clock.now()).getTime();
    let isAsking = remembered === null;
    const items = leading.map((alert): AlertMeaning => {
      const fromMs = alert.startsAt.getTime() - BEFORE_MS;
      const { links, isAsking: asks } = linksOf(orgId, alert, detectors, { fromMs, toMs: Math.min(toMs, fromMs + MOST_MS) });
      isAsking ||= asks;
      const { name, service, alert: id, alerts, firing } = alert;
      const needs = [...new Set(topology.edges.filter(({ from }) => from === service).map(({ to }) => to))];
      return { name, service, alert: id, alerts, firing, ...meaningOf(service, past.filter(({ names }) => names.includes(name)), needs), links };
    });
    return { state: isAsking ? 'preparing' : 'ready', items, compared: counted.all };
  }

  return { getAlertMeanings: ({ params }, { caller }) => meaningsOf(caller, params.number) };
}
