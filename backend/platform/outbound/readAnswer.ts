/** What answers of other servers say, read with care: they may say anything. Pure. */

/** Text as JSON; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in milliseconds from `nowMs` on: seconds or a date (RFC 9110, 10.2.3). Null when there is none to be read. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}(\.\d+)?$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
