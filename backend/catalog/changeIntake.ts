/** Takes in what CI systems tell of changes. Knows nothing of HTTP; the webhook, the API and the replay of kept payloads come through here. */
import type { Actor, ChangeBody, FieldFault, OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { parseChanges } from './changePayload.ts';
import { recordChanges, type ChangeReceipt, type ToldChange } from './changeStore.ts';
import type { ChangeClosed } from './ports.ts';

export interface ChangeOrigin {
  readonly orgId: OrgId;
  /** Empty for the API. */
  readonly source: string;
  readonly actor: Actor;
}

export type ChangeOutcome =
  | { readonly ok: true; readonly recorded: number; readonly repeated: number; readonly ignored: string | null }
  | { readonly ok: false; readonly fault: FieldFault };

export interface ChangeIntake {
  /** Resolves when everything in the body is durable. Nothing is stored of a body that cannot be read. */
  accept(origin: ChangeOrigin, body: unknown): Promise<ChangeOutcome>;
  /** Records one change that is in Muster's own shape. */
  record(origin: ChangeOrigin, change: ChangeBody): Promise<ChangeReceipt>;
}

export interface ChangeIntakeDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly onClosed: ChangeClosed;
}

/** Intake of changes over a database. */
export function createChangeIntake({ db, clock, onClosed }: ChangeIntakeDeps): ChangeIntake {
  /** Also for one that was closed before: whoever was cut off in between sends it again, and what follows is done then. */
  async function store(origin: ChangeOrigin, now: Date, changes: readonly ToldChange[]): Promise<ChangeReceipt[]> {
    const receipts = await recordChanges(db, origin.orgId, origin.source, now, origin.actor, changes);
    for (const change of changes) if (change.state === 'closed') await onClosed(origin.orgId, origin.actor, change.id);
    return receipts;
  }

  return {
    async accept(origin, body) {
      const now = clock.now();
      const parsed = parseChanges(body, now);
      if (!parsed.ok) return parsed;
      const receipts = await store(origin, now, [...parsed.changes, ...parsed.over.map((id) => ({ id, state: 'closed' as const, onlyKnown: true as const }))]);
      const recorded = receipts.filter((receipt) => receipt.recorded).length;
      return { ok: true, recorded, repeated: receipts.length - recorded, ignored: parsed.ignored };
    },
    async record(origin, change) {
      const now = clock.now();
      const at = new Date(change.at ?? now).toISOString();
      const [receipt] = await store(origin, now, [{ ...change, at }]);
      if (receipt === undefined) throw new Error('a change was neither recorded nor known');
      return receipt;
    },
  };
}
