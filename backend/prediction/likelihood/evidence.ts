/** What speaks for and against trouble of a service, as numbers that mean the same in every installation. */
import type { Reach } from './reach.ts';
import type { Stir, Stirs } from './stirs.ts';

/** Each about 0 to 3. */
export interface Evidence {
  /** The most telling weak alert: how much rarer its rule is than the average one, natural logarithm. */
  readonly rarest: number;
  /** Further complaints, of other rules or from other clusters: half their rarity above a common rule's. */
  readonly further: number;
  /** Share of the clusters in which it runs that stir. */
  readonly spread: number;
  /** The service as a whole complains, not one instance of it alone. */
  readonly whole: number;
  /** The rule fires at services that have nothing to do with this one. */
  readonly elsewhere: number;
  /** Neighbours stir with rare rules as well. */
  readonly neighbours: number;
  /** Nothing hangs on it. */
  readonly leaf: number;
  /** It stirs often. */
  readonly restless: number;
  /** Somebody changed it within the last hour. */
  readonly changed: number;
  /** What came after such alerts before, see lessons.ts. */
  readonly lessons: number;
}

export const EVIDENCE_NAMES = ['rarest', 'further', 'spread', 'whole', 'elsewhere', 'neighbours', 'leaf', 'restless', 'changed', 'lessons'] as const;
export type EvidenceName = (typeof EVIDENCE_NAMES)[number];

export interface Surroundings {
  readonly stirs: Stirs;
  readonly reach: Reach;
  readonly isChanged: (service: string, atMs: number) => boolean;
  readonly lesson: (rules: readonly string[], service: string) => number;
}

/** Rarer than this no rule counts as, however many alerts there were. */
const MOST_RARE = 2.5;
/** A rule as frequent as this tells nothing. */
const COMMON = -1;
/** From this rarity on a neighbour's alert is a stir. */
const NEIGHBOUR_RARITY = 0.5;
/** Rarity from which an alert's cluster counts as stirring. */
const SPREAD_RARITY = -0.5;
/** Where nobody says where a service runs: one stirring cluster is not all of it. */
const UNKNOWN_CLUSTERS = 2;
const MOST_FURTHER = 3;
const MOST_RESTLESS = 3;

export interface Gathered {
  readonly evidence: Evidence;
  /** Rules that complain, the most telling first. */
  readonly rules: readonly string[];
  readonly clusters: number;
}

/** Puts together what is known of a service at a time. Needs a weak complaint within the window; null without. */
export function gatherEvidence(service: string, atMs: number, around: Surroundings): Gathered | null {
  const { stirs, reach } = around;
  // One complaint is one rule in one cluster: the first sign of it counts, later ones of the same say nothing new.
  const complaints = new Map<string, { stir: Stir; elsewhere: number; weight: number }>();
  for (const stir of stirs.of(service, atMs)) {
    const elsewhere = Math.log1p(stirs.elsewhere(stir.rule, service, atMs, (other) => reach.isNear(service, other)));
    const weight = Math.min(MOST_RARE, stir.rarity) - elsewhere;
    const key = JSON.stringify([stir.rule, stir.cluster]);
    const known = complaints.get(key);
    if (known === undefined || known.weight < weight) complaints.set(key, { stir, elsewhere, weight });
  }
  const ranked = [...complaints.values()].sort((a, b) => b.weight - a.weight);
  const first = ranked[0];
  if (first === undefined) return null;
  const telling = ranked.filter(({ weight }) => weight > COMMON);
  const stirring = new Set(ranked.filter(({ stir }) => stir.rarity > SPREAD_RARITY).map(({ stir }) => stir.cluster)).size;
  let neighbours = 0;
  for (const other of reach.neighbours(service)) if (stirs.of(other, atMs).some(({ rarity }) => rarity > NEIGHBOUR_RARITY)) neighbours += 1;
  const rules = [...new Set(ranked.map(({ stir }) => stir.rule))];
  return {
    rules, clusters: stirring,
    evidence: {
      rarest: Math.min(MOST_RARE, first.stir.rarity),
      further: Math.min(MOST_FURTHER, telling.slice(1).reduce((sum, { weight }) => sum + (weight - COMMON) / 2, 0)),
      spread: Math.min(1, stirring / (reach.clusters(service) || UNKNOWN_CLUSTERS)),
      whole: telling.some(({ stir }) => !stir.isOfPart) ? 1 : 0,
      elsewhere: first.elsewhere,
      neighbours: Math.log1p(neighbours),
      leaf: reach.isLeaf(service) ? 1 : 0,
      restless: Math.min(MOST_RESTLESS, Math.log1p(Math.max(0, stirs.restless(service, atMs) - 1))),
      changed: around.isChanged(service, atMs) ? 1 : 0,
      lessons: around.lesson(rules, service),
    },
  };
}
