/**
 * Which service, host or switch an alert is about: by its labels with their usual variants, else by
 * its text. Pure; the same on the services page, in correlation and in a replay.
 */
import { findContradiction } from './contradiction.ts';
import { createLabelReader, namesIn } from './labelRoles.ts';
import { findMentions, type Mention } from './mentions.ts';
import { createNameIndex, ownerOfPart, serviceOf, type NamedThing } from './nameIndex.ts';
import type { Topology, TopologyInstance } from './topology.ts';

/** What of an alert tells where it comes from. */
export interface EntityClues {
  /** As the mapping of labels derived it. */
  readonly service: string | null;
  readonly cluster: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

export const ENTITY_KINDS = ['service', 'host', 'switch', 'cluster'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export interface ResolvedEntity {
  /** What the alert is about; null when nothing tells. */
  readonly kind: EntityKind | null;
  readonly name: string | null;
  readonly service: string | null;
  /** The service stands in the catalogue. */
  readonly known: boolean;
  readonly instance: string | null;
  readonly host: string | null;
  readonly rack: string | null;
  readonly cluster: string | null;
  /** Services or switches that the text accuses, itself excepted. */
  readonly blamed: readonly string[];
  /** How it was found, or why not, in plain words. */
  readonly why: string;
}

/** What names are known to be from elsewhere than the topology, for example from labels seen before. Lower case; names are only ever added. */
export type LearnedNames = Pick<ReadonlyMap<string, 'service' | 'host' | 'switch'>, 'get' | 'size'>;

export interface EntityResolver {
  resolve(clues: EntityClues): ResolvedEntity;
}

/** Plain names of labels that name one running part of a service or a machine, most telling first. */
const PART_LABELS = ['pod', 'container', 'replicaset', 'instance'] as const;
const OWNER_LABELS = [
  'service', 'app', 'app_kubernetes_io', 'application', 'deployment', 'statefulset', 'daemonset', 'cronjob', 'workload', 'container', 'component', 'job',
] as const;
const MACHINE_LABELS = ['node', 'host', 'hostname', 'nodename', 'instance'] as const;
const DEVICE_LABELS = ['device', 'switch', 'instance'] as const;
const PLACE_LABELS = [...new Set([...PART_LABELS, ...MACHINE_LABELS, ...DEVICE_LABELS])];
const NAMESPACE_LABEL = 'namespace';
const readPlainLabels = createLabelReader(new Set([...OWNER_LABELS, ...PLACE_LABELS, NAMESPACE_LABEL]));
/** Texts of which the mentions are remembered: descriptions are mostly the same for all alerts of a rule. */
const MAX_REMEMBERED = 500;
const MAX_REMEMBERED_LENGTH = 1_000;

interface Findings {
  service: string | null;
  instance: TopologyInstance | null;
  host: string | null;
  rack: string | null;
  switch: string | null;
  cluster: string | null;
  why: string;
}

/** Makes the resolver of one topology. */
export function createEntityResolver(topology: Topology, learned: LearnedNames = new Map()): EntityResolver {
  const names = createNameIndex(topology);
  const remembered = new Map<string, readonly Mention<NamedThing>[]>();
  /** How many names were learned when `remembered` was begun. */
  let rememberedAt = 0;

  /** The first known thing that the value of a label names. */
  function thingOf(value: string): NamedThing | undefined {
    for (const name of namesIn(value)) {
      const thing = findThing(name);
      if (thing !== undefined) return thing;
    }
    return undefined;
  }

  /** As it stands in text, where a dot may end a sentence: only a name of the cluster's own domain is taken apart. */
  function findInText(word: string): NamedThing | undefined {
    return findThing(word) ?? (word.includes('.svc') ? thingOf(word) : undefined);
  }

  function findThing(word: string): NamedThing | undefined {
    const thing = names.find(word);
    if (thing !== undefined) return thing;
    const lower = word.toLowerCase();
    switch (learned.get(lower)) {
      case 'service':
        return { kind: 'service', name: lower };
      case 'host':
        return { kind: 'host', name: lower, host: { name: lower, rack: null, cluster: null } };
      case 'switch':
        return { kind: 'switch', name: lower, cluster: null };
      case undefined: {
        const owner = ownerOfPart(lower, (name) => learned.get(name) === 'service');
        return owner === null ? undefined : { kind: 'service', name: owner };
      }
    }
  }

  /** Mentions in a text that is likely to come again. */
  function recallMentions(text: string): readonly Mention<NamedThing>[] {
    if (text.length > MAX_REMEMBERED_LENGTH) return findMentions(text, findInText);
    if (rememberedAt !== learned.size || remembered.size >= MAX_REMEMBERED) {
      remembered.clear();
      rememberedAt = learned.size;
    }
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const mentions = findMentions(text, findInText);
    remembered.set(text, mentions);
    return mentions;
  }

  /** Takes over what a thing says, where nothing better is known yet. */
  function note(found: Findings, thing: NamedThing, why: string): void {
    switch (thing.kind) {
      case 'service':
        if (found.service === null) Object.assign(found, { service: thing.name, why });
        return;
      case 'instance':
        found.instance ??= thing.instance;
        found.host ??= thing.instance.host;
        found.rack ??= thing.instance.rack;
        found.cluster ??= thing.instance.cluster;
        if (found.service === null) Object.assign(found, { service: thing.instance.service, why });
        return;
      case 'host':
        found.host ??= thing.name;
        found.rack ??= thing.host.rack;
        found.cluster ??= thing.host.cluster;
        return;
      case 'switch':
        found.switch ??= thing.name;
        found.cluster ??= thing.cluster;
        return;
      case 'rack':
        found.rack ??= thing.name;
        found.cluster ??= thing.cluster;
        return;
      case 'cluster':
        found.cluster ??= thing.name;
    }
  }

  function readLabels(clues: EntityClues, found: Findings): { machine: string | null; parts: ReadonlySet<string>; namespaces: ReadonlySet<string> } {
    const labels = readPlainLabels(clues.labels);
    let machine: string | null = null;
    const parts = new Set<string>();
    for (const plain of OWNER_LABELS) {
      for (const { label, value } of labels.get(plain) ?? []) {
        const thing = thingOf(value);
        if (thing?.kind === 'service') note(found, thing, `label ${label} is ${value}`);
      }
    }
    for (const plain of PLACE_LABELS) {
      for (const { label, value } of labels.get(plain) ?? []) {
        const thing = thingOf(value);
        if (thing === undefined) continue;
        note(found, thing, `label ${label} is ${value}`);
        if (thing.kind === 'host' || thing.kind === 'switch') machine ??= label;
        const service = serviceOf(thing);
        if (service !== null) parts.add(service);
      }
    }
    return { machine, parts, namespaces: new Set((labels.get(NAMESPACE_LABEL) ?? []).map(({ value }) => value)) };
  }

  /** Where the machine, the pod or the text says that it runs, when the service is not deployed where the label says, but is there. */
  function clusterElsewhere(found: Findings, mentions: readonly Mention<NamedThing>[]): string | null {
    const deployed = found.service === null ? undefined : names.service(found.service)?.clusters;
    if (found.cluster === null || deployed === undefined || deployed.length === 0 || deployed.includes(found.cluster)) return null;
    const told = [
      found.instance?.cluster ?? null, found.host === null ? null : (names.host(found.host)?.cluster ?? null),
      ...mentions.map(({ thing }) => (thing.kind === 'cluster' ? thing.name : thing.kind === 'host' ? thing.host.cluster : null)),
    ];
    return told.find((cluster) => cluster !== null && deployed.includes(cluster)) ?? null;
  }

  /** The first name that the sentence does not accuse is what it is about. */
  function subjectOf(mentions: readonly Mention<NamedThing>[]): NamedThing | undefined {
    const places = mentions.filter(({ thing }) => thing.kind !== 'cluster' && thing.kind !== 'rack');
    return (places.find((mention) => !mention.accused) ?? places[0])?.thing;
  }

  function blamedBy(mentions: readonly Mention<NamedThing>[], found: Findings): string[] {
    const blamed = new Set<string>();
    for (const { thing, accused } of mentions) {
      const name = thing.kind === 'switch' ? thing.name : serviceOf(thing);
      if (name === null || name === found.service || name === found.switch) continue;
      if (thing.kind === 'switch' ? found.service !== null : accused) blamed.add(name);
    }
    return [...blamed];
  }

  return {
    resolve(clues) {
      const found: Findings = {
        service: null, instance: null, host: null, rack: null, switch: null, cluster: clues.cluster,
        why: 'no label and no word of the text names anything in the catalogue',
      };
      const { machine, parts, namespaces } = readLabels(clues, found);
      const inSummary = findMentions(clues.summary, findInText);
      const inDescription = recallMentions(clues.description);
      const other = found.service === null ? null
        : findContradiction(found.service, { summary: inSummary, description: inDescription, parts, namespaces }, (name) => names.service(name)?.namespace ?? null);
      if (other !== null) Object.assign(found, { service: other.service, why: `${found.why}, but ${other.witnesses} say ${other.service}` });
      const aboutMachine = found.service === null && machine !== null;
      const subject = found.service === null && !aboutMachine ? subjectOf(inSummary) : undefined;
      if (subject !== undefined) note(found, subject, `the summary names ${subject.name}`);
      const settled = found.service !== null || found.host !== null || found.switch !== null;
      const told = settled ? undefined : subjectOf(inDescription);
      if (told !== undefined) note(found, told, `the description names ${told.name}`);
      const blamed = blamedBy(inSummary, found);
      const elsewhere = clusterElsewhere(found, [...inSummary, ...inDescription]);
      if (elsewhere !== null) Object.assign(found, { cluster: elsewhere });
      // What the texts say beside the subject: the machine, the pod, the place. Never another service.
      for (const { thing } of [...inSummary, ...inDescription]) {
        if (thing.kind === 'host' || thing.kind === 'cluster' || thing.kind === 'rack') note(found, thing, found.why);
        if (thing.kind === 'instance' && thing.instance.service === found.service) note(found, thing, found.why);
      }
      // A label nobody knows is still better than nothing.
      if (found.service === null && !settled && told === undefined && clues.service !== null) {
        Object.assign(found, { service: clues.service, why: `labelled ${clues.service}, which the catalogue does not know` });
      }
      const { service, host, cluster } = found;
      const base = {
        service, known: service !== null && names.service(service) !== undefined, instance: found.instance?.name ?? null, host,
        rack: found.rack, cluster, blamed,
      };
      if (service !== null) return { ...base, kind: 'service', name: service, why: found.why };
      if (found.switch !== null) return { ...base, kind: 'switch', name: found.switch, why: `it names the switch ${found.switch}` };
      if (host !== null) return { ...base, kind: 'host', name: host, why: `it names the host ${host}` };
      if (cluster !== null) return { ...base, kind: 'cluster', name: cluster, why: `nothing but the cluster ${cluster} is named` };
      return { ...base, kind: null, name: null, why: found.why };
    },
  };
}
