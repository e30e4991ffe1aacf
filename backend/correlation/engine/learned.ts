/**
 * What was learned of pairs, as the engine asks for it: an alert looks whether services that its own service or its rule is
 * known to go with, or not to go with, are in a group. At most a few look-ups an alert, none where nothing was learned.
 */
import type { Group } from './group.ts';
import type { Signal } from './signal.ts';

/** A learned pair. The first is a service or a rule, the other a service. */
export interface LearnedLink {
  readonly kind: 'service' | 'rule';
  readonly name: string;
  readonly service: string;
  /** Log-odds: above zero they belong together, below it they do not. */
  readonly effect: number;
  /** Why, seen from the first and from the other. */
  readonly text: string;
  readonly reverseText: string;
}

export interface Partner {
  readonly service: string;
  readonly effect: number;
  readonly text: string;
}

/** A snapshot. Never changes. */
export interface LearnedPairs {
  readonly size: number;
  ofService(name: string): readonly Partner[];
  ofRule(name: string): readonly Partner[];
}

/** What learned pairs say of an alert and a group, in log-odds. */
export interface LearnedWeight {
  readonly total: number;
  readonly partners: readonly Partner[];
}

/** No pair moves anything by more than this. */
export const MAX_EFFECT = 5;
/** Partners of one service or rule that are remembered, the strongest. */
const MAX_PARTNERS = 16;
/** From this share of a group on a partner counts in full; a stray alert of it hardly does. */
const FULL_SHARE = 0.25;
/** Two groups are more than one alert each: what was learned of their services counts so much. */
const GROUP_FACTOR = 3;
const TOP_NODES = 6;
const NO_PARTNERS: readonly Partner[] = [];
const NO_WEIGHT: LearnedWeight = { total: 0, partners: [] };

function stronger(a: Partner, b: Partner): number {
  return Math.abs(b.effect) - Math.abs(a.effect) || (a.service < b.service ? -1 : 1);
}

/** Makes a snapshot. The order of the links does not matter. */
export function createLearnedPairs(links: readonly LearnedLink[]): LearnedPairs {
  const services = new Map<string, Partner[]>();
  const rules = new Map<string, Partner[]>();
  const add = (map: Map<string, Partner[]>, name: string, partner: Partner): void => {
    const list = map.get(name);
    if (list === undefined) map.set(name, [partner]);
    else list.push(partner);
  };
  for (const { kind, name, service, effect, text, reverseText } of links) {
    const bounded = Math.max(-MAX_EFFECT, Math.min(MAX_EFFECT, effect));
    add(kind === 'rule' ? rules : services, name, { service, effect: bounded, text });
    if (kind === 'service') add(services, service, { service: name, effect: bounded, text: reverseText });
  }
  for (const map of [services, rules]) for (const [name, list] of map) map.set(name, list.sort(stronger).slice(0, MAX_PARTNERS));
  return { size: links.length, ofService: (name) => services.get(name) ?? NO_PARTNERS, ofRule: (name) => rules.get(name) ?? NO_PARTNERS };
}

/** Nothing was learned yet. */
export const NOTHING_LEARNED = createLearnedPairs([]);

function presence(group: Group, service: string, own: number): number {
  const total = group.nodes.total - own;
  return total <= 0 ? 0 : Math.min(1, group.nodes.get(service) / total / FULL_SHARE);
}

/** What speaks most for, and most against; the many that say the same are no independent witnesses. */
function sumUp(said: readonly Partner[]): LearnedWeight {
  let [best, worst]: (Partner | undefined)[] = [];
  for (const partner of said) {
    if (partner.effect > (best?.effect ?? 0)) best = partner;
    if (partner.effect < (worst?.effect ?? 0)) worst = partner;
  }
  const partners = [best, worst].filter((partner) => partner !== undefined);
  return partners.length === 0 ? NO_WEIGHT : { total: partners.reduce((sum, { effect }) => sum + effect, 0), partners };
}

/** What was learned of an alert and a group. `own`: what of the group's count is this very alert. */
export function learnedWeight(learned: LearnedPairs, signal: Signal, group: Group, own: number): LearnedWeight {
  if (learned.size === 0) return NO_WEIGHT;
  const said: Partner[] = [];
  for (const list of [learned.ofService(signal.node), learned.ofRule(signal.rule)]) {
    for (const partner of list) {
      // A rule is no stranger to the service that it fires at.
      if (partner.service === signal.node) continue;
      const share = presence(group, partner.service, own);
      if (share > 0) said.push({ ...partner, effect: partner.effect * share });
    }
  }
  return sumUp(said);
}

/** What was learned of two groups, as log-odds that they are one. */
export function learnedBetween(learned: LearnedPairs, a: Group, b: Group): LearnedWeight {
  if (learned.size === 0) return NO_WEIGHT;
  const said: Partner[] = [];
  for (const node of a.nodes.top(TOP_NODES)) {
    for (const partner of learned.ofService(node)) {
      const share = presence(a, node, 0) * presence(b, partner.service, 0);
      if (share > 0) said.push({ ...partner, effect: partner.effect * share * GROUP_FACTOR });
    }
  }
  return sumUp(said);
}

/** Services at which a group that would take this alert may be found. */
export function learnedPlaces(learned: LearnedPairs, node: string, rule: string | null): readonly string[] {
  if (learned.size === 0) return [];
  const places: string[] = [];
  for (const list of [learned.ofService(node), rule === null ? NO_PARTNERS : learned.ofRule(rule)]) for (const { service, effect } of list) if (effect > 0) places.push(service);
  return places;
}
