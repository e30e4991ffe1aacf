/** A small shop and its alerts, for tests of the engine. All of it is made up. */
import fc from 'fast-check';
import type { CorrelationRule, Severity } from '#contract';
import type { Topology } from '../../catalog/index.ts';
import type { AlertChange } from '../../ingest/index.ts';
import type { Decision } from '../strategy.ts';
import { createEngine } from './engine.ts';
import { NOTHING_LEARNED, type LearnedPairs } from './learned.ts';
import { DEFAULT_PARAMETERS, type EngineParameters } from './parameters.ts';
import { episodeKey } from './signal.ts';

export const START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);
export const MINUTE_MS = 60_000;

const CLUSTERS = ['prod-a', 'prod-b'];
export const DEPENDANTS = Array.from({ length: 12 }, (_, index) => `shop-${String.fromCharCode(97 + index)}`);
const OTHERS = ['mail', 'search', 'ledger', 'ledger-db', 'reports', 'chat'];

/** Twelve services on one database; beside them a ledger with its own, and some that know nobody. */
export const SHOP: Topology = {
  services: ['orders-db', ...DEPENDANTS, ...OTHERS].map((name) => ({ name, aliases: [], tier: null, kind: null, namespace: null, team: null, clusters: CLUSTERS })),
  edges: [...DEPENDANTS.map((from) => ({ from, to: 'orders-db', type: 'stores-in' as const })), { from: 'ledger', to: 'ledger-db', type: 'stores-in' as const }],
  clusters: CLUSTERS.map((name) => ({ name, region: null })),
  racks: [1, 2].map((rack) => ({ name: `a-r${rack}`, cluster: 'prod-a', switch: `sw-a-r${rack}` })),
  hosts: [1, 2].flatMap((rack) => [1, 2, 3].map((host) => ({ name: `node-a-r${rack}-0${host}`, rack: `a-r${rack}`, cluster: 'prod-a' }))),
  instances: [],
};

let nextPosition = 0;

/** An alert of a service, `minute` minutes after the start. */
export function alertAt(minute: number, fields: {
  readonly service?: string; readonly rule?: string; readonly summary?: string; readonly cluster?: string | null; readonly severity?: Severity; readonly key?: string;
  readonly labels?: Record<string, string>; readonly kind?: AlertChange['kind'];
}): AlertChange {
  nextPosition += 1;
  const at = new Date(START_MS + Math.round(minute * MINUTE_MS));
  const rule = fields.rule ?? 'HighErrorRate';
  const service = fields.service ?? null;
  return {
    position: String(nextPosition), kind: fields.kind ?? 'opened', recordedAt: at, alertKey: fields.key ?? `${rule}/${service ?? ''}/${fields.cluster ?? ''}`, startsAt: at, endsAt: null,
    sourceId: 'test', fingerprint: 'f', name: rule, summary: fields.summary ?? `${rule} on ${service ?? 'something'}`, description: '', severity: fields.severity ?? 'sev3',
    service, team: null, environment: null, cluster: fields.cluster === undefined ? 'prod-a' : fields.cluster, labels: fields.labels ?? {},
  };
}

/** Any number of a range, each as likely: `fc.double` is even over its representation, and hence nearly always next to nothing. */
export function evenly(min: number, max: number): fc.Arbitrary<number> {
  return fc.noBias(fc.integer({ min: 0, max: 1_000_000 })).map((n) => min + ((max - min) * n) / 1_000_000);
}

export interface Played {
  readonly decisions: readonly Decision[];
  /** Group of each alert that has one, merges followed. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** Alerts by group, each group sorted. */
  readonly groups: readonly (readonly string[])[];
  readonly memory: { readonly members: number; readonly groups: number };
}

/** Plays alerts in the order given, and half an hour on. */
export function playAlerts(changes: readonly AlertChange[], options: {
  readonly topology?: Topology; readonly parameters?: Partial<EngineParameters>; readonly deploys?: readonly { readonly minute: number; readonly service: string; readonly clusters?: readonly string[] }[];
  readonly passEachMs?: number; readonly rules?: readonly CorrelationRule[]; readonly learned?: LearnedPairs;
} = {}): Played {
  const engine = createEngine({ topology: options.topology ?? SHOP, parameters: { ...DEFAULT_PARAMETERS, ...options.parameters }, rules: options.rules ?? [], learned: options.learned ?? NOTHING_LEARNED });
  const window = engine.empty();
  const decisions: Decision[] = [];
  let passedMs = START_MS;
  for (const { minute, service, clusters } of options.deploys ?? []) {
    engine.noteChange(window, {
      id: `deploy-${service}-${minute}`, kind: 'deploy', service, clusters: clusters ?? [], at: new Date(START_MS + minute * MINUTE_MS), title: `deploy of ${service}`, author: null, link: null,
    });
  }
  for (const change of changes) {
    for (; options.passEachMs !== undefined && passedMs < change.recordedAt.getTime(); passedMs += options.passEachMs) decisions.push(...engine.pass(window, new Date(passedMs)));
    decisions.push(...engine.decide(window, change));
  }
  const last = changes.at(-1)?.recordedAt.getTime() ?? START_MS;
  decisions.push(...engine.pass(window, new Date(last + 31 * MINUTE_MS)));
  const groupOf = groupsAfter(decisions);
  const byGroup = new Map<string, string[]>();
  for (const [alert, group] of groupOf) byGroup.set(group, [...(byGroup.get(group) ?? []), alert]);
  return {
    decisions, groupOf, groups: [...byGroup.values()].map((alerts) => alerts.sort()).sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    memory: { members: window.members.size, groups: window.groups.size },
  };
}

/** Where each alert ends up; throws when an alert would be in two incidents at one time. */
export function groupsAfter(decisions: readonly Decision[]): Map<string, string> {
  const groupOf = new Map<string, string>();
  const merged = new Map<string, string>();
  const opened = new Set<string>();
  const current = (id: string): string => {
    let last = id;
    for (let next = merged.get(last); next !== undefined; next = merged.get(last)) last = next;
    return last;
  };
  function put(alert: string, group: string, from: string | null): void {
    if (!opened.has(group)) throw new Error(`${alert} is put into ${group}, which was never opened`);
    const before = groupOf.get(alert);
    if (from === null ? before !== undefined : before === undefined || current(before) !== current(from)) throw new Error(`${alert} is in ${before ?? 'no group'} already`);
    groupOf.set(alert, group);
  }
  for (const decision of decisions) {
    switch (decision.kind) {
      case 'open':
        opened.add(decision.group);
        for (const alert of decision.alerts) put(episodeKey(alert), decision.group, null);
        for (const alert of decision.moved) groupOf.set(episodeKey(alert), decision.group);
        break;
      case 'join':
        put(episodeKey(decision.alert), decision.group, null);
        break;
      case 'move':
        put(episodeKey(decision.alert), decision.group, decision.from);
        break;
      case 'merge':
        merged.set(current(decision.absorbed), current(decision.group));
        break;
      case 'assess':
      case 'hold':
        break;
    }
  }
  for (const [alert, group] of groupOf) groupOf.set(alert, current(group));
  return groupOf;
}
