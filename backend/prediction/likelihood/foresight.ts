/**
 * Likelihood that a service is heading for a serious incident within 45 minutes, from weak alerts, their rules' habits,
 * changes and experience. Strictly online: what it says at a time depends on nothing that came later. No clock, no
 * randomness; all state can be taken out and put back.
 */
import type { AlertChange } from '../../ingest/index.ts';
import type { ChangeEvent, Topology } from '../../catalog/index.ts';
import { gatherEvidence, type Evidence, type Gathered } from './evidence.ts';
import { createLessons, type LessonsSnapshot } from './lessons.ts';
import { logOdds, PRIOR, probabilityOf, type Prior } from './prior.ts';
import { createReach } from './reach.ts';
import { createRuleHabits, type RuleHabitsSnapshot } from './ruleHabits.ts';
import { createSightingReader, type Sighting } from './sighting.ts';
import { createStirs, type StirsSnapshot } from './stirs.ts';
import { createTurns, type TurnsSnapshot } from './turns.ts';
import { createWarnings, type WarningsSnapshot } from './warnings.ts';
import { reasonsFor, type Reason } from './words.ts';

export interface Likelihood {
  readonly atMs: number;
  readonly service: string;
  /** Of a serious incident of this service within the horizon; of what is warned of, by what warnings were worth until then. */
  readonly probability: number;
  /** The strongest first, those against it too. */
  readonly reasons: readonly Reason[];
  readonly evidence: Evidence;
  /** It is broken already: what comes is no news, and teaches nothing. */
  readonly isBroken: boolean;
  /** Log odds by the evidence alone, which decide whether it is warned of. */
  readonly odds: number;
  /** Likely enough to warn of. */
  readonly isLikely: boolean;
  /** Likely enough to warn of, and not warned of within the horizon. */
  readonly isWarning: boolean;
}

export interface ForesightSnapshot {
  readonly habits: RuleHabitsSnapshot;
  readonly stirs: StirsSnapshot;
  readonly turns: TurnsSnapshot;
  readonly lessons: LessonsSnapshot;
  readonly changes: readonly (readonly [string, number])[];
  /** Undefined in what an earlier version kept. */
  readonly warnings: WarningsSnapshot | undefined;
  readonly sweptMs: number;
}

export interface Foresight {
  /** Takes a line of the alert log; in the order of the log. Gives the likelihood where the alert is a weak sign. */
  alert(change: AlertChange): Likelihood | null;
  change(event: ChangeEvent): void;
  /** Somebody, or diagnosis, says that this service was the cause of an incident that began then. */
  incident(service: string, beganMs: number): void;
  /** Somebody says whether the warning came true that was given of a service about then. */
  outcome(service: string, warnedMs: number, came: boolean): void;
  snapshot(): ForesightSnapshot;
}

export interface ForesightOptions {
  readonly topology: Topology;
  readonly prior?: Prior;
  readonly from?: ForesightSnapshot;
}

/** From this rank of severity on (sev4) an alert is a weak sign; up to this one (sev2) it is grave. */
const WEAK = 4;
const GRAVE = 2;
const CHANGED_MS = 60 * 60_000;
const SWEEP_MS = 10 * 60_000;

/** Makes the predictor of one organisation. */
export function createForesight({ topology, prior = PRIOR, from }: ForesightOptions): Foresight {
  const reader = createSightingReader(topology);
  const reach = createReach(topology);
  const habits = createRuleHabits(from?.habits);
  const stirs = createStirs(from?.stirs);
  const turns = createTurns(reach, from?.turns);
  const lessons = createLessons(from?.lessons);
  const changes = new Map<string, number>(from?.changes ?? []);
  const warnings = createWarnings(from?.warnings);
  let sweptMs = from?.sweptMs ?? 0;

  function isChanged(service: string, atMs: number): boolean {
    const changedMs = changes.get(service);
    return changedMs !== undefined && changedMs <= atMs && atMs - changedMs <= CHANGED_MS;
  }

  function sweep(atMs: number): void {
    if (atMs - sweptMs < SWEEP_MS) return;
    sweptMs = atMs;
    stirs.forget(atMs);
    turns.forget(atMs);
    for (const [service, at] of changes) if (atMs - at > CHANGED_MS) changes.delete(service);
  }

  /** Where the sender does not say how grave it is, the rule's other alerts tell. */
  function severityOf(sighting: Sighting): number {
    if (!sighting.isSeveritySaid) return habits.usualSeverity(sighting.rule) ?? sighting.severity;
    habits.noteSeverity(sighting.rule, sighting.severity);
    return sighting.severity;
  }

  function judge(service: string, atMs: number, gathered: Gathered): Likelihood {
    const odds = logOdds(gathered.evidence, prior) + lessons.correction();
    const isBroken = turns.isBroken(service, atMs);
    if (!isBroken) lessons.ask({ service, atMs, probability: probabilityOf(odds), rules: gathered.rules });
    const isLikely = probabilityOf(odds) >= prior.threshold;
    const isOpen = warnings.isOpen(service, atMs);
    const isWarning = !isBroken && isLikely && !isOpen;
    const said = isLikely || isOpen ? warnings.saidOf(service, atMs, odds) : odds;
    if (isWarning) warnings.warn(service, atMs, odds);
    return { atMs, service, probability: probabilityOf(said), reasons: reasonsFor(gathered, prior), evidence: gathered.evidence, odds, isBroken, isLikely, isWarning };
  }

  return {
    alert(change) {
      const atMs = change.recordedAt.getTime();
      lessons.close(atMs);
      sweep(atMs);
      const sighting = reader.read(change);
      if (sighting === null) return null;
      const severity = severityOf(sighting);
      if (severity <= GRAVE && turns.note(sighting)) lessons.turned(sighting.service, atMs);
      if (severity < WEAK) return null;
      stirs.note(sighting, habits.rarity(sighting.rule, atMs));
      habits.note(sighting.rule, atMs);
      const gathered = gatherEvidence(sighting.service, atMs, { stirs, reach, isChanged, lesson: (rules, service) => lessons.lesson(rules, service) });
      return gathered === null ? null : judge(sighting.service, atMs, gathered);
    },
    change(event) {
      if (event.service !== null) changes.set(event.service, Math.max(event.at.getTime(), changes.get(event.service) ?? 0));
    },
    incident(service, beganMs) {
      if (turns.tell(service, beganMs)) lessons.turned(service, beganMs);
    },
    outcome: (service, warnedMs, came) => warnings.told(service, warnedMs, came),
    snapshot: () => ({
      habits: habits.snapshot(), stirs: stirs.snapshot(), turns: turns.snapshot(), lessons: lessons.snapshot(), changes: [...changes], warnings: warnings.snapshot(), sweptMs,
    }),
  };
}
