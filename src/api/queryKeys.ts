/** Names of what is cached. A longer key is a part of the shorter one, so a prefix refreshes all below it. */
import type { AlertListQuery, HeldBackQuery, IncidentListQuery, TimelineQuery } from './queryTypes.ts';

export const queryKeys = {
  me: ['me'],
  users: ['users'],
  apiTokens: ['apiTokens'],
  incidentLists: ['incidents'],
  incidentList: (query: IncidentListQuery) => ['incidents', 'pages', query],
  incidentCounts: ['incidents', 'counts'],
  incident: (number: number) => ['incident', number],
  timelines: ['timeline'],
  timeline: (number: number, query?: TimelineQuery) =>
    query === undefined ? ['timeline', number] : ['timeline', number, query],
  incidentAlerts: (number: number, query?: AlertListQuery) =>
    query === undefined ? ['incidentAlerts', number] : ['incidentAlerts', number, query],
  blastRadius: (number: number) => ['incident', number, 'blastRadius'],
  regroupings: (number: number) => ['incident', number, 'regroupings'],
  incidentSettings: ['incidentSettings'],
  incidentLanes: (number: number) => ['incidentAlerts', number, 'lanes'],
  alert: (id: string) => ['alert', id],
  sources: ['sources'],
  deadLetters: ['deadLetters'],
  grafanaConnection: ['grafanaConnection'],
  mapping: ['mapping'],
  unmapped: ['unmapped'],
  noise: ['noise'],
  noiseRules: ['noise', 'rules'],
  heldBack: (query?: HeldBackQuery) => (query === undefined ? ['noise', 'heldBack'] : ['noise', 'heldBack', query]),
  noiseScores: (days?: number) => (days === undefined ? ['noise', 'scores'] : ['noise', 'scores', days]),
  maintenance: ['maintenance'],
  silences: ['silences'],
  silenceSync: ['silences', 'sync'],
  correlation: ['correlation'],
  judgements: ['judgements'],
  judgement: (number: number) => ['judgements', number],
  catalog: ['catalog'],
  proposals: ['catalog', 'proposals'],
  serviceStates: ['serviceStates'],
  unresolved: ['unresolved'],
  changes: ['changes'],
  enrichmentTables: ['enrichmentTables'],
  extractionRules: ['extractionRules'],
  connection: ['connection'],
  status: ['status'],
} as const;

export type QueryKey = readonly unknown[];
