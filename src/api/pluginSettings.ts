/** Settings that Grafana keeps for the app: where the service is and the secret that proves us to it. */
import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';
import { PLUGIN_ID } from '../constants.ts';
import { toApiError } from './apiError.ts';

/** `jsonData` of the app; the route in plugin.json reads it. */
export interface AppSettings {
  readonly apiUrl?: string;
}

export interface PluginSettingsChange {
  readonly enabled: boolean;
  readonly pinned: boolean;
  readonly jsonData: AppSettings;
  /** Left out: the stored token stays. */
  readonly secureJsonData?: { readonly apiToken: string };
}

export async function savePluginSettings(change: PluginSettingsChange): Promise<void> {
  try {
    await lastValueFrom(
      getBackendSrv().fetch<unknown>({
        url: `/api/plugins/${PLUGIN_ID}/settings`,
        method: 'POST',
        data: change,
        showErrorAlert: false,
        showSuccessAlert: false,
      })
    );
  } catch (error) {
    throw toApiError(error);
  }
}
