/** A storm of alerts with its deliveries, and what must be true after it. */
import { grafanaAlert } from './pipeline.ts';
import { inParts, type Delivery } from './sender.ts';

/** So many alerts over so many services, a few in each delivery. */
export function stormOf(alerts: number, services: number, startsAt = Date.now()): Delivery[] {
  const places = Array.from({ length: alerts }, (_, place) => place);
  return inParts(places, 5).map((part) => ({
    fingerprints: part.map((place) => `alert-${place}`),
    body: { groupKey: '{}:{storm}', alerts: part.map((place) => grafanaAlert({ fingerprint: `alert-${place}`, service: `service-${place % services}`, startsAt })) },
  }));
}

/** What a ledger says when each alert of the storm is stored once and in exactly one place. */
export function wholeStorm(alerts: number, services: number): object {
  return { alerts, incidents: services, links: alerts, loose: 0, doubledKeys: 0, miscounted: 0, doubledChanges: 0, pending: 0 };
}
