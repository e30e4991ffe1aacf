/** Use cases of what automation may do: read it, set it, freeze it, apply its file. */
import { z } from 'zod';
import { putAutomationBody, type Actor, type AutomationSettings, type OrgId } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Queryable } from '../../../platform/db/database.ts';
import { conflictError, versionMismatchError } from '../../../platform/errors.ts';
import { requiredVersion, type Caller, type Handlers } from '../../../platform/http/route.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../../platform/provisioning/provisioningFile.ts';
import { lockSettings, readSettings, writeFrozen, writeSettings, type EditableSettings, type StoredSettings } from './settingsStore.ts';
import { targetsSince } from './recordStore.ts';

export interface SettingsService {
  readonly handlers: Handlers<'getAutomation' | 'putAutomation' | 'freezeAutomation' | 'unfreezeAutomation'>;
  /** Applies `automation.yaml`, or notes that there is none. Gives whether it changed something. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean>;
}

export interface SettingsDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export const HOUR_MS = 3_600_000;
const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

const { shape } = putAutomationBody;
/** What is left out stays as it is. */
const settingsFile = z.strictObject({
  apiVersion: z.literal(1),
  maxTargetsPerHour: shape.maxTargetsPerHour.optional(),
  notifyUrl: shape.notifyUrl.optional(), pageUrl: shape.pageUrl.optional(), ticketUrl: shape.ticketUrl.optional(),
  most: shape.most.partial().optional(),
});

function editableOf({ maxTargetsPerHour, notifyUrl, pageUrl, ticketUrl, most }: EditableSettings): EditableSettings {
  const { sev1, sev2, sev3, sev4, sev5 } = most;
  return { maxTargetsPerHour, notifyUrl, pageUrl, ticketUrl, most: { sev1, sev2, sev3, sev4, sev5 } };
}

function isSame(a: EditableSettings, b: EditableSettings): boolean {
  return JSON.stringify(editableOf(a)) === JSON.stringify(editableOf(b));
}

/** An address as the log and people who do not set it see it: its path is often a credential. */
function withoutPath(url: string | null): string | null {
  if (url === null) return null;
  const parsed = URL.parse(url);
  if (parsed === null) return '…';
  return parsed.pathname === '/' && parsed.search === '' ? url : `${parsed.origin}/…`;
}

/** Settings without what is in the paths of their addresses. */
function hidden(settings: EditableSettings): EditableSettings {
  return { ...editableOf(settings), notifyUrl: withoutPath(settings.notifyUrl), pageUrl: withoutPath(settings.pageUrl), ticketUrl: withoutPath(settings.ticketUrl) };
}

/** Makes the service. */
export function createSettingsService({ db, clock }: SettingsDeps): SettingsService {
  async function show(q: Queryable, { orgId, role }: Pick<Caller, 'orgId' | 'role'>): Promise<AutomationSettings> {
    const stored = await readSettings(q, orgId);
    const maySee = role === 'manager' || role === 'admin';
    return {
      ...(maySee ? editableOf(stored) : hidden(stored)), frozen: stored.frozen, targetsLastHour: await targetsSince(q, orgId, new Date(clock.nowMs() - HOUR_MS)), version: stored.version, provisioned: stored.provisioned,
    };
  }

  async function replace(orgId: OrgId, by: Actor, provisioned: boolean, wanted: (before: StoredSettings) => EditableSettings): Promise<boolean> {
    return db.transaction(async (tx) => {
      const before = await lockSettings(tx, orgId, 'update');
      const after = wanted(before);
      if (isSame(before, after) && before.provisioned === provisioned) return false;
      await writeSettings(tx, orgId, after, provisioned);
      await appendEvents(tx, orgId, clock.now(), [{ type: 'automation.edited', incident: null, actor: by, data: { before: hidden(before), after: hidden(after), version: before.version + 1, provisioned } }]);
      return true;
    });
  }

  async function setFrozen({ orgId, actor }: Pick<Caller, 'orgId' | 'actor'>, freeze: boolean, reason: string): Promise<void> {
    await db.transaction(async (tx) => {
      // Whatever is being started at this moment is waited for; nothing starts after this.
      const before = await lockSettings(tx, orgId, 'update');
      if ((before.frozen !== null) === freeze) throw conflictError(freeze ? `automation is frozen already, by ${before.frozen?.by.name ?? 'somebody'}` : 'automation is not frozen');
      const at = clock.now();
      await writeFrozen(tx, orgId, freeze ? { by: actor, at: at.toISOString(), reason } : null);
      await appendEvents(tx, orgId, at, [{ type: freeze ? 'automation.frozen' : 'automation.unfrozen', incident: null, actor, data: { reason } }]);
    });
  }

  return {
    handlers: {
      getAutomation: (_request, { caller }) => show(db, caller),
      async putAutomation({ body }, context) {
        const version = requiredVersion(context);
        await replace(context.caller.orgId, context.caller.actor, false, (before) => {
          if (before.version !== version) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: before.version } });
          if (before.provisioned) throw conflictError('this is provisioned: change it in automation.yaml and restart Muster', { extra: { provisioned: true } });
          return body;
        });
        return show(db, context.caller);
      },
      async freezeAutomation({ body }, { caller }) {
        await setFrozen(caller, true, body.reason);
        return show(db, caller);
      },
      async unfreezeAutomation({ body }, { caller }) {
        await setFrozen(caller, false, body.reason);
        return show(db, caller);
      },
    },
    async provision(orgId, file) {
      const read = file === null ? null : readProvisioningFile(file, settingsFile).value;
      // One that says nothing takes nothing over from the page.
      const said = read === null || Object.keys(read).length === 1 ? null : read;
      // What no file says any more goes on as it is, and belongs to the page again.
      if (said === null && !(await readSettings(db, orgId)).provisioned) return false;
      return replace(orgId, PROVISIONING_ACTOR, said !== null, (before) => ({
        maxTargetsPerHour: said?.maxTargetsPerHour === undefined ? before.maxTargetsPerHour : said.maxTargetsPerHour,
        notifyUrl: said?.notifyUrl === undefined ? before.notifyUrl : said.notifyUrl,
        pageUrl: said?.pageUrl === undefined ? before.pageUrl : said.pageUrl,
        ticketUrl: said?.ticketUrl === undefined ? before.ticketUrl : said.ticketUrl,
        most: {
          sev1: said?.most?.sev1 ?? before.most.sev1, sev2: said?.most?.sev2 ?? before.most.sev2, sev3: said?.most?.sev3 ?? before.most.sev3,
          sev4: said?.most?.sev4 ?? before.most.sev4, sev5: said?.most?.sev5 ?? before.most.sev5,
        },
      }));
    },
  };
}
