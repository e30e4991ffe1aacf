/**
 * Noise rules and maintenance windows from files. A file is followed: what it names is made as it says, what it no longer
 * names is removed (a window is ended, its past stays). Rules and windows made on the pages are left alone.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { maintenanceBody, noiseRuleBody, type Actor, type OrgId } from '#contract';
import { appendEvents, type NewEvent } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { AppError } from '../platform/errors.ts';
import { readProvisioningFile, type ProvisioningFile, type ReadFile } from '../platform/provisioning/provisioningFile.ts';
import { checkWindow } from './maintenanceService.ts';
import { endWindows, insertWindow, selectWindows, updateWindow, type StoredWindow } from './maintenanceStore.ts';
import { checkRule } from './ruleService.ts';
import { deleteRule, insertRule, selectRules, updateRule } from './ruleStore.ts';
import { bumpVersion, lockSettings } from './settingsStore.ts';

const fileId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'use 1 to 60 lower-case letters, digits and dashes');
const rulesFile = z.strictObject({ apiVersion: z.literal(1), rules: z.array(z.intersection(z.object({ id: fileId }), noiseRuleBody)) });
const windowsFile = z.strictObject({ apiVersion: z.literal(1), windows: z.array(maintenanceBody.extend({ id: fileId })) });
const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

export interface NoiseProvisioning {
  /** Makes the rules those of the file. Gives how many changed. */
  provisionRules(orgId: OrgId, file: ProvisioningFile): Promise<number>;
  /** Makes the windows those of the file. Gives how many changed. */
  provisionWindows(orgId: OrgId, file: ProvisioningFile): Promise<number>;
}

export interface NoiseProvisioningDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly onChanged: (orgId: OrgId) => void;
}

/** The same check as on the page, with the place in the file instead of the place in the request. */
function check(list: 'rules' | 'windows', index: number, read: ReadFile<unknown>, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const key = (error.fields[0]?.field ?? '').replace(/^body\.?/, '').split(/[.[\]]+/).filter((part) => part !== '').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    throw read.faultAt([list, index, ...key], error.fields[0]?.message ?? error.message, error);
  }
}

function checkTwice(list: 'rules' | 'windows', items: readonly { readonly id: string }[], read: ReadFile<unknown>): void {
  items.forEach(({ id }, index) => {
    if (items.findIndex((other) => other.id === id) < index) throw read.faultAt([list, index, 'id'], `"${id}" is listed twice`);
  });
}

/** Text that is equal for equal documents, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

/** Ended because the file named it no more. */
function isDropped(window: StoredWindow): boolean {
  return window.endedAt !== null && window.endedBy?.kind === PROVISIONING_ACTOR.kind && window.endedBy.key === PROVISIONING_ACTOR.key;
}

/** Provisioning over a database. */
export function createNoiseProvisioning({ db, clock, onChanged }: NoiseProvisioningDeps): NoiseProvisioning {
  /** Replicas start together with the same file: one applies it, the others wait and find nothing to do. */
  async function follow(orgId: OrgId, work: (tx: Transaction, at: Date) => Promise<NewEvent[]>): Promise<number> {
    const changed = await db.transaction(async (tx) => {
      await lockSettings(tx, orgId);
      const events = await work(tx, clock.now());
      if (events.length > 0) await bumpVersion(tx, orgId);
      await appendEvents(tx, orgId, clock.now(), events);
      return events.length;
    });
    if (changed > 0) onChanged(orgId);
    return changed;
  }

  return {
    async provisionRules(orgId, file) {
      const read = readProvisioningFile(file, rulesFile);
      const wanted = read.value.rules.map((entry) => ({ id: entry.id, body: noiseRuleBody.parse(entry) }));
      checkTwice('rules', wanted, read);
      wanted.forEach(({ body }, index) => check('rules', index, read, () => checkRule(body)));
      return follow(orgId, async (tx, at) => {
        const known = (await selectRules(tx, orgId)).filter((rule) => rule.provisionedAs !== null);
        const events: NewEvent[] = [];
        const add = (type: NewEvent['type'], rule: string, kind: string, name: string): void => void events.push({ type, incident: null, actor: PROVISIONING_ACTOR, data: { rule, kind, name } });
        for (const { id, body } of wanted) {
          const present = known.find((rule) => rule.provisionedAs === id);
          if (present === undefined) {
            const made = randomUUID();
            await insertRule(tx, orgId, made, body, PROVISIONING_ACTOR, at, id);
            add('noise.rule_created', made, body.kind, body.name);
          } else if (canonical(present.body) !== canonical(body)) {
            await updateRule(tx, orgId, present.id, body, PROVISIONING_ACTOR, at);
            add('noise.rule_edited', present.id, body.kind, body.name);
          }
        }
        for (const rule of known) {
          if (wanted.some(({ id }) => id === rule.provisionedAs)) continue;
          await deleteRule(tx, orgId, rule.id);
          add('noise.rule_deleted', rule.id, rule.body.kind, rule.body.name);
        }
        return events;
      });
    },

    async provisionWindows(orgId, file) {
      const read = readProvisioningFile(file, windowsFile);
      const wanted = read.value.windows.map((entry) => ({ id: entry.id, body: maintenanceBody.parse(entry) }));
      checkTwice('windows', wanted, read);
      wanted.forEach(({ body }, index) => check('windows', index, read, () => checkWindow(body)));
      return follow(orgId, async (tx, at) => {
        const known = (await selectWindows(tx, orgId)).filter((window) => window.provisionedAs !== null);
        const events: NewEvent[] = [];
        const add = (type: NewEvent['type'], window: string, name: string): void => void events.push({ type, incident: null, actor: PROVISIONING_ACTOR, data: { window, name, change: null } });
        for (const { id, body } of wanted) {
          const present = known.find((window) => window.provisionedAs === id);
          if (present === undefined) {
            const made = randomUUID();
            await insertWindow(tx, orgId, made, body, PROVISIONING_ACTOR, at, id);
            add('maintenance.created', made, body.name);
          } else if (canonical(present.body) !== canonical(body) || isDropped(present)) {
            // Ended by a person or its change, it stays ended until the file asks for something else.
            await updateWindow(tx, orgId, present.id, body, at);
            add('maintenance.edited', present.id, body.name);
          }
        }
        const left = known.filter((window) => window.endedAt === null && !wanted.some(({ id }) => id === window.provisionedAs));
        await endWindows(tx, orgId, left.map((window) => window.id), at, PROVISIONING_ACTOR, 'it stands in the provisioning file no more');
        for (const window of left) add('maintenance.ended', window.id, window.body.name);
        return events;
      });
    },
  };
}
