/** What the server of the host tells its own page, beside Grafana's boot data. */
export interface HostFacts {
  appId: string;
  panelIds: string[];
  users: Array<{ login: string; name: string; role: string; orgName: string }>;
  signing: boolean;
}

declare global {
  interface Window {
    pluginHostFacts: HostFacts;
  }
}

export const hostFacts = window.pluginHostFacts;

/** An address of the host's own controls that comes back to the present page. */
export function hostControl(path: string): string {
  const separator = path.includes('?') ? '&' : '?';
  return `/host/${path}${separator}to=${encodeURIComponent(window.location.pathname + window.location.search)}`;
}
