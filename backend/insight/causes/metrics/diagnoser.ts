/**
 * Asks metrics for the causes of incidents, in the background: of each one that is declared, again while it goes on, and of others when
 * somebody looks at their board. Any number of replicas may do so; each incident is looked at by one of them at a time.
 */
import type { IncidentState, OrgId } from '#contract';
import type { CatalogLookup, Topology } from '../../../catalog/index.ts';
import type { Around, WatchedSource } from '../../../detection/index.ts';
import { ACTIVE_STATES } from '../../../incidents/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createWatch, type Watch } from '../../../platform/watch.ts';
import { DEFAULT_MAPPING } from '../../../sources/index.ts';
import { upstreamOf } from '../../changes/suspicion.ts';
import { serviceMeaning } from '../../serviceMeaning.ts';
import { CALM_BEFORE_MS, diagnose, FINDINGS_BEFORE_MS, NORMAL_MS, WINDOW_MS } from './diagnose.ts';
import { askForAll, readSubject, restDiagnosis, takeDueDiagnosis, writeDiagnosis, type StoredDiagnosis, type Subject } from './diagnosisStore.ts';
import { LEAST_STEP_MS } from './table.ts';

const TICK_MS = 2_000;
/** Longer than one takes: the queries are given up after three quarters of a minute, the last one answers within half a minute more. */
const LEASE_MS = 120_000;
/** Then the other organisations have their turn. */
const LOOKS_A_ROUND = 5;
/** How far a cause may be upstream of the services of an incident. */
const HOPS = 2;
/** A young incident is looked at every minute, an older one seldom, an old one when somebody asks. */
export const REFRESH_MS = 60_000;
const SELDOM_MS = 10 * 60_000;
const YOUNG_MS = 60 * 60_000;
const OLD_MS = 6 * 60 * 60_000;

const NOTHING: StoredDiagnosis = { state: 'none', counts: { series: 0, services: 0, failed: [], leftOut: 0 }, services: [], symptoms: [] };

export interface Diagnoser extends Watch {
  look(orgId: OrgId): Promise<number>;
}

export interface DiagnoserDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly catalog: CatalogLookup;
  readonly watched: WatchedSource;
}

/** The incident's services, first the one that needs most of the others: that is where it is felt. */
function byFelt({ services, loudest }: Subject, topology: Topology): string[] {
  const needs = (service: string): number => {
    const below = upstreamOf([service], topology, HOPS);
    return services.filter((other) => other !== service && below.has(other)).length;
  };
  return services.map((service) => ({ service, needs: needs(service) })).sort((a, b) => b.needs - a.needs || Number(b.service === loudest) - Number(a.service === loudest)).map(({ service }) => service);
}

function nextAt(state: IncidentState, beganAt: Date, at: Date): Date | null {
  const age = at.getTime() - beganAt.getTime();
  if (!ACTIVE_STATES.includes(state) || age > OLD_MS) return null;
  return new Date(at.getTime() + (age > YOUNG_MS ? SELDOM_MS : REFRESH_MS));
}

/** Makes it. */
export function createDiagnoser({ db, clock, logger, orgs, catalog, watched }: DiagnoserDeps): Diagnoser {
  let isStopping = false;

  async function made(orgId: OrgId, subject: Subject, at: Date): Promise<StoredDiagnosis> {
    const topology = await catalog.topologyOf(orgId);
    const onsetMs = new Date(subject.assessment?.onsetAt ?? subject.beganAt).getTime();
    const untilMs = Math.min(at.getTime(), subject.resolvedAt?.getTime() ?? Number.POSITIVE_INFINITY, onsetMs + WINDOW_MS);
    const radius = new Set(upstreamOf([...new Set([...subject.services, ...(subject.assessment?.roots ?? []).map(({ service }) => service)])], topology, HOPS).keys());
    const around: Around = await watched.around(orgId, {
      serviceOf: serviceMeaning(radius, topology, DEFAULT_MAPPING.serviceLabels), leastStepMs: LEAST_STEP_MS, toMs: untilMs,
      fromMs: onsetMs - FINDINGS_BEFORE_MS - CALM_BEFORE_MS - NORMAL_MS, findingsFromMs: onsetMs - FINDINGS_BEFORE_MS,
    });
    const { state, services, symptoms } = diagnose({
      orgId, series: around.series, noticed: byFelt(subject, topology), onsetMs, untilMs,
      graph: { nodes: [...radius], edges: topology.edges.filter(({ from, to }) => radius.has(from) && radius.has(to)).map(({ from, to }) => [from, to] as const) },
    });
    const counts = { series: around.series.length, services: new Set(around.series.map(({ service }) => service)).size, failed: [...around.failed], leftOut: around.leftOut };
    return { state: state === 'none' && around.failed.length > 0 ? 'failed' : state, counts, services, symptoms };
  }

  async function lookAt(orgId: OrgId, incident: number): Promise<void> {
    const begun = performance.now();
    const subject = await readSubject(db, orgId, incident);
    const at = clock.now();
    if (subject === null) return restDiagnosis(db, orgId, incident);
    const result = subject.services.length === 0 ? NOTHING : await made(orgId, subject, at);
    await writeDiagnosis(db, orgId, incident, result, clock.now(), nextAt(subject.state, subject.beganAt, at), performance.now() - begun);
  }

  async function look(orgId: OrgId): Promise<number> {
    if (!(await watched.isUsed(orgId))) return 0;
    await askForAll(db, orgId, ACTIVE_STATES, clock.now());
    for (let looks = 0; looks < LOOKS_A_ROUND; looks += 1) {
      const incident = isStopping ? null : await takeDueDiagnosis(db, orgId, clock.now(), new Date(clock.nowMs() + LEASE_MS));
      if (incident === null) return looks;
      await lookAt(orgId, incident).catch((error: unknown) => logger.warn({ err: error, orgId, incident }, 'metrics could not be asked for the cause of an incident; they are asked again in two minutes'));
    }
    return LOOKS_A_ROUND;
  }

  const rounds = createWatch({ clock, logger, orgs, everyMs: TICK_MS, look, fault: 'it could not be looked which incidents metrics are to be asked of; the next look is soon' });
  return {
    ...rounds, look,
    async close() {
      isStopping = true;
      await rounds.close();
    },
  };
}
