/** What a text that may still have faults says of itself. */
import { runbookId, type RunbookId } from '#contract';
import { parseDocument } from 'yaml';
import { z } from 'zod';

export interface Identity {
  /** Null when it names none that could be used. */
  readonly id: RunbookId | null;
  readonly title: string | null;
}

const named = z.object({ metadata: z.object({ id: z.unknown(), title: z.unknown() }).partial() });
const titled = z.string().trim().min(1).max(200);

/** Reads id and title only, from whatever can be read. Never throws. */
export function identityOf(source: string): Identity {
  try {
    const value: unknown = parseDocument(source, { prettyErrors: false }).toJS({ maxAliasCount: 50 });
    const { metadata } = named.parse(value);
    return { id: runbookId.safeParse(metadata.id).data ?? null, title: titled.safeParse(metadata.title).data ?? null };
  } catch {
    // Not even that can be read.
    return { id: null, title: null };
  }
}
