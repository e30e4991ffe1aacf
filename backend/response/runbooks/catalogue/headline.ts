/** What lists show of a text. */
import type { RunbookDocument } from '#contract';
import { everyStep, identityOf, parseRunbook } from '../format/index.ts';
import type { Headline } from './runbookStore.ts';

/** Of a text that is right. */
export function headlineOf(document: RunbookDocument): Headline {
  const { title, description, owner, tags, services } = document.metadata;
  return { title, description, owner: owner ?? null, tags, services, steps: everyStep(document.steps).length, automation: document.policy.automation };
}

/** Of a text that may have faults: as much as can be read. */
export function draftHeadline(source: string, id: string): Headline {
  const { document } = parseRunbook(source);
  if (document !== null) return headlineOf(document);
  return { title: identityOf(source).title ?? id, description: '', owner: null, tags: [], services: [], steps: 0, automation: 'suggest' };
}
