/**
 * The constants of the detector: one set for every series. How they were chosen, and what they are worth, stands in
 * docs/aiops.md; each lies on a flat stretch, so none needs a second digit.
 */
export const TUNING = {
  /** So many points a series is watched before anything is called an anomaly. */
  warmUpPoints: 200,
  /** Points after a finding in which nothing new is found: what follows is the same event. */
  restPoints: 120,
  /** And no more than this share of what was seen until the finding: a short series has no day to rest for. */
  restShare: 0.25,
  /** What surprises so many times as much as what was found is new all the same. */
  restBreak: 2,
  /** Surprise (see tail.ts for its unit) at which two views must agree, at the default sensitivity. */
  threshold: 2,
  /** Points that slow means and spreads look back. */
  memoryPoints: 2000,
  /** Share of points that are ordinary to a view; what lies above is weighed against the usual excess above it. */
  ordinaryShare: 0.99,
  /** Weight of a new point in the level that the sustained views watch. */
  smoothing: 0.1,
  /** Days an hour of the day must have been seen before the profile is trusted. */
  profileDays: 2,
  /** From so many points on the plain mean stands in where no profile is known: a day of seconds is too long to wait for. */
  profilePoints: 600,
  /** Weight of the newest visit in an hour of the week, and, halved, in an hour of the day. */
  profileGain: 0.2,
  /** A value that is off by more than so many usual sizes moves the profile as if it were off by that. */
  profileReach: 16,
  /** Surprise for each usual size of a sustained deviation from the profile. */
  sustainedWeight: 0.35,
  /** A season is known when it errs no more than this share of what is expected otherwise, and lost when it errs more than that. */
  seasonKnown: 0.5,
  seasonLost: 0.75,
  /** Share at which a point counts while a season is known: what is left then is mostly noise, and drift sees the same point. */
  seasonPoint: 1 / 3,
  /** Windows remembered, each by shape and by drift. */
  windows: 104,
  shapeLengths: 6,
  shapeRadius: 0.4,
  driftLengths: 5,
  driftRadius: 0.2,
  /** A gap so many times the usual interval starts the short windows anew. */
  gapIntervals: 12,
};

export type Tuning = typeof TUNING;
