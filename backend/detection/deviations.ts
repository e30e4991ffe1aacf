/**
 * Two views of the residual against the profile: of each point by itself, and of what lasts. Where the level wanders, or the profile
 * does not know the hours of the week yet, residuals next to each other are off alike, and a spike is small beside them; so a point is
 * measured from the profile, or from the profile and what lasted until then: whichever has erred less in this series.
 */
import { createTail, type Tail } from './tail.ts';
import type { Tuning } from './tuning.ts';

const FREE = 100;
/** One residual counts in the usual size as no more than so many times that size. */
const MOST = 4;
/** The reading of the first difference where nothing ever differed. */
const OUT_OF_THE_BLUE = 10;

/** Usual size of a residual at `at`, how many were seen at `at + 1`: gives the size of this one in usual sizes, and takes it in. */
function relativeSize(state: Float64Array, at: number, size: number, negligible: number, memoryPoints: number, free: number): number {
  const usual = state[at] ?? 0;
  const seen = (state[at + 1] ?? 0) + 1;
  state[at + 1] = seen;
  const limited = seen > free && usual > negligible ? Math.min(size, MOST * usual) : size;
  state[at] = usual + Math.max(1 / memoryPoints, 1 / seen) * (limited - usual);
  if (seen <= free || size <= negligible) return 0;
  return usual > negligible ? size / usual : OUT_OF_THE_BLUE;
}

export interface Deviations {
  /** Takes in the residual of the `seen`-th value, which is none up to `negligible`, from a profile that is known for its hour or not; afterwards `point` and `sustained` are its surprises. */
  add: (residual: number, negligible: number, isKnown: boolean, seen: number) => void;
  point: number;
  sustained: number;
  /** Usual size of a residual. */
  usual: () => number;
  /** The newest residual in usual sizes; 0 where it is not judged. */
  size: number;
  /** Knows nothing any more, and takes residuals for normal ones until it knows better. */
  startAnew: () => void;
}

/** Where in the state they live. */
export type DeviationPlaces = Readonly<Record<'point' | 'pointTail' | 'lately' | 'latelyTail' | 'sustained', number>>;

/** The two views, in the state; `free` residuals are seen before any is judged. */
export function createDeviations(state: Float64Array, at: DeviationPlaces, tuning: Tuning, free = FREE): Deviations {
  const tail: Tail = createTail(state, at.pointTail, tuning);
  const latelyTail: Tail = createTail(state, at.latelyTail, tuning);
  const views: Deviations = {
    point: 0,
    sustained: 0,
    size: 0,
    startAnew: () => {
      for (const place of [at.point, at.lately]) state.fill(0, place, place + 2);
      state.fill(0, at.sustained, at.sustained + 3);
      tail.startAsNormal();
      latelyTail.startAsNormal();
    },
    usual: () => state[at.point] ?? 0,
    add: (residual, negligible, isKnown, seen) => {
      const before = state[at.sustained] ?? 0;
      const lasting = before + tuning.smoothing * (residual - before);
      state[at.sustained] = lasting;
      const isJudged = isKnown || seen > tuning.profilePoints;
      views.size = isJudged ? relativeSize(state, at.point, Math.abs(residual), negligible, tuning.memoryPoints, free) : 0;
      const fromProfile = tail.rate(views.size);
      const fromLately = latelyTail.rate(isJudged ? relativeSize(state, at.lately, Math.abs(residual - before), negligible, tuning.memoryPoints, free) : 0);
      views.point = (state[at.lately] ?? 0) < (state[at.point] ?? 0) ? fromLately : fromProfile;
      // Not brought to rareness, so not without a profile: how far off the whole level is counts as it is.
      views.sustained = isKnown ? tuning.sustainedWeight * relativeSize(state, at.sustained + 1, Math.abs(lasting), negligible, tuning.memoryPoints, free) : 0;
    },
  };
  return views;
}
