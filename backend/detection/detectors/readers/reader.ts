/** Where values come from: what every kind of query gives, and how it fails. */
import { hash } from 'node:crypto';
import type { DetectorQuery, Labels, OrgId } from '#contract';
import { storableText } from '../../../platform/storableText.ts';
import type { Sample } from '../../episodes.ts';

/** Instants from `fromMs` on, `stepMs` apart, up to and with `toMs`. Both lie on the grid of the step. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

export interface ReadSeries {
  readonly labels: Labels;
  /** In order of time, within the span; what is missing is left out. */
  readonly samples: readonly Sample[];
}

/** A query that gave nothing to build on. The message is shown to people and holds no secret. */
export class QueryFault extends Error {
  constructor(message: string) {
    super(storableText(message));
    this.name = 'QueryFault';
  }
}

/** Reads one kind of query. Throws `QueryFault`; never gives half an answer for a whole one. */
export interface SeriesReader<K extends DetectorQuery['kind'] = DetectorQuery['kind']> {
  read(orgId: OrgId, query: Extract<DetectorQuery, { kind: K }>, span: Span): Promise<readonly ReadSeries[]>;
  /** So long after an instant its value is final. */
  settleMs(stepMs: number): number;
}

/** Series of one detector at most: each costs up to 4 kB and a reckoning every step. */
export const MAX_SERIES = 1_000;
const SHOWN = 300;

/** Says so when a query gives more series than are watched. */
export function refuseTooMany(count: number): void {
  if (count > MAX_SERIES) throw new QueryFault(`the query gives ${count} series; ${MAX_SERIES} at most: aggregate them, or filter`);
}

/** The beginning of what another server said. */
export function excerpt(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Names a series by its labels, whatever their order. */
export function seriesKeyOf(labels: Labels): string {
  const names = Object.keys(labels).sort();
  return hash('sha256', names.map((name) => `${name}\u0000${labels[name] ?? ''}`).join('\u0001'), 'hex').slice(0, 16);
}
