/** Addresses of the pages. */
import { PLUGIN_BASE_URL, PLUGIN_ID } from './constants.ts';

export const INCIDENT_TABS = ['overview', 'timeline', 'mobilisation', 'tasks', 'runbooks', 'comms', 'alerts'] as const;
export type IncidentTab = (typeof INCIDENT_TABS)[number];

export const NOISE_TABS = ['held', 'loose', 'scores', 'rules'] as const;
export type NoiseTab = (typeof NOISE_TABS)[number];

export const MAINTENANCE_TABS = ['windows', 'silences'] as const;
export type MaintenanceTab = (typeof MAINTENANCE_TABS)[number];

export const SERVICE_TABS = ['catalogue', 'graph', 'business', 'infrastructure', 'changes', 'proposals', 'unresolved'] as const;
export type ServiceTab = (typeof SERVICE_TABS)[number];

export const SETTINGS_TABS = ['sources', 'mapping', 'derived', 'policy', 'secrets', 'agents', 'teams', 'drafts', 'dead-letters', 'access', 'audit', 'connection'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export const CORRELATION_TABS = ['rules', 'learned', 'back-tests', 'judgements', 'history'] as const;
export type CorrelationTab = (typeof CORRELATION_TABS)[number];

export const STATUS_PAGE_TABS = ['page', 'maintenance', 'settings', 'audiences', 'subscriptions', 'statuspage'] as const;
export type StatusPageTab = (typeof STATUS_PAGE_TABS)[number];

export const RUNBOOK_TABS = ['runbooks', 'runs', 'automation', 'drills'] as const;
export type RunbookTab = (typeof RUNBOOK_TABS)[number];

export const CHANNEL_TABS = ['channels', 'chains', 'deliveries', 'rehearsals'] as const;
export type ChannelTab = (typeof CHANNEL_TABS)[number];

export const DETECTOR_TABS = ['detectors', 'findings'] as const;
export type DetectorTab = (typeof DETECTOR_TABS)[number];

export const ON_CALL_TABS = ['now', 'schedules', 'mine', 'my-rules', 'policies', 'clocks'] as const;
export type OnCallTab = (typeof ON_CALL_TABS)[number];

export const paths = {
  now: `${PLUGIN_BASE_URL}/now`,
  incidents: `${PLUGIN_BASE_URL}/incidents`,
  incident: (number: number, tab: IncidentTab = 'overview') =>
    `${PLUGIN_BASE_URL}/incidents/${number}${tab === 'overview' ? '' : `?tab=${tab}`}`,
  /** The incident with a new update being written. */
  writeUpdate: (number: number) => `${PLUGIN_BASE_URL}/incidents/${number}?tab=comms&write=new`,
  /** A task, or a line of the timeline, among the others. */
  task: (number: number, id: string) => `${PLUGIN_BASE_URL}/incidents/${number}?tab=tasks&id=${id}`,
  timelineEntry: (number: number, position: string) => `${PLUGIN_BASE_URL}/incidents/${number}?tab=timeline&id=${position}`,
  noise: (tab: NoiseTab = 'held') => `${PLUGIN_BASE_URL}/noise${tab === 'held' ? '' : `?tab=${tab}`}`,
  /** A rule, window or silence among the others. */
  noiseRule: (id: string) => `${PLUGIN_BASE_URL}/noise?tab=rules&id=${encodeURIComponent(id)}`,
  maintenance: (tab: MaintenanceTab = 'windows') => `${PLUGIN_BASE_URL}/maintenance${tab === 'windows' ? '' : `?tab=${tab}`}`,
  plannedWork: (tab: MaintenanceTab, id: string) => `${PLUGIN_BASE_URL}/maintenance?tab=${tab}&id=${encodeURIComponent(id)}`,
  services: (tab: ServiceTab = 'catalogue') => `${PLUGIN_BASE_URL}/services${tab === 'catalogue' ? '' : `?tab=${tab}`}`,
  correlation: (tab: CorrelationTab = 'rules') => `${PLUGIN_BASE_URL}/correlation${tab === 'rules' ? '' : `?tab=${tab}`}`,
  accuracy: `${PLUGIN_BASE_URL}/accuracy`,
  runbooks: (tab: RunbookTab = 'runbooks') => `${PLUGIN_BASE_URL}/runbooks${tab === 'runbooks' ? '' : `?tab=${tab}`}`,
  runbook: (id: string) => `${PLUGIN_BASE_URL}/runbooks/${id}/edit`,
  run: (id: string) => `${PLUGIN_BASE_URL}/runbooks/runs/${id}`,
  channels: (tab: ChannelTab = 'channels') => `${PLUGIN_BASE_URL}/channels${tab === 'channels' ? '' : `?tab=${tab}`}`,
  detectors: (tab: DetectorTab = 'detectors') => `${PLUGIN_BASE_URL}/detectors${tab === 'detectors' ? '' : `?tab=${tab}`}`,
  detector: (id: string) => `${PLUGIN_BASE_URL}/detectors?id=${encodeURIComponent(id)}`,
  statusPage: (tab: StatusPageTab = 'page') => `${PLUGIN_BASE_URL}/status-page${tab === 'page' ? '' : `?tab=${tab}`}`,
  onCall: (tab: OnCallTab = 'now') => `${PLUGIN_BASE_URL}/on-call${tab === 'now' ? '' : `?tab=${tab}`}`,
  schedule: (id: string) => `${PLUGIN_BASE_URL}/on-call?tab=schedules&id=${encodeURIComponent(id)}`,
  settings: (tab: SettingsTab = 'sources') => `${PLUGIN_BASE_URL}/settings${tab === 'sources' ? '' : `?tab=${tab}`}`,
  /** Grafana's own page of the app, where the connection is set. */
  configuration: `/plugins/${PLUGIN_ID}?page=configuration`,
} as const;
