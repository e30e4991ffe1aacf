/** What becomes of a text under the hands when the stored one changes. */
export interface Stored {
  /** The ETag. */
  readonly version: number;
  readonly source: string;
}

export interface Merged {
  /** What the next save is based on. */
  readonly base: Stored;
  /** What stands in the editor. */
  readonly local: string;
  /** Somebody else changed what was changed here, too. */
  readonly conflict: boolean;
}

/** Takes up what is stored now, unless that would lose what was written here. */
export function mergeStored(base: Stored, local: string, stored: Stored): Merged {
  if (stored.version === base.version) return { base, local, conflict: false };
  // the same text, or only something else about the runbook has changed
  if (stored.source === local || stored.source === base.source) return { base: stored, local, conflict: false };
  return local === base.source ? { base: stored, local: stored.source, conflict: false } : { base, local, conflict: true };
}
