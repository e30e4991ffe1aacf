/** How services are listed, named and drawn. */
import type { BusinessCriticality, BusinessService, DependencyType, Service, ServiceHealth, ServiceState, ServiceTier } from '#contract';

export const HEALTH_LABELS: Readonly<Record<ServiceHealth, string>> = { failing: 'Failing', degraded: 'Degraded', at_risk: 'At risk', ok: 'No alerts' };
export const HEALTH_MEANINGS: Readonly<Record<ServiceHealth, string>> = {
  failing: 'A SEV1 or SEV2 alert of it fires',
  degraded: 'A milder alert of it fires',
  at_risk: 'Nothing of its own fires, but something it needs is failing',
  ok: 'Nothing of it fires, and what it needs is well',
};
/** The worst first. */
export const HEALTH_ORDER = ['failing', 'degraded', 'at_risk', 'ok'] as const satisfies readonly ServiceHealth[];

export const TIER_LABELS: Readonly<Record<ServiceTier, string>> = { edge: 'Edge', front: 'Front', domain: 'Domain', data: 'Data', platform: 'Platform' };
export const DEPENDENCY_LABELS: Readonly<Record<DependencyType, string>> = { calls: 'calls', 'runs-on': 'runs on', 'stores-in': 'stores in' };

export const CRITICALITY_LABELS: Readonly<Record<BusinessCriticality, string>> = { critical: 'Critical', important: 'Important', standard: 'Standard' };

export interface ServiceFilter {
  readonly words: string;
  readonly team: string | null;
  readonly tier: ServiceTier | null;
  readonly health: ServiceHealth | null;
}

export const EVERY_SERVICE: ServiceFilter = { words: '', team: null, tier: null, health: null };

export interface ListedService {
  readonly service: Service;
  readonly state: ServiceState | null;
  readonly health: ServiceHealth;
}

/** Services with their states, the worst first, then by name. */
export function listedServices(services: readonly Service[], states: readonly ServiceState[]): ListedService[] {
  const byName = new Map(states.map((state) => [state.service, state]));
  return services
    .map((service): ListedService => {
      const state = byName.get(service.name) ?? null;
      return { service, state, health: state?.state ?? 'ok' };
    })
    .sort((a, b) => HEALTH_ORDER.indexOf(a.health) - HEALTH_ORDER.indexOf(b.health) || (a.service.name < b.service.name ? -1 : 1));
}

export function matchesFilter({ service, health }: ListedService, filter: ServiceFilter): boolean {
  const words = filter.words.trim().toLowerCase();
  const text = [service.name, ...service.aliases, service.team ?? '', service.kind ?? '', service.businessService ?? '', service.description].join(' ').toLowerCase();
  return (
    words.split(/\s+/).every((word) => text.includes(word)) &&
    (filter.team === null || service.team === filter.team) &&
    (filter.tier === null || service.tier === filter.tier) &&
    (filter.health === null || health === filter.health)
  );
}

/** Who needs the service. */
export function dependentsOf(name: string, services: readonly Service[]): Service[] {
  return services.filter((service) => service.dependencies.some(({ to }) => to === name));
}

export interface BusinessRow {
  readonly name: string;
  /** Null: services name it, but nobody described it. */
  readonly business: BusinessService | null;
  readonly members: readonly ListedService[];
  /** Of its worst service. */
  readonly health: ServiceHealth;
}

/** Business services with what they are made of, the worst first; those that are only named are among them. */
export function businessRows(known: readonly BusinessService[], listed: readonly ListedService[]): BusinessRow[] {
  const names = new Set([...known.map(({ name }) => name), ...listed.flatMap(({ service }) => service.businessService ?? [])]);
  return [...names]
    .map((name): BusinessRow => {
      const members = listed.filter(({ service }) => service.businessService === name);
      const health = HEALTH_ORDER.find((one) => members.some((member) => member.health === one)) ?? 'ok';
      return { name, business: known.find((one) => one.name === name) ?? null, members, health };
    })
    .sort((a, b) => HEALTH_ORDER.indexOf(a.health) - HEALTH_ORDER.indexOf(b.health) || (a.name < b.name ? -1 : 1));
}
