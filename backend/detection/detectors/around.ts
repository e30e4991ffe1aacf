/** The series that detectors watch of some services, about a time, with what was found in them: what a diagnosis is made of. Bounded in all ways. */
import type { DetectorDirection, DetectorId, DetectorQuery, DetectorState, Labels, LogPattern, OrgId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import type { Sample } from '../episodes.ts';
import { listWatching, type StoredDetector } from './detectorStore.ts';
import { findingsBetween, findingsNear } from './findingStore.ts';
import { QueryFault, seriesKeyOf, type Readers } from './readers/index.ts';

export interface WatchedFinding {
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  /** How sure, 0.5 to 1. */
  readonly score: number;
  /** What the detector was then: in shadow it alerted nobody. */
  readonly mode: 'shadow' | 'active';
}

export interface WatchedSeries {
  readonly detector: DetectorId;
  readonly name: string;
  readonly state: DetectorState;
  readonly query: DetectorQuery;
  readonly direction: DetectorDirection;
  readonly stepMs: number;
  readonly service: string;
  readonly labels: Labels;
  readonly samples: readonly Sample[];
  readonly findings: readonly WatchedFinding[];
}

/** A detector and what it watches. */
export interface KnownDetector {
  readonly id: DetectorId;
  readonly name: string;
  readonly query: DetectorQuery;
  readonly service: string | null;
  /** Of its series; of one with a service of its own, nothing is told. */
  readonly labels: readonly Labels[];
}

export interface Around {
  readonly series: readonly WatchedSeries[];
  /** Detectors that could not be asked, with the reason. */
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** Detectors and series that were left out, for there are too many. */
  readonly leftOut: number;
}

export interface AroundInput {
  /** The service that a detector's own word, or labels of a series, mean; null: none of those that are asked for. */
  readonly serviceOf: (fixed: string | null, labels: Labels) => string | null;
  /** Values are wanted from then on, */
  readonly fromMs: number;
  readonly toMs: number;
  /** in steps not shorter than this. */
  readonly leastStepMs: number;
  /** Findings are wanted from then on. */
  readonly findingsFromMs: number;
}

/** Queries of one diagnosis, and those under way at once. */
const MOST_DETECTORS = 40;
const SIDE_BY_SIDE = 4;
/** Series that are looked at, and values of one query over all its series. */
const MOST_SERIES = 120;
const MOST_OF_ONE = 40;
const MOST_VALUES = 300_000;
/** Fewer steps than these tell nothing of what is usual. */
const LEAST_STEPS = 30;
/** Then no further query is begun. */
const PATIENCE_MS = 45_000;

/** Detectors that have learned. */
export async function knownDetectors(db: Queryable, orgId: OrgId): Promise<KnownDetector[]> {
  return (await listWatching(db, orgId)).map(({ detector: { id, definition }, labels }) => ({ id, name: definition.name, query: definition.query, service: definition.service, labels }));
}

/** Something that a detector found, and what it watches. */
export interface NearFinding {
  readonly detector: DetectorId;
  readonly name: string;
  readonly query: DetectorQuery;
  readonly mode: 'shadow' | 'active';
  readonly service: string;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly value: number;
  readonly expected: { readonly low: number; readonly mid: number; readonly high: number } | null;
  /** How sure, 0.5 to 1. */
  readonly score: number;
  readonly pattern: LogPattern | null;
}

export interface NearInput {
  readonly serviceOf: AroundInput['serviceOf'];
  readonly from: Date;
  readonly to: Date;
}

/** Findings about a time that are looked at, over all services: the newest. */
const MOST_NEAR = 1_000;

/** What was found of some services about a time, in shadow too. Asks nobody but the database. */
export async function readNear(db: Queryable, orgId: OrgId, { serviceOf, from, to }: NearInput): Promise<NearFinding[]> {
  return (await findingsNear(db, orgId, from, to, MOST_NEAR)).flatMap(({ finding, definition: { query, service: fixed } }) => {
    const service = serviceOf(fixed, finding.labels);
    if (service === null) return [];
    const { detector, name, mode, startsAt, endsAt, value, expected, score, pattern } = finding;
    return [{ detector, name, query, mode, service, startsAt, endsAt, value, expected, score, pattern }];
  });
}

/** Reads them. A detector that cannot be asked is named, and takes nothing from the others. */
export async function readAround({ db, readers }: { readonly db: Queryable; readonly readers: Readers }, orgId: OrgId, { serviceOf, fromMs, toMs, leastStepMs, findingsFromMs }: AroundInput): Promise<Around> {
  const watching = await listWatching(db, orgId);
  // Counts of alerts are what the alerts say already; lines of logs are no series.
  const wanted = watching.filter(({ detector, labels }) => detector.definition.query.kind !== 'alerts' && detector.definition.query.kind !== 'loki' && labels.some((each) => serviceOf(detector.definition.service, each) !== null));
  const asked = wanted.slice(0, MOST_DETECTORS).map(({ detector }) => detector);
  const findings = await findingsBetween(db, orgId, asked.map(({ id }) => id), new Date(findingsFromMs), new Date(toMs));
  const series: WatchedSeries[] = [];
  const failed: { name: string; reason: string }[] = [];
  let leftOut = wanted.length - asked.length;

  async function ask({ id, state, definition, series: count }: StoredDetector): Promise<void> {
    const { query, service, direction, name } = definition;
    if (query.kind === 'loki') return;
    const own = definition.stepSeconds * 1_000;
    const stepMs = Math.ceil(Math.max(leastStepMs, own) / own) * own;
    const untilMs = Math.min(Math.floor(toMs / stepMs) * stepMs, readers.settledMs(query, toMs, stepMs));
    const steps = Math.min(Math.floor((untilMs - fromMs) / stepMs), Math.floor(MOST_VALUES / Math.max(1, count)));
    if (steps < LEAST_STEPS) {
      leftOut += 1;
      return;
    }
    const read = await readers.read(orgId, query, { fromMs: untilMs - steps * stepMs, toMs: untilMs, stepMs });
    const mine = read.flatMap(({ labels, samples }) => {
      const of = serviceOf(service, labels);
      return of === null || samples.length === 0 ? [] : [{ labels, samples, service: of, key: seriesKeyOf(labels) }];
    });
    // Those in which something was found first.
    const found = (key: string): WatchedFinding[] => findings.filter((each) => each.detector === id && each.seriesKey === key)
      .map(({ startsAt, endsAt, score, mode }) => ({ startsAtMs: startsAt.getTime(), endsAtMs: endsAt?.getTime() ?? null, score, mode }));
    const kept = mine.map((each) => ({ ...each, findings: found(each.key) })).sort((a, b) => b.findings.length - a.findings.length).slice(0, Math.min(MOST_OF_ONE, MOST_SERIES - series.length));
    leftOut += mine.length - kept.length;
    series.push(...kept.map((each) => ({ detector: id, name, state, query, direction, stepMs, service: each.service, labels: each.labels, samples: each.samples, findings: each.findings })));
  }

  const queue = [...asked];
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (performance.now() - begun > PATIENCE_MS) {
        failed.push({ name: next.definition.name, reason: 'the others took so long that it was not asked' });
        continue;
      }
      try {
        await ask(next);
      } catch (error) {
        if (!(error instanceof QueryFault)) throw error;
        failed.push({ name: next.definition.name, reason: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  return { series, failed, leftOut };
}
