/** What is learned from: incidents that ended, and what people did. Read elsewhere; only looked at here. */
import type { IncidentNumber } from '#contract';

/** An incident that ended and was not rejected. */
export interface PastIncident {
  readonly number: IncidentNumber;
  readonly endedAt: Date;
  readonly services: readonly string[];
  /** Alert rules with the services at which they fired; none for those that name no service. */
  readonly rules: readonly { readonly name: string; readonly services: readonly string[] }[];
}

/** A person put services together or took them apart: merge, split, move, or a judgement. */
export interface PairAct {
  readonly kind: 'together' | 'apart';
  readonly at: Date;
  /** Acts on the same incident are one observation. */
  readonly incident: IncidentNumber;
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/** A person decided on a candidate. */
export interface CandidateAct {
  readonly kind: 'rejected' | 'promoted';
  readonly at: Date;
  readonly incident: IncidentNumber;
  /** The suspected cause by which it was opened. */
  readonly cause: string;
  readonly services: readonly string[];
  readonly rules: readonly string[];
  /** 1 is the worst. */
  readonly severity: number;
  readonly alerts: number;
}

export interface Observations {
  readonly incidents: readonly PastIncident[];
  readonly pairActs: readonly PairAct[];
  readonly candidateActs: readonly CandidateAct[];
}

/** What people said of one learned thing. */
export interface Veto {
  /** What came before does not count. */
  readonly forgottenAt: Date | null;
  readonly ignored: boolean;
}

export type Vetoes = ReadonlyMap<string, Veto>;

const DAY_MS = 86_400_000;
/** After so long an observation counts half. */
const HALF_LIFE_DAYS = 30;

/** The beginning of the day: what is learned fades by whole days, so that an hour without news leaves everything as it is. */
export function dayOf(at: Date): number {
  return Math.floor(at.getTime() / DAY_MS) * DAY_MS;
}

/** How much an observation of `at` counts on the day of `now`. */
export function fading(at: Date, now: Date): number {
  return 2 ** (Math.min(0, dayOf(at) - dayOf(now)) / (HALF_LIFE_DAYS * DAY_MS));
}

/** Whether a veto leaves an observation out. */
export function isForgotten(veto: Veto | undefined, at: Date): boolean {
  return veto?.forgottenAt != null && at <= veto.forgottenAt;
}
