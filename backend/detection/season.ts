/**
 * A season that the series shows by itself, of whatever length: found in its past, tried, and spoken of only when it has proved
 * itself. It is known when its profile by phase has erred half as much, over a whole cycle that was not seen before, as both the plain
 * level and what else is expected (the profile of the hour); and lost when it no longer errs clearly less.
 */
import { createDeviations, type DeviationPlaces, type Deviations } from './deviations.ts';
import { createHistory } from './history.ts';
import { createPhaseProfile, type PhaseProfile } from './phaseProfile.ts';
import type { Tuning } from './tuning.ts';

/** Numbers a season keeps in its part of the state, beside its history, profile and deviations. */
export const SEASON_SIZE = 7;
const SEEN = 0;
/** 1 when it is known. */
const KNOWN = 1;
/** A level that remembers as long as the profile: what a season is worth shows beside it. */
const LEVEL = 2;
/** Mean errors of the profile, of that level, and of what else is expected. */
const ERROR = 3;
const LEVEL_ERROR = 4;
const OTHER_ERROR = 5;
/** The next season is not looked for before so many values. */
const NOT_BEFORE = 6;

/** Points by which a season is tried at least. */
const LEAST_TRIED = 40;
/** After one that was given up, the next one waits until so many times as much has been seen: what seldom helps is not to cost always. */
const PATIENCE = 1.2;
/** Errors look back so many cycles, and so many points at least. */
const CYCLES_BACK = 5;
const LEAST_BACK = 200;
const FREE = 30;
/** One error counts in a mean as no more than so many times that of the level. */
const MOST = 8;
/** Where all but stands still beside what is usual, there is no season. */
const LEAST_LEVEL_ERROR = 0.1;
/** Below that it is the rounding of the profile. */
const NEGLIGIBLE = 1e-6;
const NEGLIGIBLE_SHARE = 1e-5;

export interface Season {
  /** Whether it is known, after the newest value. */
  isKnown: () => boolean;
  /** What is expected so many steps on. Only while it is known, as all that follows. */
  expected: (steps: number) => number;
  /** What a residual of its usual size is, so many steps on. */
  unit: (steps: number) => number;
  /** Takes in the `seen`-th value, what else was expected and the steps since the value before; afterwards the rest is about it. */
  add: (value: number, otherwise: number, steps: number, seen: number) => void;
  residual: number;
  point: number;
  sustained: number;
  /** As of deviations. */
  size: number;
  /** Usual size of a residual. */
  usual: () => number;
  /** After a gap it has to prove itself again. */
  doubt: () => void;
}

/** Where in the state it lives; offsets of bytes for its past and its profile. */
export interface SeasonPlaces {
  readonly at: Readonly<Record<'season' | 'seasonProfile' | 'seasonHistory' | 'seasonPoint' | 'seasonPointTail' | 'seasonLately' | 'seasonLatelyTail' | 'seasonSustained', number>>;
  readonly phaseBytes: number;
  readonly historyBytes: number;
}

/** What is only needed while a season is tried or known. */
interface Trial {
  readonly profile: PhaseProfile;
  readonly deviations: Deviations;
}

