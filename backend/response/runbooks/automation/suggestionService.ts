/** What is suggested for an incident. */
import { incidentKey, runId, type JsonValue, type OrgId, type Suggestion, type SuggestionList } from '#contract';
import { viewerOf, type Viewer } from '../../../access/index.ts';
import { findIncidentScope } from '../../../incidents/index.ts';
import { severityOf } from '../../../ingest/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { notFoundError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import { everyStep, evaluate, holds, resolveInputs } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { isWithinHours } from './businessHours.ts';
import { isFor } from './applies.ts';
import { decideStart, heldBackBy, type StartFacts } from './guardRails.ts';
import type { AutomationPorts, LiveRunbook } from './ports.ts';
import { targetsSince } from './recordStore.ts';
import { selectRejections } from './rejectionStore.ts';
import { lastRunsFor, succeededOn } from './runHistoryStore.ts';
import { readSettings, type StoredSettings } from './settingsStore.ts';
import { HOUR_MS } from './settingsService.ts';
import { fitOf, onlyReads, whyNone, type Fit } from './suggest.ts';
import { countTargets } from './targets.ts';
import { findConcerned } from './triggerStore.ts';

export interface SuggestionDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly ports: Pick<AutomationPorts, 'listLive' | 'figuresOf' | 'incidentScope'>;
}

export const STALE_MS = 90 * 86_400_000;

function isPlace(values: readonly string[]): boolean {
  return values.length === 3 && (values[0] === '0' || values[0] === '1') && Number.isFinite(Number(values[1])) && values[2] !== '';
}

interface Place {
  readonly isRejected: boolean;
  readonly score: number;
  readonly id: string;
}

function placeOf({ rejected, score, id }: Suggestion): Place {
  return { isRejected: rejected !== null, score, id };
}

/** What was rejected comes last, then the best first. */
function byPlace(a: Place, b: Place): number {
  return Number(a.isRejected) - Number(b.isRejected) || b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** A suggestion, and whether it may be tried to learn what it does. */
export interface Suggested {
  readonly suggestion: Suggestion;
  readonly isSafe: boolean;
}

export interface Suggester {
  readonly handlers: Handlers<'listSuggestions'>;
  /** What fits an incident, the best first; what was tried in others like it is among it where it is for any of its services. Whoever calls has asked whether it may be seen. */
  suggest(orgId: OrgId, viewer: Viewer, number: number, tried: ReadonlySet<string>): Promise<{ readonly all: readonly Suggested[]; readonly none: string | null }>;
}

/** Nothing that it says of itself fits; what it did elsewhere may. */
const TRIED: Fit = { reasons: ['It was run in incidents like this one'], score: 0 };
const NO_RUNBOOKS: ReadonlySet<string> = new Set();

/** Makes it. */
export function createSuggester({ db, clock, ports }: SuggestionDeps): Suggester {
  /** Inputs as they come without anybody giving any; none where they cannot be made so. */
  function inputsOf(runbook: LiveRunbook, scope: Scope): Record<string, JsonValue> {
    try {
      return resolveInputs(runbook.document, {}, scope);
    } catch {
      return {};
    }
  }

  function startFacts({ document }: LiveRunbook, live: readonly LiveRunbook[], scope: Scope, inputs: Record<string, JsonValue>, severity: number, settings: StoredSettings, targetsLastHour: number): StartFacts {
    const { hours } = document.policy;
    return {
      policy: document.policy, severity: severityOf(severity), most: settings.most, maxTargetsPerHour: settings.maxTargetsPerHour, targetsLastHour,
      outsideHours: hours === undefined || isWithinHours(hours, clock.nowMs()) ? null : hours.outside,
      frozen: settings.frozen === null ? null : { by: settings.frozen.by.name, reason: settings.frozen.reason },
      targets: countTargets(document, { ...scope, inputs }, { evaluate, find: (id) => live.find((other) => other.document.metadata.id === id)?.document }),
    };
  }

  async function suggest(orgId: OrgId, viewer: Viewer, number: number, tried: ReadonlySet<string>): Promise<{ all: Suggested[]; none: string | null }> {
    const incident = await findConcerned(db, orgId, number);
    if (incident === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    const live = await ports.listLive(db, orgId);
    const scope = (await ports.incidentScope(db, orgId, incident.number)) ?? {};
    const before = await succeededOn(db, orgId, viewer, incident.services, incident.number);
    const fitting = live.flatMap((runbook) => {
      const { id } = runbook.document.metadata;
      const fit = fitOf(runbook.document, { services: incident.services, scope, succeededBefore: before.get(id) ?? 0, holds });
      if (fit.reasons.length > 0) return [{ runbook, fit }];
      return tried.has(id) && isFor(runbook.document, incident.services) ? [{ runbook, fit: TRIED }] : [];
    });
    const ids = fitting.map(({ runbook }) => runbook.document.metadata.id);
    const [figures, lastRuns, rejected, settings, targets] = await Promise.all([
      ports.figuresOf(db, orgId, ids), lastRunsFor(db, orgId, viewer, incident.number, ids), selectRejections(db, orgId, incident.number), readSettings(db, orgId),
      targetsSince(db, orgId, new Date(clock.nowMs() - HOUR_MS)),
    ]);
    const all = fitting.map(({ runbook, fit }): Suggested => {
      const { id, title, description } = runbook.document.metadata;
      const known = figures.get(id);
      const last = lastRuns.get(id);
      const inputs = inputsOf(runbook, scope);
      const testedAt = known?.lastTestedAt ?? null;
      const facts = startFacts(runbook, live, scope, inputs, incident.severity, settings, targets);
      const suggestion: Suggestion = {
        id, runbook: id, title, description, steps: everyStep(runbook.document.steps).length, reasons: [...fit.reasons], score: Math.round(fit.score * 1_000) / 1_000,
        heldBack: runbook.document.triggers.length === 0 ? null : heldBackBy(facts), successRate: known?.successRate ?? null, runs: known?.runs ?? 0,
        lastTestedAt: testedAt?.toISOString() ?? null, stale: testedAt === null || clock.nowMs() - testedAt.getTime() > STALE_MS, inputs,
        run: last === undefined ? null : { id: runId.parse(last.id), state: last.state }, rejected: rejected.get(id) ?? null,
      };
      return { suggestion, isSafe: onlyReads(runbook.document) || decideStart(facts).level === 'run' };
    });
    all.sort((a, b) => byPlace(placeOf(a.suggestion), placeOf(b.suggestion)));
    return { all, none: all.length > 0 ? null : whyNone(live.map(({ document }) => document), incident.services) };
  }

  const handlers: Suggester['handlers'] = {
    async listSuggestions({ params, query }, { caller }): Promise<SuggestionList> {
      const after = decodeCursor(query.cursor, isPlace);
      const viewer = viewerOf(caller);
      if ((await findIncidentScope(db, caller.orgId, viewer, params.number)) === null) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      const { all: suggested, none } = await suggest(caller.orgId, viewer, params.number, NO_RUNBOOKS);
      const all = suggested.map(({ suggestion }) => suggestion);
      const last = after === null ? null : { isRejected: after[0] === '1', score: Number(after[1]), id: after[2] ?? '' };
      const rest = last === null ? all : all.filter((one) => byPlace(placeOf(one), last) > 0);
      return { ...toPage(rest, query.limit, (one) => [one.rejected === null ? '0' : '1', String(one.score), one.id]), none };
    },
  };
  return { handlers, suggest };
}
