/** What a status page says, from what was published. Pure: no database, no clock; what was not published is not here. */
import { graverState, type ComponentState, type ComponentStatus, type PageComponent, type PublicStatus, type UpdatePhase } from '#contract';

export const DAY_MS = 86_400_000;
export const UPTIME_MONTHS = 12;

/** A published update of an incident that everybody may see. */
export interface PageUpdate {
  readonly id: string;
  /** Number of the incident that goes on; never shown. */
  readonly incident: number;
  readonly phase: UpdatePhase;
  readonly title: string;
  /** CommonMark. */
  readonly text: string;
  readonly components: readonly ComponentStatus[];
  readonly atMs: number;
  readonly corrects: string | null;
}

export interface PageWork {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly components: readonly string[];
  readonly startsMs: number;
  readonly endsMs: number;
}

export interface PageFacts {
  readonly title: string;
  readonly components: readonly PageComponent[];
  /** The oldest first. */
  readonly updates: readonly PageUpdate[];
  readonly works: readonly PageWork[];
  /** When the impact of each incident began, by number. */
  readonly began: ReadonlyMap<number, number>;
  /** Since when the page is kept: nobody knows of before. */
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** As it is read, with its correction in place. */
export interface ShownUpdate {
  readonly id: string;
  readonly phase: UpdatePhase;
  readonly title: string;
  readonly text: string;
  readonly atMs: number;
  readonly correctedMs: number | null;
}

export interface ShownIncident {
  /** Of its first update: says nothing of the inside. */
  readonly id: string;
  readonly title: string;
  readonly phase: UpdatePhase;
  readonly startedMs: number;
  readonly resolvedMs: number | null;
  readonly components: readonly ComponentStatus[];
  /** The newest first. */
  readonly updates: readonly ShownUpdate[];
}

export interface ShownComponent {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly group: string;
  readonly state: ComponentState;
  /** The newest month first. */
  readonly uptime: readonly { readonly month: string; readonly percent: number }[];
  /** Worst state of each of the last days, the oldest first; null: before the page was kept. */
  readonly days: readonly (ComponentState | null)[];
}

export interface PageModel {
  readonly title: string;
  readonly state: ComponentState;
  readonly components: readonly ShownComponent[];
  readonly ongoing: readonly ShownIncident[];
  readonly past: readonly ShownIncident[];
  readonly works: readonly (PageWork & { readonly state: 'planned' | 'running' | 'over' })[];
  readonly nowMs: number;
}

interface Span {
  readonly name: string;
  readonly state: ComponentState;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Share of time that counts as down. Slow is up; a partial outage counts for a part. */
const DOWN: Readonly<Record<ComponentState, number>> = { operational: 0, under_maintenance: 0, degraded_performance: 0, partial_outage: 0.3, major_outage: 1 };
export const SHOWN_DAYS = 90;

/** An update with what corrected it, however often, in its place and at its time. */
function withCorrections(updates: readonly PageUpdate[]): { readonly update: PageUpdate; readonly atMs: number; readonly id: string; readonly correctedMs: number | null }[] {
  const correctionOf = new Map(updates.flatMap((update) => (update.corrects === null ? [] : [[update.corrects, update]])));
  const known = new Set(updates.map(({ id }) => id));
  // A correction of what is not shown (it was published before the page was) stands for itself.
  return updates.filter(({ corrects }) => corrects === null || !known.has(corrects)).map((first) => {
    let last = first;
    for (let next = correctionOf.get(last.id); next !== undefined; next = correctionOf.get(last.id)) last = next;
    return { update: last, atMs: first.atMs, id: first.id, correctedMs: last === first ? null : last.atMs };
  });
}

interface Told {
  readonly shown: ShownIncident;
  readonly spans: readonly Span[];
}

/** One incident from its updates, and how its components were meanwhile. */
function tell(updates: readonly PageUpdate[], beganMs: number | undefined, nowMs: number): Told | null {
  const told = withCorrections(updates);
  const [first] = told;
  const last = told.at(-1);
  if (first === undefined || last === undefined) return null;
  const startedMs = Math.min(first.atMs, beganMs ?? first.atMs);
  const spans: Span[] = [];
  const current = new Map<string, { state: ComponentState; sinceMs: number }>();
  const close = (name: string, untilMs: number): void => {
    const one = current.get(name);
    if (one !== undefined && one.state !== 'operational' && untilMs > one.sinceMs) spans.push({ name, state: one.state, fromMs: one.sinceMs, toMs: untilMs });
  };
  told.forEach(({ update, atMs }, place) => {
    for (const { name, state } of update.components) {
      close(name, atMs);
      // What was told first was so from the beginning of the impact.
      current.set(name, { state, sinceMs: place === 0 ? startedMs : atMs });
    }
    if (update.phase !== 'resolved') return;
    for (const name of current.keys()) close(name, atMs);
    current.clear();
  });
  for (const name of current.keys()) close(name, nowMs);
  const isOver = last.update.phase === 'resolved';
  return {
    spans,
    shown: {
      id: first.id, title: last.update.title, phase: last.update.phase, startedMs, resolvedMs: isOver ? last.atMs : null, components: [...current].map(([name, { state }]) => ({ name, state })),
      updates: told.map(({ update, atMs, id, correctedMs }) => ({ id, phase: update.phase, title: update.title, text: update.text, atMs, correctedMs })).reverse(),
    },
  };
}

/** First moment of the month that holds the instant, so many months before. */
function monthStart(ms: number, back: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - back, 1);
}

/** Time down between two instants: where spans overlap, the worst counts. */
function downMs(spans: readonly Span[], fromMs: number, toMs: number): number {
  const inside = spans.filter((span) => span.toMs > fromMs && span.fromMs < toMs);
  const edges = [...new Set([fromMs, toMs, ...inside.flatMap((span) => [span.fromMs, span.toMs])])].filter((ms) => ms >= fromMs && ms <= toMs).sort((a, b) => a - b);
  return edges.slice(1).reduce((sum, end, place) => {
    const begin = edges[place] ?? end;
    const worst = Math.max(0, ...inside.filter((span) => span.fromMs <= begin && span.toMs >= end).map(({ state }) => DOWN[state]));
    return sum + (end - begin) * worst;
  }, 0);
}

/** Uptime of a component by month (UTC), the newest first, as far back as the page is kept. Rounded down, so that a trouble never reads as 100. */
export function uptimeByMonth(spans: readonly Span[], sinceMs: number, nowMs: number): { month: string; percent: number }[] {
  return Array.from({ length: UPTIME_MONTHS }, (_, back) => back).flatMap((back) => {
    const from = Math.max(monthStart(nowMs, back), sinceMs);
    const to = back === 0 ? nowMs : monthStart(nowMs, back - 1);
    if (to <= from) return [];
    return [{ month: new Date(monthStart(nowMs, back)).toISOString().slice(0, 7), percent: Math.floor((1 - downMs(spans, from, to) / (to - from)) * 10_000) / 100 }];
  });
}

function worstByDay(spans: readonly Span[], sinceMs: number, nowMs: number): (ComponentState | null)[] {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return Array.from({ length: SHOWN_DAYS }, (_, place) => today - (SHOWN_DAYS - 1 - place) * DAY_MS).map((day) => {
    if (day + DAY_MS <= sinceMs) return null;
    return spans.filter((span) => span.fromMs < day + DAY_MS && span.toMs > day).reduce<ComponentState>((worst, { state }) => graverState(worst, state), 'operational');
  });
}

function workState(work: PageWork, nowMs: number): 'planned' | 'running' | 'over' {
  return nowMs < work.startsMs ? 'planned' : nowMs < work.endsMs ? 'running' : 'over';
}

/** The page. */
export function pageModelOf(facts: PageFacts): PageModel {
  const { nowMs, sinceMs } = facts;
  const byIncident = new Map<number, PageUpdate[]>();
  for (const update of facts.updates) byIncident.set(update.incident, [...(byIncident.get(update.incident) ?? []), update]);
  const told = [...byIncident].flatMap(([incident, updates]) => tell(updates, facts.began.get(incident), nowMs) ?? []);
  const works = facts.works.map((work) => ({ ...work, state: workState(work, nowMs) }));
  const spans = told.flatMap((one) => one.spans);
  const components = facts.components.map(({ name, label, description, group }) => {
    const own = spans.filter((span) => span.name === name);
    const broken = told.flatMap(({ shown }) => shown.components).filter((one) => one.name === name).reduce<ComponentState>((worst, { state }) => graverState(worst, state), 'operational');
    const isWorkedOn = works.some((work) => work.state === 'running' && work.components.includes(name));
    return {
      name, label: label === '' ? name : label, description, group, state: graverState(broken, isWorkedOn ? 'under_maintenance' : 'operational'), uptime: uptimeByMonth(own, sinceMs, nowMs),
      days: worstByDay(own, sinceMs, nowMs),
    };
  });
  const newestFirst = told.map(({ shown }) => shown).sort((a, b) => b.startedMs - a.startedMs || (a.id < b.id ? 1 : -1));
  return {
    title: facts.title, components, works, nowMs, state: components.reduce<ComponentState>((worst, { state }) => graverState(worst, state), 'operational'),
    ongoing: newestFirst.filter(({ resolvedMs }) => resolvedMs === null), past: newestFirst.filter(({ resolvedMs }) => resolvedMs !== null),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** The page as `status.json`. Components go by what readers call them; those that the page does not have are not named. */
export function toPublicStatus(model: PageModel): PublicStatus {
  const labels = new Map(model.components.map(({ name, label }) => [name, label]));
  return {
    version: 1, title: model.title, generatedAt: iso(model.nowMs), state: model.state,
    components: model.components.map(({ label, group, state, uptime }) => ({ name: label, group: group === '' ? null : group, state, uptime: uptime.map((one) => ({ ...one })) })),
    incidents: [...model.ongoing, ...model.past].map((incident) => ({
      id: incident.id, title: incident.title, phase: incident.phase, startedAt: iso(incident.startedMs), resolvedAt: incident.resolvedMs === null ? null : iso(incident.resolvedMs),
      components: incident.components.flatMap(({ name, state }) => {
        const label = labels.get(name);
        return label === undefined ? [] : [{ name: label, state }];
      }),
      updates: incident.updates.map(({ id, phase, title, text, atMs, correctedMs }) => ({ id, phase, title, text, at: iso(atMs), correctedAt: correctedMs === null ? null : iso(correctedMs) })),
    })),
    maintenance: model.works.map(({ id, title, text, startsMs, endsMs, state, components }) => ({
      id, title, text, startsAt: iso(startsMs), endsAt: iso(endsMs), state, components: components.flatMap((name) => labels.get(name) ?? []),
    })),
  };
}
