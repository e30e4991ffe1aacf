/**
 * Takes in what a proven source delivered: sorts repeats from news, normalises, stores durably,
 * keeps what cannot be read. Knows nothing of HTTP; the webhook, the replay of kept payloads and
 * the replay of recordings all come through here.
 */
import { hash } from 'node:crypto';
import { severityOf, severityRank, type AlertChange } from './alertLog.ts';
import type { Actor, FieldFault, Labels, OrgId, SourceId, SourceKind, SourceRules } from '#contract';
import { appendEvents } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import { sqlState, type Database } from '../platform/db/database.ts';
import { storableText } from '../platform/storableText.ts';
import type { Logger } from '../platform/logger.ts';
import {
  countUnmapped, isTestAlert, recordTruncation, ruleNameOf, saveDeadLetter, touchReceived,
  type CompiledMapping, type Derivation, type DerivationLookup, type MappingLookup, type UnmappedCount, type UnmappedValue,
} from '../sources/index.ts';
import { addRepeats, findOverwritten, writeAlerts, writeDerived, writeNotificationGroups, type NotificationGroup, type RepeatCount, type WrittenAlert } from './alertStore.ts';
import { mayBeUnstorable, withStorableText, type AlertWrite } from './alertWrite.ts';
import { hasTrueTimes } from './begins.ts';
import { settleTimes, type KeyedAlert } from './doubtedTimes.ts';
import { createGroupCommit, isDataError } from './groupCommit.ts';
import { alertKeyOf, alertKeyToBigint } from './identity.ts';
import { createKnownAlerts, type KnownDelivery } from './knownAlerts.ts';
import { parsePayload, type DeliveredAlert, type ParsedPayload } from './parse.ts';

/** From whom a payload comes, proven. */
export interface PayloadOrigin {
  readonly orgId: OrgId;
  readonly sourceId: SourceId;
  readonly tokenId: string | null;
  readonly actor: Actor;
  /** What the source sends, and what is set for it; left out, the body is in the common form. */
  readonly kind?: SourceKind;
  readonly rules?: SourceRules | null;
  readonly purpose?: 'webhook' | 'test';
  /** When it came first, for what is replayed. */
  readonly receivedAt?: Date;
}

export interface IntakeResult {
  /** Alerts that told something new, and are stored now. */
  readonly changed: number;
  /** Alerts that repeated what is known. */
  readonly repeated: number;
  /** Alerts that could not be read; kept as dead letters. */
  readonly kept: number;
  /** Test alerts: recognised, and not made alerts. */
  readonly tests: number;
  /** Set when the whole payload could not be read. */
  readonly refusal: { readonly field: string; readonly message: string; readonly deadLetter: string } | null;
}

export interface ReplayOutcome {
  readonly changed: number;
  readonly repeated: number;
  /** Null when all of it could be read. */
  readonly error: string | null;
  readonly field: string | null;
}

export interface IntakeOptions {
  readonly maxBatch: number;
  readonly maxInFlight: number;
  readonly maxQueuedAlerts: number;
  readonly knownAlerts: number;
}

export interface IntakeDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: IntakeOptions;
  readonly mappings: MappingLookup;
  /** Left out, no labels are derived. */
  readonly derivations?: DerivationLookup;
  /** True when the correlator of this process leads the organisation; it is then woken directly. */
  readonly correlatesHere: (orgId: OrgId) => boolean;
  /** Told what was just committed, as the log has it, so that it need not be read back. */
  readonly wakeCorrelator: (orgId: OrgId, logged: readonly AlertChange[]) => void;
  /** Told what came of each delivery, when that is committed. */
  readonly onStored?: (orgId: OrgId, changed: number, repeated: number) => void;
}

export interface Intake {
  /** Resolves when everything in the body is durable. `raw` is what is kept when it cannot be read. */
  accept(origin: PayloadOrigin, body: unknown, raw: Uint8Array, contentType: string | null): Promise<IntakeResult>;
  /** Notes that a source delivered something, whatever it was. */
  noteReception(origin: PayloadOrigin): void;
  /** Keeps a body that is not even JSON. Gives the id of the dead letter. */
  keepUnreadable(origin: PayloadOrigin, raw: Uint8Array, contentType: string | null, error: string): Promise<string>;
  /** Takes in a kept payload again; what cannot be read this time either is told, not kept anew. */
  replay(origin: PayloadOrigin, body: unknown): Promise<ReplayOutcome>;
  isFull(): boolean;
  queuedAlerts(): number;
  knownAlerts(): number;
  /** Writes counts of repeats, unmapped values and receptions. */
  flushCounts(): Promise<void>;
  /** Resolves when nothing waits to be stored. */
  drain(): Promise<void>;
}

