/**
 * Tells published updates to subscribers, a batch a transaction: how far it is moves with what was handed over, so that whoever dies
 * misses nobody and tells nobody twice. Pages do not wait for it: it hands over at the urgency of updates, a few hundred at a time.
 */
import { incidentNumber, type OrgId, type UserKey } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createWatch, type Watch } from '../../../platform/watch.ts';
import type { CommsPorts, Recipient } from '../ports.ts';
import { partOf } from '../partOf.ts';
import { readPage } from '../statusPage/pageStore.ts';
import { isWanted } from './matching.ts';
import { forgetUnconfirmed, holdFanout, keyOf, listActiveAfter, moveFanout } from './subscriptionStore.ts';

export const FANOUT_TICK_MS = 2_000;
export const BATCH = 200;
/** So long a confirmation counts; afterwards the address is forgotten. */
export const CONFIRM_MS = 3 * 86_400_000;

export interface FanoutWatch extends Watch {
  /** Tells all that waits; gives how many subscribers. */
  look(orgId: OrgId): Promise<number>;
}

export interface FanoutWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: CommsPorts;
  /** Where the page of an organisation is read, with a slash at its end. */
  urlOf(orgId: OrgId): string;
}

/** Makes the watch; start it where jobs run. */
export function createFanoutWatch({ db, clock, logger, orgs, ports, urlOf }: FanoutWatchDeps): FanoutWatch {
  async function batch(orgId: OrgId): Promise<{ told: number; goOn: boolean }> {
    return db.transaction(async (tx) => {
      const fanout = await holdFanout(tx, orgId);
      if (fanout === null) return { told: 0, goOn: false };
      const { told, updateId } = fanout;
      const rows = fanout.isPrivate ? [] : await listActiveAfter(tx, orgId, fanout.afterId, told.audience, BATCH);
      const wanting = rows.filter((row) => isWanted(row, told));
      const people = wanting.flatMap((row): UserKey[] => {
        const key = keyOf(row);
        return key === null ? [] : [key];
      });
      const common = {
        partOf: partOf(updateId), messageClass: 'update', urgency: told.urgency === 'critical' ? 'high' : 'normal', incident: incidentNumber.parse(fanout.incident), subject: told.subject, facts: [], language: told.language,
        thread: `incident/${fanout.incident}/${told.audience}`,
      } as const;
      if (people.length > 0) {
        await ports.send(tx, orgId, {
          ...common, dedupKey: `update/${updateId}/people/${fanout.afterId}`, to: people.map((user) => ({ kind: 'person', user })), text: told.text, actions: [],
          link: { label: `INC-${fanout.incident}`, url: ports.urlOfIncident(fanout.incident) },
        });
      }
      const { settings } = await readPage(tx, orgId);
      const channel = settings.mailChannel;
      // Who reads a page that is not public is not told of it either.
      const to = !told.outside || channel === null || settings.visibility !== 'public' ? [] : wanting.flatMap((row): Recipient[] => (row.address === null ? [] : [
        { kind: 'address', channel, address: row.address, name: '', unsubscribeUrl: `${urlOf(orgId)}unsubscribe/${row.unsubscribe_token}` },
      ]));
      if (to.length > 0) {
        await ports.send(tx, orgId, {
          ...common, dedupKey: `update/${updateId}/subscribers/${fanout.afterId}`, to, incident: null, thread: `status/${fanout.incident}`, text: told.text,
          link: { label: settings.title, url: urlOf(orgId) }, actions: [],
        });
      }
      const done = fanout.isPrivate || rows.length < BATCH;
      await moveFanout(tx, orgId, updateId, rows.at(-1)?.id ?? fanout.afterId, done);
      return { told: wanting.length, goOn: true };
    });
  }

  async function look(orgId: OrgId): Promise<number> {
    await forgetUnconfirmed(db, orgId, new Date(clock.nowMs() - CONFIRM_MS));
    for (let told = 0; ;) {
      const { told: more, goOn } = await batch(orgId);
      told += more;
      if (!goOn) return told;
    }
  }

  return { look, ...createWatch({ clock, logger, orgs, everyMs: FANOUT_TICK_MS, look, fault: 'subscribers could not be told; the next try is soon' }) };
}
