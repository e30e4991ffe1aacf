/** Alerts that are explained by another one that fires. Pure but for the memory it keeps. */
import type { Topology } from '../catalog/index.ts';
import { keyOf, type AlertFacts, type AlertTest } from './scope.ts';

/** An alert that fires and may explain others. */
export interface InhibitionSource {
  readonly ref: string;
  readonly name: string;
  readonly service: string | null;
  /** It is itself one that the rule would hold back. */
  readonly isTarget: boolean;
}

export interface InhibitionRule {
  readonly form: 'matchers' | 'topology';
  readonly isTarget: AlertTest;
  readonly isSource: AlertTest;
  readonly equal: readonly string[];
  /** What a service depends on, nearest first; empty for the form by matchers. */
  readonly dependenciesOf: (service: string) => readonly Dependency[];
}

export interface Dependency {
  readonly service: string;
  readonly hops: number;
}

/** Firing sources of one rule, by what must be alike. */
export interface SourceIndex {
  readonly places: Map<string, Map<string, InhibitionSource>>;
  readonly placeOfRef: Map<string, string>;
}

export function newSourceIndex(): SourceIndex {
  return { places: new Map(), placeOfRef: new Map() };
}

/** Services that a service needs, directly or through others, nearest first; kept once worked out. */
export function dependencyLookup(topology: Topology, maxHops: number): (service: string) => readonly Dependency[] {
  const direct = new Map<string, string[]>();
  for (const edge of topology.edges) direct.set(edge.from, [...(direct.get(edge.from) ?? []), edge.to]);
  const known = new Map<string, readonly Dependency[]>();
  return (service) => {
    const present = known.get(service);
    if (present !== undefined) return present;
    const seen = new Set([service]);
    const found: Dependency[] = [];
    let edge = [service];
    for (let hops = 1; hops <= maxHops && edge.length > 0; hops += 1) {
      const next: string[] = [];
      for (const from of edge) {
        for (const to of direct.get(from) ?? []) {
          if (seen.has(to)) continue;
          seen.add(to);
          next.push(to);
          found.push({ service: to, hops });
        }
      }
      edge = next;
    }
    known.set(service, found);
    return found;
  };
}

function placeOf(rule: InhibitionRule, alert: AlertFacts, service: string | null): string {
  const alike = keyOf(alert, rule.equal);
  return rule.form === 'topology' ? `${service ?? ''}\n${alike}` : alike;
}

/** Notes that an alert fires, if it is a source. */
export function addSource(rule: InhibitionRule, index: SourceIndex, alert: AlertFacts, ref: string): void {
  if (!rule.isSource(alert) || (rule.form === 'topology' && alert.service === null)) return;
  const place = placeOf(rule, alert, alert.service);
  const sources = index.places.get(place) ?? new Map<string, InhibitionSource>();
  index.places.set(place, sources.set(ref, { ref, name: alert.name, service: alert.service, isTarget: rule.isTarget(alert) }));
  index.placeOfRef.set(ref, place);
}

/** Notes that an alert is over. */
export function removeSource(index: SourceIndex, ref: string): void {
  const place = index.placeOfRef.get(ref);
  if (place === undefined) return;
  index.placeOfRef.delete(ref);
  const sources = index.places.get(place);
  if (sources?.delete(ref) === true && sources.size === 0) index.places.delete(place);
}

/**
 * The source that explains an alert, or null. As in Alertmanager, alerts that are both source and target of matchers do
 * not hold back one another, nor an alert itself. `isHeldBackBy` keeps two that explain each other from vanishing together.
 */
export function explainedBy(
  rule: InhibitionRule,
  index: SourceIndex,
  alert: AlertFacts,
  ref: string,
  isHeldBackBy: (source: string, ref: string) => boolean,
): { readonly source: InhibitionSource; readonly hops: number } | null {
  if (index.places.size === 0 || !rule.isTarget(alert)) return null;
  const isSource = rule.form === 'matchers' && rule.isSource(alert);
  const pick = (service: string | null, hops: number): { source: InhibitionSource; hops: number } | null => {
    for (const source of index.places.get(placeOf(rule, alert, service))?.values() ?? []) {
      if (source.ref !== ref && !(isSource && source.isTarget) && !isHeldBackBy(source.ref, ref)) return { source, hops };
    }
    return null;
  };
  if (rule.form === 'matchers') return pick(null, 0);
  if (alert.service === null) return null;
  for (const { service, hops } of rule.dependenciesOf(alert.service)) {
    const found = pick(service, hops);
    if (found !== null) return found;
  }
  return null;
}
