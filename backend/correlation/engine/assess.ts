/** What is made of a group as a whole: how sure, since when, and who did it. */
import type { Contribution } from '#contract';
import type { GroupAssessment, RankedRoot } from '../assessment.ts';
import type { Group } from './group.ts';
import { namesNoPlace } from './signal.ts';
import { rankNodes } from './suspects.ts';
import type { EngineWindow } from './window.ts';

const MAX_ROOTS = 5;
/** Alerts at which a group is as sure as its evidence says. */
const DOUBT_ALERTS = 2;

function evidenceFor(window: EngineWindow, group: Group, node: string): Contribution[] {
  const evidence: Contribution[] = [];
  const accused = group.blamed.get(node);
  if (accused > 0) evidence.push({ kind: 'complaint', text: `${accused} ${accused === 1 ? 'alert names' : 'alerts name'} it as the culprit`, weight: accused / group.nodes.total });
  const own = group.nodes.get(node);
  if (own > 0) evidence.push({ kind: 'alerts', text: `${own} of ${group.nodes.total} alerts are its own`, weight: own / group.nodes.total });
  const { at } = window.graph.spread(node, 'failure');
  let reached = 0;
  for (const place of group.nodes.counts.keys()) if (at.has(place)) reached += 1;
  evidence.push({ kind: 'topology', text: `its failure would reach ${reached} of the ${group.nodes.counts.size} places with alerts`, weight: reached / group.nodes.counts.size });
  const began = group.onsets.get(node);
  if (began !== undefined && [...group.onsets.values()].every((onsetMs) => onsetMs >= began)) evidence.push({ kind: 'order', text: 'trouble was seen here first', weight: 1 });
  const change = window.changes.before(node, group.firstMs, null);
  if (change !== undefined) evidence.push({ kind: 'change', text: change.title, weight: 1 });
  return evidence;
}

/** Assesses a group. Neither a cluster as a whole nor a rule is a root that somebody could mend: switches and services are ranked. */
export function assess(window: EngineWindow, group: Group): GroupAssessment {
  const { graph, changes } = window;
  const ranked = rankNodes(group, group.trials).filter(({ node }) => graph.kindOf(node) !== 'cluster' && !namesNoPlace(node));
  const total = ranked.reduce((sum, { share }) => sum + share, 0);
  const roots: RankedRoot[] = ranked.slice(0, MAX_ROOTS).map(({ node, share }) => ({
    service: node, score: total === 0 ? 0 : share / total, evidence: evidenceFor(window, group, node),
  }));
  const first = roots[0]?.service;
  const size = group.nodes.total;
  return {
    confidence: (1 / (1 + Math.exp(-group.evidence))) * (size / (size + DOUBT_ALERTS)),
    onsetAt: new Date(Number.isFinite(group.firstMs) ? group.firstMs : group.lastMs),
    roots,
    causeChangeId: first === undefined ? null : (changes.before(first, group.firstMs, null)?.id ?? null),
  };
}
