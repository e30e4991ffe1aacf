/** What tests of this module share: a way to seal, a list of recorded events, callers and signed requests. */
import { createHmac, randomBytes } from 'node:crypto';
import { orgId, type Actor, type EventType, type OrgId, type Role, userKey } from '#contract';
import type { SimulatedClock } from '../platform/clock.ts';
import { Secret } from '../platform/config/secret.ts';
import type { Database } from '../platform/db/database.ts';
import type { RequestContext } from '../platform/http/route.ts';
import { createLogger } from '../platform/logger.ts';
import { OutboundError } from '../platform/outbound/outboundError.ts';
import { createKeyRing } from '../platform/secrets/keyRing.ts';
import type { CallOut, EventSink, SecretRing } from './ports.ts';
import { createSources, type Sources } from './sources.ts';

export const ORG_1 = orgId.parse(1);
export const ORG_2 = orgId.parse(2);
export const START_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
export const HMAC_SECRET = 'a shared secret of the example';
export const silent = createLogger({ level: 'silent' });

/** The service's own key ring, with a key of this test run. */
export function createTestRing(): SecretRing {
  return createKeyRing([{ id: 'test', key: new Secret(randomBytes(32).toString('base64')) }]);
}

export type RecordedEvent = { readonly orgId: OrgId; readonly type: EventType; readonly actor: Actor; readonly data: Record<string, unknown> };

export interface SourcesBench {
  readonly sources: Sources;
  readonly events: RecordedEvent[];
}

/** A world without a Grafana. */
const nobodyAnswers: CallOut = () => Promise.reject(new OutboundError('network', 'https://grafana.example.org: no connection'));

/** The module over a test database; a second one over the same database is another replica. */
export function createBench(db: Database, clock: SimulatedClock, ring: SecretRing, recordEvent?: EventSink, callOut: CallOut = nobodyAnswers): SourcesBench {
  const events: RecordedEvent[] = [];
  const record: EventSink = async (_, organisation, { type, actor, data }) => {
    events.push({ orgId: organisation, type, actor, data });
  };
  const sources = createSources({ db, clock, logger: silent, ring, recordEvent: recordEvent ?? record, publicUrl: 'https://muster.example.org/', grafana: { url: 'https://grafana.example.org', callOut } });
  return { sources, events };
}

export const ADA: Actor = { kind: 'user', key: 'user:adm1', name: 'Ada Example' };

/** The context of a request by Ada, an admin. */
export function contextOf(organisation: OrgId, ifMatch: number | null = null): RequestContext {
  const role: Role = 'admin';
  const key = userKey.parse(ADA.key);
  const caller = {
    kind: 'user', orgId: organisation, userKey: key, login: 'ada', name: ADA.name, role, derivedRole: role, seesPrivate: false, actor: ADA,
    expiresAt: new Date(START_MS + 600_000),
  } as const;
  return { requestId: 'r1', caller, ifMatch, logger: silent };
}

/** Signature headers as Grafana makes them. */
export function signed(body: Buffer, atMs: number, secret = HMAC_SECRET): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  return {
    'x-grafana-alerting-timestamp': timestamp,
    'x-grafana-alerting-signature': createHmac('sha256', secret).update(`${timestamp}:`).update(body).digest('hex'),
  };
}

/** Empties every table of the module. */
export async function clearTables(db: Database): Promise<void> {
  await db.query('truncate sources, source_tokens, webhook_nonces, mappings, unmapped_values, dead_letters, grafana_connections, source_heartbeats, source_reconciliations');
}
