/** The compiled derivation of an organisation, kept for a few seconds because every new alert needs it. */
import type { OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { withinTime } from '../platform/expressions/timeLimit.ts';
import type { Logger } from '../platform/logger.ts';
import { compileDerivation, PATTERN_BUDGET_MS, type Derivation } from './derivation.ts';
import { flagRule, selectRules, selectTables } from './derivationStore.ts';
import type { EventSink } from './ports.ts';

/** How long an edit made at another replica may go unnoticed here. */
const MAX_AGE_MS = 5_000;

export interface DerivationLookup {
  /** What to derive by now; null when there is nothing. */
  derivationFor(orgId: OrgId): Promise<Derivation | null>;
  /** Forgets it, after an edit. */
  invalidate(orgId: OrgId): void;
}

interface Entry {
  readonly loadedAtMs: number;
  readonly derivation: Derivation | null;
}

/** A lookup that starts empty. */
export function createDerivationLookup({ db, clock, logger, recordEvent }: {
  readonly db: Database; readonly clock: Clock; readonly logger: Logger; readonly recordEvent: EventSink;
}): DerivationLookup {
  const entries = new Map<OrgId, Entry>();
  const loading = new Map<OrgId, Promise<Derivation | null>>();

  async function flag(orgId: OrgId, id: string, version: number): Promise<void> {
    const reason = `took more than the ${PATTERN_BUDGET_MS} ms that are allowed on one alert`;
    await db.transaction(async (tx) => {
      if (!(await flagRule(tx, orgId, id, version, clock.now(), reason))) return;
      await recordEvent(tx, orgId, { type: 'extraction.flagged', incident: null, actor: { kind: 'system', key: 'muster', name: 'Muster' }, data: { rule: id, reason } });
    });
  }

  async function read(orgId: OrgId): Promise<Derivation | null> {
    const [tables, rules] = await Promise.all([selectTables(db, orgId), selectRules(db, orgId)]);
    const versions = new Map(rules.map((rule) => [rule.id, rule.version]));
    return compileDerivation(tables, rules, {
      nowMs: () => performance.now(),
      withinTime,
      onSlow(id) {
        flag(orgId, id, versions.get(id) ?? 0).catch((error: unknown) => logger.warn({ err: error, orgId, rule: id }, 'a slow pattern could not be flagged; it is left out meanwhile'));
      },
    });
  }

  return {
    derivationFor(orgId) {
      const entry = entries.get(orgId);
      if (entry !== undefined && clock.nowMs() - entry.loadedAtMs < MAX_AGE_MS) return Promise.resolve(entry.derivation);
      const running = loading.get(orgId);
      if (running !== undefined) return running;
      const loadedAtMs = clock.nowMs();
      const reading: Promise<Derivation | null> = read(orgId)
        .then((derivation) => {
          // An edit in between has taken this read off the list; it may be old and is not kept.
          if (loading.get(orgId) === reading) entries.set(orgId, { loadedAtMs, derivation });
          return derivation;
        })
        .finally(() => {
          if (loading.get(orgId) === reading) loading.delete(orgId);
        });
      loading.set(orgId, reading);
      return reading;
    },
    invalidate(orgId) {
      entries.delete(orgId);
      loading.delete(orgId);
    },
  };
}
