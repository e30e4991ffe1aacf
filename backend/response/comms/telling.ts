/** Around an update: its audience, its incident as templates tell of it, and how it reads. */
import { SEVERITIES, type Audience, type Communication, type ComponentState, type ComponentStatus, type OrgId, type Severity } from '#contract';
import type { CatalogSnapshot } from '../../catalog/index.ts';
import type { IncidentFacts } from './incidentStore.ts';
import type { CommsPorts } from './ports.ts';
import { missingFields, renderUpdate, type RenderedUpdate, type ToldIncident } from './render.ts';
import type { StoredUpdate } from './updateStore.ts';

/** What of an update decides how it reads. */
export type Wording = Pick<StoredUpdate, 'phase' | 'fields' | 'ownSubject' | 'ownText' | 'components' | 'nextUpdateAt'>;

/** The names by which the catalogue knows services that alerts may call otherwise. */
function catalogNames(snapshot: CatalogSnapshot, services: readonly string[]): string[] {
  const byAlias = new Map(snapshot.topology.services.flatMap(({ name, aliases }) => [name, ...aliases].map((alias) => [alias.toLowerCase(), name])));
  return services.map((service) => byAlias.get(service.toLowerCase()) ?? service);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** Business services and regions of the services of an incident. */
export function reachOf(snapshot: CatalogSnapshot, services: readonly string[]): { readonly services: string[]; readonly businessServices: string[]; readonly regions: string[] } {
  const names = catalogNames(snapshot, services);
  const facts = names.flatMap((name) => snapshot.facts.get(name) ?? []);
  return { services: distinct([...names, ...services]), businessServices: distinct(facts.flatMap(({ businessService }) => businessService ?? [])), regions: distinct(facts.flatMap(({ regions }) => regions)) };
}

const STATE_BY_SEVERITY: Readonly<Record<Severity, ComponentState>> = {
  sev1: 'major_outage', sev2: 'partial_outage', sev3: 'degraded_performance', sev4: 'degraded_performance', sev5: 'operational',
};

/** How the business services of an incident would be told to be, by its severity; once it is over they work again. */
export function suggestComponents(snapshot: CatalogSnapshot, incident: Pick<IncidentFacts, 'services' | 'severity' | 'state'>): ComponentStatus[] {
  const over = !['declared', 'investigating', 'identified', 'mitigating', 'candidate'].includes(incident.state);
  return reachOf(snapshot, incident.services).businessServices.map((name) => ({ name, state: over ? 'operational' : STATE_BY_SEVERITY[incident.severity] }));
}

/** An audience by its id. */
export function audienceOf(settings: Pick<Communication, 'audiences'>, id: string): Audience | undefined {
  return settings.audiences.find((audience) => audience.id === id);
}

/** What is known of an incident when its updates are read or published. */
export interface Teller {
  readonly settings: Communication;
  readonly snapshot: CatalogSnapshot;
  toldOf(incident: IncidentFacts): ToldIncident;
  /** As it reads now. */
  render(audience: Audience, incident: IncidentFacts, wording: Wording, at: Date): RenderedUpdate;
  /** Fields that are still to be filled in. */
  missing(audience: Audience, incident: IncidentFacts, wording: Pick<Wording, 'fields'>): Audience['fields'];
}

/** Makes one, over the settings and the catalogue of a moment. */
export async function createTeller(ports: Pick<CommsPorts, 'snapshotOf' | 'urlOfIncident'>, orgId: OrgId, settings: Communication): Promise<Teller> {
  const snapshot = await ports.snapshotOf(orgId);
  function toldOf(incident: IncidentFacts): ToldIncident {
    const reach = reachOf(snapshot, incident.services);
    return {
      number: incident.number, title: incident.title, severity: incident.severity, state: incident.state, services: incident.services, businessServices: reach.businessServices, regions: reach.regions,
      commander: incident.commander, url: ports.urlOfIncident(incident.number), startedAtMs: incident.startedAt?.getTime() ?? null, declaredAtMs: incident.declaredAt?.getTime() ?? null,
      resolvedAtMs: incident.resolvedAt?.getTime() ?? null,
    };
  }
  return {
    settings, snapshot, toldOf,
    render: (audience, incident, wording, at) => renderUpdate(audience, toldOf(incident), { ...wording, nextUpdateAtMs: wording.nextUpdateAt?.getTime() ?? null, atMs: at.getTime() }),
    missing: (audience, incident, { fields }) => missingFields(audience, incident.severity, fields),
  };
}

/** Rank of a severity in the database. */
export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}
