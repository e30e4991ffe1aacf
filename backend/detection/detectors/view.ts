/** Detectors and findings as others see them. */
import { alertId, DETECTOR_SOURCE, type Detector, type DetectorCalendar, type DetectorFinding, type DetectorHealth, type DetectorReport } from '#contract';
import { alertKeyOf } from '../../ingest/index.ts';
import { zoneClock } from '../../platform/calendar/zoneClock.ts';
import { precisionOf, readinessOf, type Precision } from '../figures.ts';
import { fingerprintOf } from './alertText.ts';
import type { StoredDetector } from './detectorStore.ts';
import type { HolidayCalendar } from './holidays/holidayStore.ts';
import type { FindingCounts, StoredFinding } from './findingStore.ts';

const SILENT_STEPS = 5;
/** A value is final one step after its time at most, and is looked at soon after that. */
const LATE_STEPS = 5;
const LEAST_LATE_MS = 10 * 60_000;
const LEAST_SILENT_MS = 10 * 60_000;
/** Lines of trouble may well stay away. */
const LEAST_SILENT_LOG_MS = 86_400_000;
const WEEK_MS = 7 * 86_400_000;

/** `known` is undefined where it was never tried: no detector has needed it yet. */
function calendarOf({ holidayCalendar, timeZone }: StoredDetector['definition'], known: HolidayCalendar | undefined, nowMs: number): DetectorCalendar | null {
  if (holidayCalendar === null) return null;
  const days = known?.days ?? [];
  const today = new Date(zoneClock(timeZone).reading(nowMs)).toISOString().slice(0, 10);
  return {
    readAt: known?.readAt?.toISOString() ?? null, days: days.length, next: days.find((day) => day >= today) ?? null, failedSince: known?.failedSince?.toISOString() ?? null, failure: known?.failure ?? null,
  };
}

function healthOf({ state, stateSince, error, errorSince, dataAt, evaluatedTo, definition }: StoredDetector, nowMs: number): Omit<DetectorHealth, 'calendar'> {
  if (error !== null) return { status: 'failing', error, since: errorSince?.toISOString() ?? null };
  if (state === 'train') return { status: 'training', error: null, since: stateSince.toISOString() };
  const lateMs = Math.max(LEAST_LATE_MS, LATE_STEPS * definition.stepSeconds * 1_000);
  if (nowMs - evaluatedTo.getTime() > lateMs) return { status: 'late', error: null, since: evaluatedTo.toISOString() };
  const silentMs = Math.max(definition.query.kind === 'loki' ? LEAST_SILENT_LOG_MS : LEAST_SILENT_MS, SILENT_STEPS * definition.stepSeconds * 1_000);
  if (dataAt === null || evaluatedTo.getTime() - dataAt.getTime() > silentMs) return { status: 'silent', error: null, since: dataAt?.toISOString() ?? null };
  return { status: 'ok', error: null, since: null };
}

function precisionFrom(counts: FindingCounts | undefined): Precision {
  const { findings = 0, right = 0, wrong = 0 } = counts ?? {};
  return precisionOf({ right, wrong, unjudged: findings - right - wrong });
}

function trainedOf({ state, trainedFrom, evaluatedTo }: StoredDetector, nowMs: number): number | null {
  if (state !== 'train') return null;
  const share = (evaluatedTo.getTime() - trainedFrom.getTime()) / Math.max(1, nowMs - trainedFrom.getTime());
  return Math.min(1, Math.max(0, share));
}

/** A detector with what came of it. */
export function toDetector(stored: StoredDetector, counts: FindingCounts | undefined, stateBytes: number, calendar: HolidayCalendar | undefined, nowMs: number): Detector {
  return {
    ...stored.definition, id: stored.id, state: stored.state, stateSince: stored.stateSince.toISOString(), selfShadow: stored.selfShadowReason === null ? null : { at: stored.stateSince.toISOString(), reason: stored.selfShadowReason }, trained: trainedOf(stored, nowMs), health: { ...healthOf(stored, nowMs), calendar: calendarOf(stored.definition, calendar, nowMs) }, series: stored.series,
    evaluatedTo: stored.evaluatedTo.toISOString(), cut: { steps: stored.cutSteps, lastAt: stored.cutAt?.toISOString() ?? null }, cost: { queryMs: stored.queryMs, computeMs: stored.computeMs, stateBytes },
    findings: counts?.findings ?? 0, openFindings: counts?.open ?? 0, lastFoundAt: counts?.lastAt?.toISOString() ?? null, precision: precisionFrom(counts),
    createdAt: stored.createdAt.toISOString(), createdBy: stored.createdBy, provisionedAs: stored.provisionedAs, version: stored.version,
  };
}

/** A finding, with the alert that it became. */
export function toFinding(stored: StoredFinding): DetectorFinding {
  const { id, detector, name, mode, labels, startsAt, endsAt, value, expected, score, views, pattern, verdict, judgedBy, judgedAt } = stored;
  const isAlert = mode === 'active';
  return {
    id, detector, name, mode, labels, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null, value, expected, score, views, pattern, verdict, judgedBy, judgedAt: judgedAt?.toISOString() ?? null,
    alert: isAlert ? alertId.parse(`${alertKeyOf(DETECTOR_SOURCE, fingerprintOf(detector, stored.seriesKey))}-${startsAt.getTime()}`) : null,
  };
}

/** How it has done since `since`. */
export function toReport(stored: StoredDetector, since: Date, counts: FindingCounts | undefined, nowMs: number): DetectorReport {
  const learns = stored.state === 'train';
  const weeks = learns ? 0 : Math.max(0, nowMs - since.getTime()) / WEEK_MS;
  const precision = precisionFrom(counts);
  const { alarmsAWeek } = stored.definition;
  const findings = counts?.findings ?? 0;
  return {
    detector: stored.id, state: stored.state, since: since.toISOString(), weeks, findings, alarmsAWeek, precision,
    ...(learns ? { ready: false, reasons: ['It still learns from the past.'], findingsAWeek: null, wrongAWeek: null } : readinessOf({ weeks, findings, alarmsAWeek, precision })),
  };
}
