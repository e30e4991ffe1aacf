/** Whether a runbook is for an incident, by its services. Pure. */
import type { RunbookDocument } from '#contract';

/** Services of the incident that the runbook names. */
export function namedServices(document: Pick<RunbookDocument, 'metadata'>, services: readonly string[]): string[] {
  const named = new Set(document.metadata.services.map((name) => name.toLowerCase()));
  return services.filter((name) => named.has(name.toLowerCase()));
}

/** True when it is for any service, or for one of these. */
export function isFor(document: Pick<RunbookDocument, 'metadata'>, services: readonly string[]): boolean {
  return document.metadata.services.length === 0 || namedServices(document, services).length > 0;
}
