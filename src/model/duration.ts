const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Two units at most, so that it is read at a glance: `45 s`, `14 min 05 s`, `2 h 14 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const total = Math.max(0, milliseconds);
  if (total < MINUTE) {
    return `${Math.floor(total / SECOND)} s`;
  }
  if (total < HOUR) {
    return `${Math.floor(total / MINUTE)} min ${pad((total % MINUTE) / SECOND)} s`;
  }
  if (total < DAY) {
    return `${Math.floor(total / HOUR)} h ${pad((total % HOUR) / MINUTE)} min`;
  }
  return `${Math.floor(total / DAY)} d ${Math.floor((total % DAY) / HOUR)} h`;
}

/** One unit, for "how long ago": `just now`, `5 min ago`, `2 h ago`. */
export function formatAgo(milliseconds: number): string {
  if (milliseconds < 10 * SECOND) {
    return 'just now';
  }
  return `${roughly(milliseconds)} ago`;
}

function roughly(total: number): string {
  if (total < MINUTE) {
    return `${Math.floor(total / SECOND)} s`;
  }
  if (total < HOUR) {
    return `${Math.floor(total / MINUTE)} min`;
  }
  if (total < 2 * DAY) {
    return `${Math.floor(total / HOUR)} h`;
  }
  return `${Math.floor(total / DAY)} d`;
}

/** Time between two instants; null when one is missing or the order is impossible. */
export function between(from: string | null, to: string | null): number | null {
  if (from === null || to === null) {
    return null;
  }
  const length = Date.parse(to) - Date.parse(from);
  return Number.isFinite(length) && length >= 0 ? length : null;
}

function pad(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
