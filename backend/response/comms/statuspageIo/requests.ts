/**
 * Requests to Statuspage.io, as its API documentation has them (`/v1/pages/{page_id}/incidents`): an incident is made with POST,
 * changed and resolved with PATCH; the key stands behind `OAuth`. Pure.
 */
import type { ComponentState, ComponentStatus, PageSync, UpdatePhase } from '#contract';

export const STATUSPAGE_API = 'https://api.statuspage.io/v1';
/** One request a second for each key is what it allows. */
export const SPACING_MS = 1_000;
/** How long to wait after "too many" that does not say it: its window. */
export const LIMIT_WINDOW_MS = 60_000;

/** An update to be carried over. */
export interface CarriedUpdate {
  readonly id: string;
  readonly incident: number;
  readonly phase: UpdatePhase;
  readonly title: string;
  readonly text: string;
  readonly components: readonly ComponentStatus[];
  readonly isCorrection: boolean;
}

export interface StatuspageRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body: unknown;
}

const IMPACTS: Readonly<Record<ComponentState, 'none' | 'minor' | 'major' | 'critical'>> = {
  operational: 'none', under_maintenance: 'none', degraded_performance: 'minor', partial_outage: 'major', major_outage: 'critical',
};
const WORST_FIRST: readonly ComponentState[] = ['major_outage', 'partial_outage', 'degraded_performance', 'under_maintenance', 'operational'];
const MAX_NAME = 250;

/** Components by their ids there. Of an incident that is over, all that it ever named work again. */
function componentsOf(sync: Pick<PageSync, 'components'>, update: CarriedUpdate, namedBefore: readonly string[]): Record<string, ComponentState> {
  const ids = new Map(sync.components.map(({ name, componentId }) => [name, componentId]));
  const isOver = update.phase === 'resolved';
  const told = [...(isOver ? namedBefore.map((name) => ({ name, state: 'operational' as const })) : []), ...update.components.map(({ name, state }) => ({ name, state: isOver ? ('operational' as const) : state }))];
  return Object.fromEntries(told.flatMap(({ name, state }) => {
    const id = ids.get(name);
    return id === undefined ? [] : [[id, state]];
  }));
}

/** Its incidents that are not over; looked through before one is made, in case an answer was lost. */
export function unresolvedRequest(pageId: string): StatuspageRequest {
  return { method: 'GET', path: `/pages/${pageId}/incidents/unresolved`, body: undefined };
}

/** The request that carries an update over. `remoteId`: the incident there; null: it is to be made. */
export function incidentRequest(sync: Pick<PageSync, 'components' | 'notify'>, pageId: string, update: CarriedUpdate, remoteId: string | null, namedBefore: readonly string[]): StatuspageRequest {
  const components = componentsOf(sync, update, namedBefore);
  const worst = WORST_FIRST.find((state) => update.components.some((one) => one.state === state));
  return {
    method: remoteId === null ? 'POST' : 'PATCH',
    path: `/pages/${pageId}/incidents${remoteId === null ? '' : `/${remoteId}`}`,
    body: {
      incident: {
        name: update.title.slice(0, MAX_NAME), status: update.phase, body: update.text, deliver_notifications: sync.notify,
        ...(worst === undefined || update.phase === 'resolved' ? {} : { impact_override: IMPACTS[worst] }),
        ...(Object.keys(components).length === 0 ? {} : { component_ids: Object.keys(components), components }),
        ...(remoteId === null ? { metadata: { muster: { incident: String(update.incident) } } } : {}),
      },
    },
  };
}
