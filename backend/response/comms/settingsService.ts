/** Use cases of audiences and rules: read them, replace them, apply their file. */
import { z } from 'zod';
import { putCommunicationBody, type Actor, type CommunicationBody, type FieldFault, type OrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { AppError, conflictError, inputError, versionMismatchError } from '../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import { readProvisioningFile, type KeyPath, type ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import { templateFaults } from './render.ts';
import { readCommunication, replaceCommunication } from './settingsStore.ts';

export interface SettingsService {
  readonly handlers: Handlers<'getCommunication' | 'putCommunication'>;
  /** Applies `communication.yaml`, or notes that there is none. Gives whether it changed something. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean>;
}

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };
const MAX_ATTEMPTS = 3;
/** What is left out stays as it is. */
const settingsFile = z.strictObject({
  apiVersion: z.literal(1), audiences: putCommunicationBody.shape.audiences.optional(), remindMinutes: putCommunicationBody.shape.remindMinutes.unwrap().optional(),
  dueTeam: putCommunicationBody.shape.dueTeam.unwrap().optional(),
});

interface Fault {
  readonly at: KeyPath;
  readonly message: string;
}

/** What the schema cannot see: names that are taken twice, and templates that cannot be filled in. */
function faultsOf({ audiences }: Pick<CommunicationBody, 'audiences'>): Fault[] {
  return audiences.flatMap((audience, place) => {
    const keys = audience.fields.map(({ key }) => key);
    return [
      ...(audiences.findIndex(({ id }) => id === audience.id) < place ? [{ at: ['audiences', place, 'id'], message: 'is there twice' }] : []),
      ...keys.flatMap((key, at) => (keys.indexOf(key) < at ? [{ at: ['audiences', place, 'fields', at, 'key'], message: 'is there twice' }] : [])),
      ...templateFaults(audience).map(({ part, message }) => ({ at: ['audiences', place, part], message })),
    ];
  });
}

function fieldOf({ at, message }: Fault): FieldFault {
  return { field: `body${at.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')}`, message };
}

/** Makes the service. */
export function createSettingsService({ db, clock }: { readonly db: Database; readonly clock: Clock }): SettingsService {
  async function replace(orgId: OrgId, by: Actor, version: number | null, provisioned: boolean, wanted: (before: CommunicationBody) => CommunicationBody): Promise<boolean> {
    return db.transaction(async (tx) => {
      const before = await readCommunication(tx, orgId);
      if (version !== null && version !== before.version) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: before.version } });
      if (version !== null && before.provisioned) throw conflictError('this is provisioned: change it in communication.yaml and restart Muster', { extra: { provisioned: true } });
      const was = putCommunicationBody.parse(before);
      const after = putCommunicationBody.parse(wanted(was));
      if (JSON.stringify(was) === JSON.stringify(after) && before.provisioned === provisioned) return false;
      if (!(await replaceCommunication(tx, orgId, before.version, after, provisioned))) throw versionMismatchError('this was changed at this moment: read it again and repeat your change');
      await appendEvents(tx, orgId, clock.now(), [{ type: 'communication.edited', incident: null, actor: by, data: { before: was, after, version: before.version + 1, provisioned } }]);
      return true;
    });
  }

  return {
    handlers: {
      getCommunication: (_request, { caller }) => readCommunication(db, caller.orgId),
      async putCommunication({ body }, context) {
        const faults = faultsOf(body);
        if (faults.length > 0) throw inputError(faults.map(({ message }) => message).join('; '), faults.map(fieldOf));
        await replace(context.caller.orgId, context.caller.actor, requiredVersion(context), false, () => body);
        return readCommunication(db, context.caller.orgId);
      },
    },
    async provision(orgId, file) {
      const read = file === null ? null : readProvisioningFile(file, settingsFile);
      const said = read === null || Object.keys(read.value).length === 1 ? null : read.value;
      const [fault] = said?.audiences === undefined ? [] : faultsOf({ audiences: said.audiences });
      if (read !== null && fault !== undefined) throw read.faultAt(fault.at, fault.message);
      // What no file says any more goes on as it is, and belongs to the page again.
      if (said === null && !(await readCommunication(db, orgId)).provisioned) return false;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await replace(orgId, PROVISIONING_ACTOR, null, said !== null, (before) => ({
            audiences: said?.audiences ?? before.audiences, remindMinutes: said?.remindMinutes ?? before.remindMinutes, dueTeam: said?.dueTeam === undefined ? before.dueTeam : said.dueTeam,
          }));
        } catch (error) {
          // Another replica starts at the same moment and applies the same file.
          if (!(error instanceof AppError) || error.code !== 'version_mismatch' || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    },
  };
}
