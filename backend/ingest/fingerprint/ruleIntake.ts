/**
 * The intake for sources with a fingerprint rule: alerts that agree in the chosen labels are one, which
 * fires as long as any of them does. Deliveries of such a source go one after the other, because what
 * one means depends on the one before; sources without a rule pass untouched.
 */
import { sourceId, type Actor, type OrgId } from '#contract';
import type { Clock, Timer } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { isTestAlert } from '../../sources/index.ts';
import { alertKeyOf, alertKeyToBigint } from '../identity.ts';
import type { Intake, IntakeResult, PayloadOrigin } from '../intake.ts';
import { openEpisodesOf, openStarts } from '../openEpisodes.ts';
import { parsePayload, type DeliveredAlert } from '../parse.ts';
import { isIncomingAlert, isIncomingEnvelope, type IncomingAlert, type IncomingEnvelope } from '../payload.ts';
import { fingerprintBy, foldMembers } from './fold.ts';
import { latestEpisodes, lockMembers, noteMembers, takeStaleMembers } from './memberStore.ts';

const SWEEP_MS = 10_000;
const KEPT_ENDS_MS = 86_400_000;
const LATEST = new Date(Date.UTC(9999, 0, 1));
const ACTOR: Actor = { kind: 'system', key: 'fingerprint', name: 'Fingerprint rule' };

export interface RuleIntake extends Intake {
  /** Ends alerts that a rule made which holds no more; what still fires comes again under its new fingerprint. */
  sweep(orgId: OrgId): Promise<void>;
  start(): void;
  close(): Promise<void>;
}

export interface RuleIntakeDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intake: Intake;
  readonly orgs: readonly OrgId[];
}

interface Member {
  readonly raw: IncomingAlert;
  readonly delivered: DeliveredAlert;
  readonly fingerprint: string;
  readonly alertKey: string;
}

