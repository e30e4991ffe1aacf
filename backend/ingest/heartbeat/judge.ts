/** Whether a source is silent for too long. Pure. */

export interface HeartbeatState {
  /** How long it may be silent; null when nobody asks. */
  readonly intervalMs: number | null;
  readonly heardMs: number | null;
  /** From when on silence counts. */
  readonly armedMs: number;
  /** Start of the alert that says so; null while it is heard. */
  readonly silentSinceMs: number | null;
  readonly nowMs: number;
}

export type HeartbeatVerdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'open'; readonly startsAtMs: number }
  | { readonly kind: 'close'; readonly startsAtMs: number; readonly endsAtMs: number };

/** Receptions are written every few seconds; the alert waits for those on their way. */
export const HEARTBEAT_GRACE_MS = 10_000;

/** Decides. The alert begins at the deadline, so every replica that decides makes the same one. */
export function judgeHeartbeat({ intervalMs, heardMs, armedMs, silentSinceMs, nowMs }: HeartbeatState): HeartbeatVerdict {
  if (silentSinceMs !== null) {
    if (heardMs !== null && heardMs >= silentSinceMs) return { kind: 'close', startsAtMs: silentSinceMs, endsAtMs: heardMs };
    return intervalMs === null ? { kind: 'close', startsAtMs: silentSinceMs, endsAtMs: nowMs } : { kind: 'fine' };
  }
  if (intervalMs === null) return { kind: 'fine' };
  const deadlineMs = Math.max(heardMs ?? 0, armedMs) + intervalMs;
  return nowMs >= deadlineMs + HEARTBEAT_GRACE_MS ? { kind: 'open', startsAtMs: deadlineMs } : { kind: 'fine' };
}
