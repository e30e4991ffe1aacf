/**
 * Labels can be wrong: copied with a rule, left behind by a move, or put on by the exporter's own place. One that
 * nothing else in the alert bears out gives way to what two other things in it agree on. Pure.
 */
import type { Mention } from './mentions.ts';
import { serviceOf, type NamedThing } from './nameIndex.ts';

/** What an alert says of its service beside the label that names it. */
export interface Testimony {
  readonly summary: readonly Mention<NamedThing>[];
  readonly description: readonly Mention<NamedThing>[];
  /** Services whose pods, containers or instances its labels name. */
  readonly parts: ReadonlySet<string>;
  /** As labelled. */
  readonly namespaces: ReadonlySet<string>;
}

/** Things that must agree on another service. */
const WITNESSES = 2;

function isNamed(service: string, mentions: readonly Mention<NamedThing>[]): boolean {
  return mentions.some(({ thing }) => serviceOf(thing) === service);
}

/** The first service that a text does not accuse. */
function subjectOf(mentions: readonly Mention<NamedThing>[]): string | null {
  for (const { thing, accused } of mentions) {
    const service = serviceOf(thing);
    if (service !== null && !accused) return service;
  }
  return null;
}

/** "the summary, the pod and the namespace" */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/**
 * The service that an alert is about though a label says `said`; null where that label stands. It stands when the texts or a pod name the
 * same service anywhere, or when the namespace is its own; and when fewer than two of summary, description, pod and
 * namespace agree on another one.
 */
export function findContradiction(
  said: string, { summary, description, parts, namespaces }: Testimony, namespaceOf: (service: string) => string | null,
): { readonly service: string; readonly witnesses: string } | null {
  if (parts.has(said) || isNamed(said, summary) || isNamed(said, description)) return null;
  const home = namespaceOf(said);
  if (home !== null && namespaces.has(home)) return null;
  const inSummary = subjectOf(summary);
  const inDescription = subjectOf(description);
  let found: { service: string; witnesses: readonly string[] } | null = null;
  for (const service of new Set([inSummary, inDescription, ...parts])) {
    if (service === null) continue;
    const own = namespaceOf(service);
    const witnesses = [
      ...(service === inSummary ? ['the summary'] : []), ...(service === inDescription ? ['the description'] : []),
      ...(parts.has(service) ? ['the pod'] : []), ...(own !== null && namespaces.has(own) ? ['the namespace'] : []),
    ];
    if (witnesses.length >= WITNESSES && witnesses.length > (found?.witnesses.length ?? 0)) found = { service, witnesses };
  }
  return found === null ? null : { service: found.service, witnesses: listed(found.witnesses) };
}
