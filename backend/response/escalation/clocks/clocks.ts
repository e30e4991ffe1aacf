/** The clocks of incidents: moved by events, told of when they are at risk and when their time is up. */
import { CLOCK_KINDS, incidentKey, incidentNumber, type ClockRules, type IncidentClock, type LiveEvent, type OrgId } from '#contract';
import { ALL_SEEING, viewerOf } from '../../../access/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import type { Clock as Time } from '../../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../../platform/db/database.ts';
import { notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import { requiredVersion, type Handlers } from '../../../platform/http/route.ts';
import { readFacts } from '../incidentFacts.ts';
import { atRiskMs, CLOCK_EVENTS, clocksAfter, dueMs, nextNews, told } from './clock.ts';
import { hasDueClock, readClocks, readRules, replaceRules, takeDueClock, writeClocks } from './clockStore.ts';

export type ClockOperation = 'getClockRules' | 'putClockRules' | 'getIncidentClocks';

export interface IncidentClocks {
  readonly handlers: Handlers<ClockOperation>;
  /** Moves the clocks of the incident of an event, in the transaction that acts on the event. */
  follow(tx: Transaction, orgId: OrgId, event: LiveEvent): Promise<void>;
  /** Tells of what is due. */
  look(orgId: OrgId): Promise<void>;
}

/** Makes them. */
export function createIncidentClocks({ db, time }: { readonly db: Database; readonly time: Time }): IncidentClocks {
  async function showRules(q: Queryable, orgId: OrgId): Promise<ClockRules> {
    const { body, version } = await readRules(q, orgId);
    return { ...body, version };
  }

  async function nextDue(orgId: OrgId): Promise<boolean> {
    const now = time.now();
    if (!(await hasDueClock(db, orgId, now))) return false;
    return db.transaction(async (tx) => {
      const due = await takeDueClock(tx, orgId, now);
      if (due === null) return false;
      const { atRiskPercent } = (await readRules(tx, orgId)).body;
      const news = nextNews(due.clock, atRiskPercent);
      if (news === null || news.atMs > now.getTime()) {
        await writeClocks(tx, orgId, due.incident, { [due.kind]: due.clock }, atRiskPercent);
        return true;
      }
      await writeClocks(tx, orgId, due.incident, { [due.kind]: told(due.clock, news.what, news.atMs) }, atRiskPercent);
      const end = dueMs(due.clock);
      await appendEvents(tx, orgId, now, [{
        type: news.what === 'at_risk' ? 'incident.clock_at_risk' : 'incident.clock_breached', incident: due.incident, actor: SYSTEM_ACTOR,
        data: { clock: due.kind, at: new Date(news.atMs).toISOString(), dueAt: end === null ? null : new Date(end).toISOString(), limitSeconds: due.clock.limitMs / 1000 },
      }]);
      return true;
    });
  }

  return {
    handlers: {
      getClockRules: (_request, { caller }) => showRules(db, caller.orgId),
      async putClockRules({ body }, context) {
        const { orgId, actor } = context.caller;
        const version = requiredVersion(context);
        await db.transaction(async (tx) => {
          if (!(await replaceRules(tx, orgId, version, body))) {
            throw versionMismatchError('these rules were changed in the meantime: look again and repeat your change', { extra: { currentVersion: (await readRules(tx, orgId)).version } });
          }
          await appendEvents(tx, orgId, time.now(), [{ type: 'clock_rules.edited', incident: null, actor, data: { version: version + 1, atRiskPercent: body.atRiskPercent } }]);
        });
        return showRules(db, orgId);
      },
      async getIncidentClocks({ params }, { caller }) {
        const facts = await readFacts(db, caller.orgId, viewerOf(caller), params.number);
        if (facts === null) throw notFoundError(`${incidentKey(params.number)} does not exist`);
        const [clocks, { body: rules }] = [await readClocks(db, caller.orgId, facts.number), await readRules(db, caller.orgId)];
        const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
        return {
          incident: incidentNumber.parse(facts.number),
          clocks: CLOCK_KINDS.flatMap((kind): IncidentClock[] => {
            const clock = clocks[kind];
            if (clock === undefined) return [];
            return [{
              kind, state: clock.metMs !== null ? 'met' : clock.runningSinceMs === null ? 'paused' : 'running', limitSeconds: clock.limitMs / 1000, startedAt: new Date(clock.startedMs).toISOString(),
              atRiskAt: iso(atRiskMs(clock, rules.atRiskPercent)), dueAt: iso(dueMs(clock)), atRiskToldAt: iso(clock.atRiskToldMs), breachedAt: iso(clock.breachedMs), metAt: iso(clock.metMs),
            }];
          }),
        };
      },
    },

    async follow(tx, orgId, event) {
      if (event.incident === null || !CLOCK_EVENTS.includes(event.type)) return;
      const facts = await readFacts(tx, orgId, ALL_SEEING, event.incident);
      if (facts === null) return;
      const { body: rules } = await readRules(tx, orgId);
      await writeClocks(tx, orgId, event.incident, clocksAfter(await readClocks(tx, orgId, event.incident, true), event, facts.severity, rules), rules.atRiskPercent);
    },

    async look(orgId) {
      let busy = true;
      while (busy) busy = await nextDue(orgId);
    },
  };
}