/** An envelope is written again after this time, so that its newest members are kept without a write each time. */
const ENVELOPE_FRESH_MS = 60_000;
const MAX_KNOWN_ENVELOPES = 20_000;
const SUMMARY_CHARACTERS = 500;
/** Fewer alerts than this cost less in the next transaction than in one of their own. */
const WORTH_ANOTHER_TRANSACTION = 64;
/** So many repeats are held against the database at a time. */
const CHECKED_REPEATS = 500;

function notificationKeyOf(sourceId: string, payload: ParsedPayload): string | null {
  if (payload.groupKey === '') return null;
  return alertKeyToBigint(hash('sha256', `${sourceId}\n${payload.groupKey}`, 'hex').slice(0, 16));
}

function summaryOf(annotations: Labels): string {
  return (annotations['summary'] ?? annotations['description'] ?? annotations['message'] ?? '').slice(0, SUMMARY_CHARACTERS);
}

function withKey({ sourceId }: PayloadOrigin, alert: DeliveredAlert): KeyedAlert {
  return { alert, key: alertKeyOf(sourceId, alert.fingerprint) };
}

function knownDelivery({ alert, key }: KeyedAlert): KnownDelivery {
  return { key, startsAtMs: alert.startsAtMs, contentHash: alert.contentHash };
}

/** The write as it is, or with what the database could not read out again replaced. */
function storable(write: AlertWrite): AlertWrite {
  const { labels, annotations, details } = write.texts;
  return mayBeUnstorable(labels) || mayBeUnstorable(annotations) || mayBeUnstorable(details) ? withStorableText(write) : write;
}

interface PreparedAlert {
  readonly write: AlertWrite;
  readonly unmapped: readonly UnmappedValue[];
  /** Labels that tables and patterns add; null when they add none. */
  readonly derived: Labels | null;
}

function prepare(origin: PayloadOrigin, { alert, key }: KeyedAlert, mapping: CompiledMapping, derivation: Derivation | null, notificationKey: string | null): PreparedAlert {
  const derived = derivation === null
    ? null
    : derivation.derive({ name: ruleNameOf(alert.labels), summary: summaryOf(alert.annotations), labels: alert.labels, annotations: alert.annotations });
  // What the sender wrote wins.
  const labels = derived === null ? alert.labels : { ...derived, ...alert.labels };
  const fields = mapping.normalise(labels);
  return {
    write: storable({
      alertKey: alertKeyToBigint(key),
      startsAtMs: alert.startsAtMs, sourceId: origin.sourceId, fingerprint: alert.fingerprint,
      name: ruleNameOf(alert.labels), summary: summaryOf(alert.annotations), description: alert.annotations['description'] ?? '', status: alert.status, endsAtMs: alert.endsAtMs,
      severity: severityRank(fields.severity), service: fields.service, team: fields.team, environment: fields.environment,
      cluster: fields.cluster, labels, texts: alert.texts,
      notificationKey, contentHash: alert.contentHash,
    }),
    unmapped: fields.unmapped,
    derived,
  };
}

/** What reading the log would give for a write that was just committed. */
export function toLoggedChange({ write, kind, position }: WrittenAlert, recordedAt: Date): AlertChange {
  return {
    position, kind, recordedAt, alertKey: write.alertKey, startsAt: new Date(write.startsAtMs), endsAt: write.endsAtMs === null ? null : new Date(write.endsAtMs),
    sourceId: write.sourceId, fingerprint: write.fingerprint, name: write.name, summary: write.summary, description: write.description, severity: severityOf(write.severity),
    service: write.service, team: write.team, environment: write.environment, cluster: write.cluster, labels: write.labels,
  };
}

