/** The text that a new runbook begins with. */
import { API_VERSION, runbookId } from '#contract';

/** A name for addresses, made of a title. */
export function idOfTitle(title: string): string {
  return title.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
}

/** What is wrong with a name for addresses; null when nothing is. */
export function idFault(id: string): string | null {
  const checked = runbookId.safeParse(id);
  return checked.success ? null : (checked.error.issues[0]?.message ?? 'cannot be used');
}

/** A runbook with one step, to be filled in. */
export function emptyRunbook(id: string, title: string): string {
  return `apiVersion: ${API_VERSION}
kind: Runbook
metadata:
  id: ${id}
  title: ${JSON.stringify(title)}
  description: ''
steps:
  - id: first
    name: First step
    kind: manual
    with:
      instruction: Say here what has to be done.
`;
}
