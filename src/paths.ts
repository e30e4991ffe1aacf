/** Addresses of the pages. */
import { PLUGIN_BASE_URL, PLUGIN_ID } from './constants.ts';

export const INCIDENT_TABS = ['overview', 'timeline', 'alerts'] as const;
export type IncidentTab = (typeof INCIDENT_TABS)[number];

export const SETTINGS_TABS = ['sources', 'mapping', 'dead-letters', 'access', 'connection'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export const paths = {
  now: `${PLUGIN_BASE_URL}/now`,
  incidents: `${PLUGIN_BASE_URL}/incidents`,
  incident: (number: number, tab: IncidentTab = 'overview') =>
    `${PLUGIN_BASE_URL}/incidents/${number}${tab === 'overview' ? '' : `?tab=${tab}`}`,
  settings: (tab: SettingsTab = 'sources') => `${PLUGIN_BASE_URL}/settings${tab === 'sources' ? '' : `?tab=${tab}`}`,
  /** Grafana's own page of the app, where the connection is set. */
  configuration: `/plugins/${PLUGIN_ID}?page=configuration`,
} as const;
