/** Queries as a page writes them: defaults may be left out, the cursor is the client's own business. */
import type { CallOf } from '#contract';

type QueryOf<C> = C extends { query?: infer Q } ? Omit<NonNullable<Q>, 'cursor'> : never;

export type IncidentListQuery = QueryOf<CallOf<'listIncidents'>>;
export type TimelineQuery = QueryOf<CallOf<'listTimeline'>>;
export type AlertListQuery = QueryOf<CallOf<'listIncidentAlerts'>>;
export type AllAlertsQuery = QueryOf<CallOf<'listAlerts'>>;
export type HeldBackQuery = QueryOf<CallOf<'listHeldBack'>>;
export type AuditQuery = QueryOf<CallOf<'listAudit'>>;
export type DeadLetterQuery = QueryOf<CallOf<'listDeadLetters'>>;
export type ForecastListQuery = QueryOf<CallOf<'listForecasts'>>;
export type PredictionListQuery = QueryOf<CallOf<'listPredictions'>>;
