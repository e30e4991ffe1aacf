/** How noisy an alert rule was, from what became of its alerts. Pure. */

export interface RuleFigures {
  readonly alerts: number;
  /** Of the alerts, how many have ended, and how many of those by themselves in under five minutes. */
  readonly ended: number;
  readonly autoResolved: number;
  /** Alerts in incidents, and those of them whose incident nobody acted on. */
  readonly inIncidents: number;
  readonly noAction: number;
  readonly flaps: number;
  readonly heldBack: number;
}

const WEIGHTS = { autoResolved: 0.4, noAction: 0.35, flaps: 0.15, heldBack: 0.1 } as const;
/** So many alerts make half of what the shares say: one alert alone proves little. */
const HALF_PROVEN = 3;

/** A share, or null where there is nothing to divide by. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1000) / 1000;
}

/** 0 (every alert mattered) to 100 (pure noise). What is not known yet does not count for or against. */
export function noiseScoreOf(figures: RuleFigures): number {
  const shares: readonly (readonly [number, number | null])[] = [
    [WEIGHTS.autoResolved, shareOf(figures.autoResolved, figures.ended)],
    [WEIGHTS.noAction, shareOf(figures.noAction, figures.inIncidents)],
    [WEIGHTS.flaps, shareOf(figures.flaps, figures.alerts)],
    [WEIGHTS.heldBack, shareOf(figures.heldBack, figures.alerts)],
  ];
  let weight = 0;
  let sum = 0;
  for (const [part, share] of shares) {
    if (share === null) continue;
    weight += part;
    sum += part * Math.min(1, share);
  }
  if (weight === 0) return 0;
  return Math.round((100 * sum / weight) * (figures.alerts / (figures.alerts + HALF_PROVEN)));
}