/** Makes the intake. */
export function createIntake(deps: IntakeDeps): Intake {
  const { db, clock, logger, options } = deps;
  const known = createKnownAlerts(options.knownAlerts);
  const envelopes = new Map<string, { untilMs: number; truncated: number }>();
  let flushing: Promise<void> = Promise.resolve();
  let receptions = new Map<string, { orgId: OrgId; sourceId: SourceId; tokenId: string; at: Date }>();
  let unmapped = new Map<string, UnmappedCount>();
  /** Sources whose newest payload left nothing out, to take back the warning of an earlier one. */
  let complete = new Map<string, { orgId: OrgId; sourceId: SourceId; at: Date }>();
  let doubtedTurn: Promise<unknown> = Promise.resolve();

  const commit = createGroupCommit({
    maxBatch: options.maxBatch,
    maxInFlight: options.maxInFlight,
    worthAnother: WORTH_ANOTHER_TRANSACTION,
    maxQueued: options.maxQueuedAlerts,
    async write(orgId, batch) {
      const here = deps.correlatesHere(orgId);
      const { changed, at } = await writeWithRetry(orgId, batch, !here);
      if (here && changed.length > 0) deps.wakeCorrelator(orgId, changed.map((written) => toLoggedChange(written, at)));
      return new Set(changed.map((written) => written.write));
    },
  });

  /** Two batches that touch one alert may deadlock, rarely; the one that was ended tries again. */
  async function writeWithRetry(orgId: OrgId, batch: readonly AlertWrite[], notify: boolean): Promise<{ changed: WrittenAlert[]; at: Date }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const at = clock.now();
        return { changed: await writeAlerts(db, orgId, at, batch, notify), at };
      } catch (error) {
        if (attempt >= 4 || !['40P01', '40001'].includes(sqlState(error) ?? '')) throw error;
        logger.info({ err: error, attempt }, 'a batch of alerts is tried again');
      }
    }
  }

  function noteReception({ orgId, sourceId, tokenId }: PayloadOrigin, nowMs: number): void {
    if (tokenId !== null) receptions.set(`${orgId} ${sourceId} ${tokenId}`, { orgId, sourceId, tokenId, at: new Date(nowMs) });
  }

  function noteUnmapped(orgId: OrgId, values: readonly UnmappedValue[]): void {
    if (values.length === 0) return;
    const at = clock.now();
    for (const { kind, value } of values) {
      const key = `${orgId} ${kind} ${value}`;
      unmapped.set(key, { orgId, kind, value, count: (unmapped.get(key)?.count ?? 0) + 1, at });
    }
  }

  /** Keeps the envelope of the notification group when it is new, changed its truncation, or is old. */
  async function keepEnvelope(origin: PayloadOrigin, payload: ParsedPayload, key: string): Promise<void> {
    const cacheKey = `${origin.orgId} ${key}`;
    const entry = envelopes.get(cacheKey);
    if (entry !== undefined && entry.untilMs > clock.nowMs() && entry.truncated === payload.truncatedAlerts) return;
    const group: NotificationGroup = {
      notificationKey: key, sourceId: origin.sourceId, envelope: payload.envelope, truncatedAlerts: payload.truncatedAlerts,
    };
    await writeNotificationGroups(db, origin.orgId, clock.now(), [{ ...group, envelope: storableText(group.envelope) }]);
    if (envelopes.size >= MAX_KNOWN_ENVELOPES) envelopes.clear();
    envelopes.set(cacheKey, { untilMs: clock.nowMs() + ENVELOPE_FRESH_MS, truncated: payload.truncatedAlerts });
  }

  async function noteTruncation(origin: PayloadOrigin, payload: ParsedPayload): Promise<void> {
    const at = clock.now();
    const begins = await recordTruncation(db, origin.orgId, origin.sourceId, payload.truncatedAlerts, at);
    if (!begins) return;
    logger.warn({ orgId: origin.orgId, source: origin.sourceId, alerts: payload.truncatedAlerts }, 'the sender left alerts out of its payload');
    await db.transaction((tx) => appendEvents(tx, origin.orgId, at, [{
      type: 'source.truncated', incident: null, actor: origin.actor, data: { source: origin.sourceId, alerts: payload.truncatedAlerts },
    }]));
  }

  async function noteTest(origin: PayloadOrigin, alert: DeliveredAlert): Promise<void> {
    await db.transaction((tx) => appendEvents(tx, origin.orgId, clock.now(), [{
      type: 'source.test_received', incident: null, actor: origin.actor,
      data: { source: origin.sourceId, fingerprint: alert.fingerprint, labels: alert.labels },
    }]));
  }

  function keep(origin: PayloadOrigin, raw: Uint8Array, contentType: string | null, error: string, field: string | null): Promise<string> {
    return saveDeadLetter(db, origin.orgId, { sourceId: origin.sourceId, receivedAt: clock.now(), error, field, contentType, payload: raw });
  }

  /** Each unreadable alert becomes a payload of its own, so that it can be replayed by itself. */
  async function keepFaults(origin: PayloadOrigin, payload: ParsedPayload, contentType: string | null): Promise<void> {
    for (const { fault, alert } of payload.faults) {
      const body = JSON.stringify({ ...payload.envelope, alerts: [alert] });
      await keep(origin, Buffer.from(body), contentType, `${fault.field} ${fault.message}`, fault.field);
    }
  }

  /** Stores what may be new, and gives what was. */
  async function store(origin: PayloadOrigin, payload: ParsedPayload, fresh: readonly KeyedAlert[]): Promise<{ changed: number; repeated: number }> {
    if (fresh.length === 0) return { changed: 0, repeated: 0 };
    const mapping = await deps.mappings.mappingFor(origin.orgId, origin.sourceId);
    const derivation = deps.derivations === undefined ? null : await deps.derivations.derivationFor(origin.orgId);
    const notificationKey = notificationKeyOf(origin.sourceId, payload);
    if (notificationKey !== null) await keepEnvelope(origin, payload, notificationKey);
    const prepared = fresh.map((keyed) => prepare(origin, keyed, mapping, derivation, notificationKey));
    if (derivation !== null) await writeDerived(db, origin.orgId, prepared.flatMap(({ write, derived }) => (derived === null ? [] : [{ write, derived }])));
    return commitPrepared(origin, fresh.map(knownDelivery), prepared);
  }

  /** Commits them and notes what is stored now. Holds of the alerts only what it needs after the commit. */
  async function commitPrepared(origin: PayloadOrigin, deliveries: readonly KnownDelivery[], prepared: readonly PreparedAlert[]): Promise<{ changed: number; repeated: number }> {
    let writes = prepared.map((item) => item.write);
    const stored = await commit.submit(origin.orgId, writes).catch((error: unknown) => {
      // A character that PostgreSQL cannot hold. The alert matters more than the character.
      if (!isDataError(error)) throw error;
      logger.warn({ err: error, orgId: origin.orgId, source: origin.sourceId }, 'text that the database cannot hold was replaced');
      writes = writes.map(withStorableText);
      return commit.submit(origin.orgId, writes);
    });
    const repeated = countStored(origin, deliveries, prepared, writes.map((write) => stored.has(write)), clock.nowMs());
    return { changed: writes.length - repeated, repeated };
  }

  async function refuse(origin: PayloadOrigin, { field, message }: FieldFault, raw: Uint8Array, contentType: string | null): Promise<IntakeResult> {
    const deadLetter = await keep(origin, raw, contentType, `${field} ${message}`, field);
    return { changed: 0, repeated: 0, kept: 1, tests: 0, refusal: { field, message, deadLetter } };
  }

  /** Stores what may be new, with times that can be true. What is doubted is stored one delivery after the other, so that each finds the episode that the one before has opened. */
  async function storeWithTimes(origin: PayloadOrigin, payload: ParsedPayload, alerts: readonly KeyedAlert[], nowMs: number): Promise<{ changed: number; repeated: number }> {
    const doubted = alerts.filter(({ alert }) => !hasTrueTimes(alert, nowMs));
    if (doubted.length === 0) return store(origin, payload, alerts);
    const sure = alerts.filter(({ alert }) => hasTrueTimes(alert, nowMs));
    const turn = doubtedTurn.then(async () => {
      const settled = await settleTimes(db, origin.orgId, doubted, nowMs);
      const { changed, repeated } = await store(origin, payload, [...sure, ...settled]);
      return { changed, repeated: repeated + doubted.length - settled.length };
    });
    doubtedTurn = turn.catch(() => undefined);
    return turn;
  }

  async function acceptPayload(origin: PayloadOrigin, payload: ParsedPayload, contentType: string | null): Promise<IntakeResult> {
    const nowMs = clock.nowMs();
    const fresh: KeyedAlert[] = [];
    let repeated = 0;
    let tests = 0;
    for (const alert of payload.alerts) {
      if (isTestAlert(alert.labels, payload.groupKey)) {
        await noteTest(origin, alert);
        tests += 1;
        continue;
      }
      const keyed = withKey(origin, alert);
      if (known.isRepeat(origin.orgId, knownDelivery(keyed), nowMs)) repeated += 1;
      else fresh.push(keyed);
    }
    const stored = await storeWithTimes(origin, payload, fresh, nowMs);
    // After the good ones: when those cannot be stored the sender comes again, and what is bad would be kept twice.
    if (payload.faults.length > 0) await keepFaults(origin, payload, contentType);
    const sourceKey = `${origin.orgId} ${origin.sourceId}`;
    if (payload.truncatedAlerts > 0) {
      complete.delete(sourceKey);
      await noteTruncation(origin, payload);
    } else {
      complete.set(sourceKey, { orgId: origin.orgId, sourceId: origin.sourceId, at: new Date(nowMs) });
    }
    const changed = stored.changed;
    repeated += stored.repeated;
    deps.onStored?.(origin.orgId, changed, repeated);
    return { changed, repeated, kept: payload.faults.length, tests, refusal: null };
  }

  async function flushOnce(): Promise<void> {
    const seen = [...receptions.values()];
    receptions = new Map();
    await touchReceived(db, seen);
    const wholeAgain = [...complete.values()];
    complete = new Map();
    for (const source of wholeAgain) await recordTruncation(db, source.orgId, source.sourceId, 0, source.at);
    const values = [...unmapped.values()];
    unmapped = new Map();
    await countUnmapped(db, values);
    const faults: unknown[] = [];
    for (const [orgId, counts] of known.takeRepeats()) {
      await addRepeats(db, orgId, counts).then(() => forgetOverwritten(orgId, counts), (error: unknown) => {
        for (const count of counts) known.giveBack(orgId, count);
        throw error;
      }).catch((error: unknown) => void faults.push(error));
    }
    // The counts of the other organisations are written all the same.
    if (faults.length > 0) throw faults[0];
  }

  return {
    accept(origin, body, raw, contentType) {
      noteReception(origin, clock.nowMs());
      const parsed = parsePayload(body, origin.sourceId);
      return parsed.ok ? acceptPayload(origin, parsed.payload, contentType) : refuse(origin, parsed.fault, raw, contentType);
    },
    async replay(origin, body) {
      const parsed = parsePayload(body, origin.sourceId);
      const fault = parsed.ok ? parsed.payload.faults[0]?.fault : parsed.fault;
      if (!parsed.ok || fault !== undefined) {
        return { changed: 0, repeated: 0, error: `${fault?.field ?? 'body'} ${fault?.message ?? 'is not readable'}`, field: fault?.field ?? null };
      }
      const alerts = parsed.payload.alerts.filter((alert) => !isTestAlert(alert.labels, parsed.payload.groupKey));
      const stored = await storeWithTimes(origin, parsed.payload, alerts.map((alert) => withKey(origin, alert)), clock.nowMs());
      return { ...stored, error: null, field: null };
    },
    noteReception: (origin) => noteReception(origin, clock.nowMs()),
    keepUnreadable: (origin, raw, contentType, error) => keep(origin, raw, contentType, error, null),
    isFull: () => commit.isFull(),
    queuedAlerts: () => commit.queuedAlerts(),
    knownAlerts: () => known.size(),
    flushCounts() {
      // One after the other: what was taken out to be written is not looked for meanwhile.
      const mine = flushing.then(flushOnce);
      flushing = mine.catch(() => undefined);
      return mine;
    },
    drain: () => commit.drain(),
  };

  /**
   * Another replica may have stored something else of an alert since this one took its old content for a repeat. A few
   * are looked at each time, in turn, so that it costs the same however many alerts there are.
   */
  async function forgetOverwritten(orgId: OrgId, counts: readonly RepeatCount[]): Promise<void> {
    const cached = counts.filter((count) => count.contentHash !== null);
    const from = cached.length <= CHECKED_REPEATS ? 0 : Math.floor(clock.nowMs() / 1000) % cached.length;
    for (const count of await findOverwritten(db, orgId, cached.slice(from, from + CHECKED_REPEATS))) known.forget(orgId, count);
  }

  /** Remembers what is stored now, and counts what the database found to be repeats. Gives how many. */
  function countStored(
    origin: PayloadOrigin,
    deliveries: readonly KnownDelivery[],
    prepared: readonly PreparedAlert[],
    isNews: readonly boolean[],
    nowMs: number,
  ): number {
    let repeats = 0;
    deliveries.forEach((delivery, index) => {
      const item = prepared[index];
      if (item === undefined) return;
      known.remember(origin.orgId, delivery, nowMs);
      if (isNews[index] === true) {
        noteUnmapped(origin.orgId, item.unmapped);
      } else {
        known.countRepeat(origin.orgId, item.write.alertKey, item.write.startsAtMs, nowMs);
        repeats += 1;
      }
    });
    return repeats;
  }
}
