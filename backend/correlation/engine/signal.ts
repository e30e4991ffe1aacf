/** An alert as the engine weighs it. */
import type { Severity } from '#contract';
import type { AlertChange } from '../../ingest/index.ts';
import { createEntityResolver, type Topology } from '../../catalog/index.ts';
import type { ServiceGraph } from './serviceGraph.ts';
import { templateOf } from './template.ts';

export interface Signal {
  readonly key: string;
  readonly alertKey: string;
  /** A number, as the many that are remembered take a seventh less than with dates. */
  readonly startsAtMs: number;
  /** When it was heard of. */
  readonly atMs: number;
  /** When it began, as far as that can be believed. */
  readonly onsetMs: number;
  /** Service, host, switch or cluster that it is about; for want of one, its rule. */
  readonly node: string;
  readonly cluster: string | null;
  readonly rack: string | null;
  readonly service: string | null;
  readonly rule: string;
  readonly template: string;
  readonly blamed: readonly string[];
  readonly severity: Severity;
  /** Node and cluster; and each complaint with who makes it. */
  readonly place: string;
  readonly complaints: readonly string[];
}

/** A signal with where it stands. */
export interface Member {
  readonly signal: Signal;
  firing: boolean;
  /** Group in which it counts. */
  groupId: string | null;
  /** Group of whose incident it is a part, as decided and told. */
  linkedTo: string | null;
  /** Log-odds of its group over background when last weighed. */
  gain: number;
  /** What of it counts as habit while it waits. */
  waiting: number;
  /** The rule of a user that holds it in its group. */
  rule: { readonly group: string; readonly text: string } | null;
  /** A person has put it into its group. */
  byPerson: boolean;
}

export interface SignalReader {
  read(change: AlertChange): Signal;
}

/** An onset longer before the arrival than this is a clock that is wrong, or no news. */
const MAX_LATE_MS = 10 * 60_000;
const MAX_LEARNED = 20_000;
/** Where an alert is taken to be that names no place: with the others of its rule. */
const RULE_PLACE = 'rule/';
/** Texts of which one copy is kept for all alerts that have them. */
const MAX_SHARED = 50_000;
const NONE: readonly string[] = [];

/** Whether a node is no place, but where alerts of one rule stand that name none. */
export function namesNoPlace(node: string): boolean {
  return node.startsWith(RULE_PLACE);
}

/** A node in words. */
export function placeText(node: string): string {
  return namesNoPlace(node) ? `alerts of ${node.slice(RULE_PLACE.length)} that name no place` : node;
}

export function episodeKey(alert: { readonly alertKey: string; readonly startsAt: Date }): string {
  return `${alert.alertKey}/${alert.startsAt.getTime()}`;
}

export function placeOf(node: string, cluster: string | null): string {
  return `${node}@${cluster ?? ''}`;
}

/** Reads alerts; learns the names of services and switches from their labels, for an installation without a catalogue. */
export function createSignalReader(topology: Topology, graph: ServiceGraph): SignalReader {
  const learned = new Map<string, 'service' | 'switch'>();
  const resolver = createEntityResolver(topology, learned);

  let shared = new Map<string, string>();

  /**
   * The one copy of a text: alerts are remembered for half an hour, and each brings its own copies of the same few names.
   * As keys of maps they are also hashed once, and found without comparing letters.
   */
  function share(text: string): string {
    const known = shared.get(text);
    if (known !== undefined) return known;
    if (shared.size >= MAX_SHARED) shared = new Map();
    shared.set(text, text);
    return text;
  }

  function shareOrNull(text: string | null): string | null {
    return text === null ? null : share(text);
  }

  function isName(word: string): boolean {
    return learned.has(word) || graph.kindOf(word) !== null;
  }

  function learn(name: string | undefined, kind: 'service' | 'switch'): void {
    if (name !== undefined && name !== '' && learned.size < MAX_LEARNED && !learned.has(name.toLowerCase())) learned.set(name.toLowerCase(), kind);
  }

  return {
    read(change) {
      if (change.service === null) learn(change.labels['device'], 'switch');
      else learn(change.service, 'service');
      const entity = resolver.resolve(change);
      const atMs = change.recordedAt.getTime();
      const node = share(entity.name ?? `${RULE_PLACE}${change.name}`);
      const cluster = shareOrNull(entity.cluster);
      graph.meet(node, cluster);
      for (const to of entity.blamed) graph.learn(node, to);
      return {
        key: episodeKey(change), alertKey: change.alertKey, startsAtMs: change.startsAt.getTime(), atMs,
        onsetMs: Math.min(atMs, Math.max(change.startsAt.getTime(), atMs - MAX_LATE_MS)), node, cluster, rack: shareOrNull(entity.rack),
        service: shareOrNull(entity.service), rule: share(change.name), template: share(templateOf(change.summary, isName)),
        blamed: entity.blamed.length === 0 ? NONE : entity.blamed.map(share), severity: change.severity, place: share(placeOf(node, cluster)),
        complaints: entity.blamed.length === 0 ? NONE : entity.blamed.map((to) => share(`${node}>${to}`)),
      };
    },
  };
}
