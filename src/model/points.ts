/** Scores and weights are shares from 0 to 1 in data, and points of 100 on pages, as the reasons of the declare policy tell them. */

/** A share in points: 0.75 is 75. */
export function toPoints(share: number): number {
  return Math.round(share * 1000) / 10;
}

/** Points as a share: 75 is 0.75. */
export function fromPoints(points: number): number {
  return Math.round(points * 10) / 1000;
}
