/** Use cases of the settings of incidents: read one, replace one, apply a file. */
import { z } from 'zod';
import {
  declarePolicy, incidentTypes, severityPolicy, type Actor, type OrgId,
} from '#contract';
import { appendEvents } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { AppError, conflictError, inputError, versionMismatchError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/route.ts';
import { readProvisioningFile, type ProvisioningFile } from '../platform/provisioning/provisioningFile.ts';
import { definitionFaults } from './fieldRules.ts';
import { replaceSetting, type IncidentSettings, type SettingName, type SettingsReader } from './settingsStore.ts';

export interface SettingsService {
  readonly handlers: Handlers<'getDeclarePolicy' | 'putDeclarePolicy' | 'getSeverityPolicy' | 'putSeverityPolicy' | 'getIncidentTypes' | 'putIncidentTypes'>;
  /** Applies `incidents.yaml`, or notes that there is none. Gives how many documents it changed. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

export interface SettingsServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly settings: SettingsReader;
}

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };
const MAX_ATTEMPTS = 3;

/** Parts left out stay as they are. */
const settingsFile = z.strictObject({
  apiVersion: z.literal(1),
  declarePolicy: declarePolicy.optional(),
  severity: severityPolicy.optional(),
  types: incidentTypes.shape.types.optional(),
});

/** Text that is equal for equal documents, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

function documentOf(settings: IncidentSettings, name: SettingName): object {
  switch (name) {
    case 'declare_policy':
      return settings.declarePolicy;
    case 'severity_policy':
      return settings.severityPolicy;
    case 'incident_types':
      return settings.incidentTypes;
  }
}

/** Makes the service. */
export function createSettingsService({ db, clock, settings }: SettingsServiceDeps): SettingsService {
  /**
   * Replaces one document, by a file or by somebody; gives whether it changed. A null version means: whatever it is now.
   */
  async function replace(orgId: OrgId, actor: Actor, name: SettingName, version: number | null, given: object | null, provisioned: boolean): Promise<boolean> {
    return db.transaction(async (tx) => {
      const before = await settings.read(tx, orgId);
      const current = before.versions[name];
      const document = given ?? documentOf(before, name);
      if (version !== null && version !== current) {
        throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: current } });
      }
      if (before.provisioned.has(name) && version !== null) {
        throw conflictError('this is provisioned: change it in incidents.yaml and restart Muster', { extra: { provisioned: true } });
      }
      if (canonical(documentOf(before, name)) === canonical(document) && before.provisioned.has(name) === provisioned) return false;
      const stored = await replaceSetting(tx, orgId, name, current, document, provisioned);
      if (stored === null) throw versionMismatchError('this was changed at this moment: read it again and repeat your change');
      await appendEvents(tx, orgId, clock.now(), [{
        type: 'incident_settings.edited', incident: null, actor, data: { name, version: stored, before: documentOf(before, name), after: document, provisioned },
      }]);
      return true;
    });
  }

  /** How a document is shown: with its version, and whether a file says it. */
  function headOf(current: IncidentSettings, name: SettingName): { version: number; provisioned: boolean } {
    return { version: current.versions[name], provisioned: current.provisioned.has(name) };
  }

  return {
    handlers: {
      async getDeclarePolicy(_request, { caller }) {
        const current = await settings.read(db, caller.orgId);
        return { ...current.declarePolicy, ...headOf(current, 'declare_policy') };
      },
      async putDeclarePolicy({ body }, { caller, ifMatch }) {
        await replace(caller.orgId, caller.actor, 'declare_policy', ifMatch, body, false);
        const current = await settings.read(db, caller.orgId);
        return { ...current.declarePolicy, ...headOf(current, 'declare_policy') };
      },
      async getSeverityPolicy(_request, { caller }) {
        const current = await settings.read(db, caller.orgId);
        return { ...current.severityPolicy, ...headOf(current, 'severity_policy') };
      },
      async putSeverityPolicy({ body }, { caller, ifMatch }) {
        await replace(caller.orgId, caller.actor, 'severity_policy', ifMatch, body, false);
        const current = await settings.read(db, caller.orgId);
        return { ...current.severityPolicy, ...headOf(current, 'severity_policy') };
      },
      async getIncidentTypes(_request, { caller }) {
        const current = await settings.read(db, caller.orgId);
        return { ...current.incidentTypes, ...headOf(current, 'incident_types') };
      },
      async putIncidentTypes({ body }, { caller, ifMatch }) {
        const faults = definitionFaults(body);
        if (faults.length > 0) throw inputError(faults.map((fault) => fault.message).join('; '), faults);
        await replace(caller.orgId, caller.actor, 'incident_types', ifMatch, body, false);
        const current = await settings.read(db, caller.orgId);
        return { ...current.incidentTypes, ...headOf(current, 'incident_types') };
      },
    },
    async provision(orgId, file) {
      const read = file === null ? null : readProvisioningFile(file, settingsFile);
      const types = read?.value.types === undefined ? undefined : { types: read.value.types };
      const [fault] = types === undefined ? [] : definitionFaults(types);
      if (fault !== undefined && read !== null) {
        throw read.faultAt(fault.field.split(/[.[\]]+/).slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part)), fault.message);
      }
      const wanted: readonly [SettingName, object | undefined][] = [
        ['declare_policy', read?.value.declarePolicy], ['severity_policy', read?.value.severity], ['incident_types', types],
      ];
      let changed = 0;
      for (const [name, document] of wanted) {
        // What the file mentions no more goes on as it is and belongs to the page again.
        if (document === undefined && !(await settings.read(db, orgId)).provisioned.has(name)) continue;
        for (let attempt = 1; ; attempt += 1) {
          try {
            if (await replace(orgId, PROVISIONING_ACTOR, name, null, document ?? null, document !== undefined)) changed += 1;
            break;
          } catch (error) {
            // Another replica starts at the same moment and applies the same file.
            if (!(error instanceof AppError) || error.code !== 'version_mismatch' || attempt === MAX_ATTEMPTS) throw error;
          }
        }
      }
      return changed;
    },
  };
}
