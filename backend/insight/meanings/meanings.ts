/** From past incidents that carried an alert to what it usually means and what to look at now. Pure. */
import { incidentKey, incidentNumber, type AlertMeaning } from '#contract';
import type { PastIncident } from './meaningStore.ts';

const MOST = 3;
const MOST_CHECKS = 4;
/** Said once of a kind: what people wrote is hardly ever written twice in the same words. */
const PROSE_SHOWN = 1;

type Told = Pick<AlertMeaning, 'incidents' | 'atService' | 'medianMinutes' | 'causes' | 'fixedBy' | 'checks'>;

interface Counted<T> {
  readonly what: T;
  readonly incidents: number;
  readonly latest: number;
}

/** How many incidents each thing occurs in, the most frequent first, then the latest. Incidents come the newest first. */
function counted<T>(past: readonly PastIncident[], thingsOf: (incident: PastIncident) => readonly T[], keyOf: (thing: T) => string): Counted<T>[] {
  const found = new Map<string, Counted<T>>();
  for (const incident of past) {
    const keys = new Set<string>();
    for (const what of thingsOf(incident)) {
      const key = keyOf(what);
      if (keys.has(key)) continue;
      keys.add(key);
      const known = found.get(key);
      found.set(key, { what: known?.what ?? what, incidents: (known?.incidents ?? 0) + 1, latest: known?.latest ?? incident.number });
    }
  }
  return [...found.values()].sort((a, b) => b.incidents - a.incidents || b.latest - a.latest);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? null : Math.round(10 * middle) / 10;
}

function times(incidents: number, of: number): string {
  return of === 1 ? 'the one time it came before' : `${incidents} of ${of} times`;
}

/** What is known of an alert: `past` are the incidents that carried it, the newest first; `needs` is what its service depends on directly. */
export function meaningOf(service: string | null, past: readonly PastIncident[], needs: readonly string[]): Told {
  const causes = counted(past, ({ causes: confirmed }) => confirmed, (cause) => cause.service ?? cause.text);
  const remedies = counted(past, ({ remedies: all }) => all.filter(({ kind }) => kind !== 'cause'), ({ kind, text }) => `${kind}\n${text}`);
  const runbooks = remedies.filter(({ what }) => what.kind === 'runbook');
  const prose = remedies.filter(({ what }) => what.kind !== 'runbook').slice(0, PROSE_SHOWN);
  const checks = causes.slice(0, 2).map(({ what, incidents, latest }) =>
    `${what.service ?? what.text}: ${what.service === null ? '' : 'it '}was confirmed as the cause ${times(incidents, past.length)} (${incidentKey(latest)}).`);
  const [runbook] = runbooks;
  if (runbook !== undefined) checks.push(`Whether “${runbook.what.text}” fits: it succeeded ${times(runbook.incidents, past.length)} (${incidentKey(runbook.latest)}).`);
  const unchecked = needs.filter((name) => !causes.some(({ what }) => what.service === name));
  if (service !== null && unchecked.length > 0) checks.push(`What ${service} needs${causes.length > 0 ? ' besides' : ''}: ${unchecked.slice(0, 5).join(', ')}${unchecked.length > 5 ? ` and ${unchecked.length - 5} more` : ''}.`);
  return {
    incidents: past.length, atService: service === null ? 0 : past.filter(({ services }) => services.includes(service)).length,
    medianMinutes: median(past.flatMap(({ minutes }) => (minutes === null || minutes < 0 ? [] : [minutes]))),
    causes: causes.slice(0, MOST).map(({ what, incidents, latest }) => ({ ...what, incidents, latest: incidentNumber.parse(latest) })),
    fixedBy: [...runbooks, ...prose].slice(0, MOST).map(({ what, incidents, latest }) => ({ remedy: what, incidents, latest: incidentNumber.parse(latest) })),
    checks: checks.slice(0, MOST_CHECKS),
  };
}