/** A season, in the state; of lengths in points that `isElsewhere` names, something else knows more. */
export function createSeason(state: Float64Array, bytes: ArrayBuffer, layout: SeasonPlaces, tuning: Tuning, isElsewhere: (period: number) => boolean): Season {
  const at = layout.at.season;
  const history = createHistory(state, layout.at.seasonHistory, bytes, layout.historyBytes);
  const places: DeviationPlaces = { point: layout.at.seasonPoint, pointTail: layout.at.seasonPointTail, lately: layout.at.seasonLately, latelyTail: layout.at.seasonLatelyTail, sustained: layout.at.seasonSustained };
  // Most series have no season, and there are many: it is made when needed.
  let made: Trial | null = null;
  const trial = (): Trial => (made ??= { profile: createPhaseProfile(state, layout.at.seasonProfile, bytes, layout.phaseBytes), deviations: createDeviations(state, places, tuning, FREE) });
  const isTried = (): boolean => (state[layout.at.seasonProfile] ?? 0) > 0;
  const isKnown = (): boolean => state[at + KNOWN] === 1;
  const usual = (): number => state[at + ERROR] ?? 0;

  const startTrial = (): void => {
    const level = state[at + LEVEL] ?? 0;
    state.fill(0, at, at + SEASON_SIZE);
    state[at + LEVEL] = level;
    trial().deviations.startAnew();
  };
  const giveUp = (): void => {
    trial().profile.drop();
    made = null;
  };
  const lose = (): void => {
    giveUp();
    state[at + KNOWN] = 0;
    history.clear();
  };

  /** Known, still tried, or given up. */
  const decide = (seenInAll: number): void => {
    const own = usual();
    const byLevel = state[at + LEVEL_ERROR] ?? 0;
    const otherwise = state[at + OTHER_ERROR] ?? 0;
    const against = byLevel < LEAST_LEVEL_ERROR * otherwise ? 0 : Math.min(byLevel, otherwise);
    const seen = state[at + SEEN] ?? 0;
    const period = trial().profile.period();
    if (isKnown()) {
      if (own > tuning.seasonLost * against) lose();
    } else if (seen >= Math.max(period, LEAST_TRIED)) {
      if (own < tuning.seasonKnown * against) state[at + KNOWN] = 1;
      else if (seen >= 2 * period + LEAST_TRIED) {
        giveUp();
        state[at + NOT_BEFORE] = PATIENCE * seenInAll;
      }
    }
  };

  const tryOn = (value: number, otherwise: number, steps: number, seenInAll: number): void => {
    const { profile, deviations } = trial();
    const error = value - profile.expected(steps);
    const negligible = NEGLIGIBLE * Math.abs(value) + NEGLIGIBLE_SHARE * (state[at + LEVEL_ERROR] ?? 0);
    season.residual = Math.abs(error) <= negligible ? 0 : error / profile.share(steps, usual());
    deviations.add(season.residual, negligible, isKnown(), seenInAll);
    season.point = tuning.seasonPoint * deviations.point;
    season.sustained = deviations.sustained;
    season.size = deviations.size;

    const seen = (state[at + SEEN] ?? 0) + 1;
    state[at + SEEN] = seen;
    const gain = Math.max(1 / seen, 1 / Math.max(LEAST_BACK, CYCLES_BACK * profile.period()));
    const most = seen > FREE ? MOST * (state[at + LEVEL_ERROR] ?? 0) : Number.POSITIVE_INFINITY;
    const level = state[at + LEVEL] ?? 0;
    const mostLearnt = seen > FREE ? MOST * usual() : Number.POSITIVE_INFINITY;
    const follow = (place: number, size: number): void => void (state[at + place] = (state[at + place] ?? 0) + gain * (Math.min(size, most) - (state[at + place] ?? 0)));
    follow(ERROR, Math.abs(error));
    follow(LEVEL_ERROR, Math.abs(value - level));
    follow(OTHER_ERROR, Math.abs(value - otherwise));
    state[at + LEVEL] = level + profile.gain() * (value - level);
    profile.add(error, steps, mostLearnt);
    decide(seenInAll);
  };

  const season: Season = {
    residual: 0,
    point: 0,
    sustained: 0,
    size: 0,
    isKnown,
    usual,
    expected: (steps) => trial().profile.expected(steps),
    unit: (steps) => trial().profile.share(steps, usual()) * trial().deviations.usual(),
    doubt: () => {
      if (isTried()) startTrial();
    },
    add: (value, otherwise, steps, seen) => {
      if (isTried()) tryOn(value, otherwise, steps, seen);
      if (isKnown() || !history.add(value) || isTried() || seen < (state[at + NOT_BEFORE] ?? 0)) return;
      const period = history.period();
      if (period === 0 || isElsewhere(period)) return;
      const past = history.past();
      trial().profile.start(period, past);
      state[at + LEVEL] = past.values.reduce((sum, one) => sum + one, 0) / past.values.length;
      startTrial();
    },
  };
  return season;
}
