import { z } from 'zod';

export interface OrgSettings {
  enabled: boolean;
  pinned: boolean;
  jsonData: Record<string, unknown>;
  /** Never leaves the server. */
  secureJsonData: Record<string, string>;
}

export const settingsUpdateSchema = z.object({
  enabled: z.boolean().optional(),
  pinned: z.boolean().optional(),
  jsonData: z.record(z.string(), z.unknown()).nullish(),
  secureJsonData: z.record(z.string(), z.string()).nullish(),
});

export type SettingsUpdate = z.infer<typeof settingsUpdateSchema>;

/** The plugin's settings, one set per organisation, kept in memory. */
export class SettingsStore {
  readonly #byOrg = new Map<number, OrgSettings>();

  constructor(apiUrl: string, tokens: Readonly<Record<number, string>>) {
    for (const [orgId, apiToken] of Object.entries(tokens)) {
      this.#byOrg.set(Number(orgId), {
        enabled: true,
        pinned: true,
        jsonData: { apiUrl },
        secureJsonData: { apiToken },
      });
    }
  }

  /** An organisation that was never set up has the app enabled, but neither address nor token. */
  get(orgId: number): OrgSettings {
    return this.#byOrg.get(orgId) ?? { enabled: true, pinned: true, jsonData: {}, secureJsonData: {} };
  }

  /** `jsonData` is replaced as a whole, secrets one by one: those not sent stay as they are. */
  update(orgId: number, update: SettingsUpdate): void {
    const before = this.get(orgId);
    this.#byOrg.set(orgId, {
      enabled: update.enabled ?? before.enabled,
      pinned: update.pinned ?? before.pinned,
      jsonData: update.jsonData ?? before.jsonData,
      secureJsonData: { ...before.secureJsonData, ...update.secureJsonData },
    });
  }
}