/** Puts the rule before an intake. */
export function createRuleIntake({ db, clock, logger, intake, orgs }: RuleIntakeDeps): RuleIntake {
  let timer: Timer | null = null;
  /** Everything under a rule, one after the other in this process: a delivery that waits for the lock holds a connection. */
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  }

  function keyOf(origin: PayloadOrigin, fingerprint: string): string {
    return alertKeyToBigint(alertKeyOf(origin.sourceId, fingerprint));
  }

  /** Splits a body into what the rule concerns and what goes on as it came. */
  function sort(origin: PayloadOrigin, names: readonly string[], body: IncomingEnvelope): { members: Member[]; untouched: unknown[] } {
    const members: Member[] = [];
    const untouched: unknown[] = [];
    for (const raw of body.alerts) {
      const parsed = isIncomingAlert(raw) ? parsePayload({ alerts: [raw] }, origin.sourceId) : null;
      const delivered = parsed?.ok === true ? parsed.payload.alerts[0] : undefined;
      if (delivered === undefined || !isIncomingAlert(raw) || isTestAlert(delivered.labels, body.groupKey ?? '')) {
        untouched.push(raw);
        continue;
      }
      const fingerprint = fingerprintBy(names, delivered.labels);
      members.push({ raw, delivered, fingerprint, alertKey: keyOf(origin, fingerprint) });
    }
    return { members, untouched };
  }

  async function fold<T>(origin: PayloadOrigin, names: readonly string[], body: IncomingEnvelope, pass: (body: unknown) => Promise<T>): Promise<T> {
    // Tried again after a deadlock it may pass the same body twice; the intake then finds repeats.
    return db.transaction(async (tx) => {
      await lockMembers(tx, origin.orgId, origin.sourceId);
      const { members, untouched } = sort(origin, names, body);
      // Episodes that began before the rule end as they began.
      const own = await openStarts(tx, origin.orgId, members.map(({ delivered }) => keyOf(origin, delivered.fingerprint)), LATEST);
      const isOlder = ({ delivered }: Member): boolean => own.get(keyOf(origin, delivered.fingerprint)) === delivered.startsAtMs;
      const older = members.filter(isOlder).map((member) => member.raw);
      const newer = members.filter((member) => !isOlder(member));
      const spans = await noteMembers(tx, origin.orgId, origin.sourceId, JSON.stringify(names), newer.map(({ alertKey, delivered }) => ({
        alertKey, member: delivered.fingerprint, startsAtMs: delivered.startsAtMs, endsAtMs: delivered.endsAtMs,
      })));
      const latest = await latestEpisodes(tx, origin.orgId, [...spans.keys()]);
      const folded: object[] = [];
      for (const [alertKey, ofAlert] of spans) {
        const told = newer.filter((member) => member.alertKey === alertKey);
        const span = foldMembers({ members: ofAlert, latest: latest.get(alertKey) ?? null });
        const speaker = told.findLast((member) => member.delivered.status === 'firing') ?? told.at(-1);
        // Some end and others go on: there is nothing to tell.
        if (span === null || speaker === undefined || (span.endsAtMs === null && speaker.delivered.status === 'resolved' && latest.has(alertKey))) continue;
        folded.push({
          ...speaker.raw, fingerprint: speaker.fingerprint, status: span.endsAtMs === null ? 'firing' : 'resolved',
          startsAt: new Date(span.startsAtMs).toISOString(), endsAt: span.endsAtMs === null ? null : new Date(span.endsAtMs).toISOString(),
        });
      }
      return pass({ ...body, alerts: [...untouched, ...older, ...folded] });
    });
  }

  function rule(origin: PayloadOrigin): readonly string[] | null {
    return origin.purpose === 'test' ? null : (origin.rules?.fingerprintLabels ?? null);
  }

  async function sweep(orgId: OrgId): Promise<void> {
    const now = clock.now();
    await db.transaction(async (tx) => {
      const stale = await takeStaleMembers(tx, orgId, new Date(now.getTime() - KEPT_ENDS_MS));
      for (const source of new Set(stale.map((alert) => alert.sourceId))) {
        const keys = new Set(stale.filter((alert) => alert.sourceId === source).map((alert) => alert.alertKey));
        const alerts = (await openEpisodesOf(tx, orgId, source)).filter((episode) => keys.has(episode.alertKey)).map((episode) => ({
          ...episode.details, status: 'resolved', labels: episode.labels, annotations: episode.annotations, fingerprint: episode.fingerprint,
          startsAt: new Date(episode.startsAtMs).toISOString(), endsAt: now.toISOString(),
        }));
        if (alerts.length === 0) continue;
        logger.info({ orgId, source, alerts: alerts.length }, 'alerts of a fingerprint rule that holds no more are ended');
        await intake.accept({ orgId, sourceId: sourceId.parse(source), tokenId: null, actor: ACTOR }, { alerts }, Buffer.from(JSON.stringify({ alerts })), 'application/json');
      }
    });
  }

  return {
    ...intake,
    accept(origin, body, raw, contentType): Promise<IntakeResult> {
      const names = rule(origin);
      if (names === null || !isIncomingEnvelope(body)) return intake.accept(origin, body, raw, contentType);
      return inTurn(() => fold(origin, names, body, (folded) => intake.accept(origin, folded, raw, contentType)));
    },
    replay(origin, body) {
      const names = rule(origin);
      if (names === null || !isIncomingEnvelope(body)) return intake.replay(origin, body);
      return inTurn(() => fold(origin, names, body, (folded) => intake.replay(origin, folded)));
    },
    sweep,
    start() {
      timer = clock.every(SWEEP_MS, () => {
        for (const orgId of orgs) {
          inTurn(() => sweep(orgId)).catch((error: unknown) => logger.warn({ err: error, orgId }, 'alerts of former fingerprint rules could not be ended; tried again soon'));
        }
      });
    },
    async close() {
      timer?.stop();
      await last;
    },
  };
}
