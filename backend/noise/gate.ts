/**
 * The noise gate over the database: loads what people have set, remembers what waits, writes what it decides. It is
 * called by the correlator only, in turn and in the correlator's transaction, so that what is held back, what is given
 * on and how far the log was read are committed together. When a batch fails, the correlator throws the memory away and
 * opens a new one here: like the window, it is rebuilt from the database.
 */
import type { OrgId } from '#contract';
import { EMPTY_TOPOLOGY, type Topology } from '../catalog/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../eventlog/index.ts';
import { logReconsidered, readFiringAlerts, readRecentAlertChanges, type AlertChange, type LoggedChange } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queryable, Transaction } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';
import { decideNoise, noteFlap, noteOccurrence, noteSource } from './decideNoise.ts';
import { dropWaiting, keepWaiting, newGateState, refOf, type EpisodeRef, type GateState, type HeldBack } from './gateState.ts';
import { postpone, selectDue, selectReleases, selectWaiting, writeOutcomes, writeWaiting, type Settled } from './gateStore.ts';
import type { TopologyLookup } from './ports.ts';
import { compileRuleset, isIdle, type Ruleset } from './ruleset.ts';
import { readVersion, selectSettings } from './settingsStore.ts';
import { warnOfHidden } from './hiddenWarnings.ts';

/** Memory of one organisation's gate, held by whoever correlates it. */
export interface OrgGate {
  readonly orgId: OrgId;
  rules: Ruleset;
  state: GateState;
  /** When the version of the settings was last compared. */
  checkedMs: number;
  /** The graph that a rule reasons on; null while none does. */
  topology: Topology | null;
}

/** A waiting alert that is to join the incident of another one as a symptom. */
export interface Attachment {
  readonly alert: HeldBack;
  readonly parent: EpisodeRef;
}

export interface NoiseGate {
  /** Builds the memory from the database. `position` is how far the log has been correlated. */
  open(q: Queryable, orgId: OrgId, position: string): Promise<OrgGate>;
  /** Of earlier changes, those that correlation had got to see, as it saw them. For a window that is rebuilt. */
  given(q: Queryable, gate: OrgGate, changes: readonly LoggedChange[]): Promise<AlertChange[]>;
  /** Decides a batch and writes what is held back. Gives what correlation sees, in order. */
  admit(tx: Transaction, gate: OrgGate, changes: readonly LoggedChange[], position: string): Promise<Admitted>;
  /** Takes in what was edited meanwhile; what was held back by it becomes due. */
  refresh(q: Queryable, gate: OrgGate, position: string): Promise<void>;
  /** Waiting alerts whose time has come: to be attached where that is possible, else logged to be looked at again. */
  due(q: Queryable, gate: OrgGate): Promise<{ readonly attach: readonly Attachment[]; readonly again: readonly HeldBack[] }>;
  /** Ends a sweep: alerts that were attached, those that shall try it later, and those to look at again. Gives how many were logged. */
  settle(tx: Transaction, gate: OrgGate, outcome: { readonly attached: readonly HeldBack[]; readonly later: readonly HeldBack[]; readonly again: readonly HeldBack[] }): Promise<number>;
  /** An edit was made at this replica. */
  invalidate(orgId: OrgId): void;
}

export interface Admitted {
  readonly changes: readonly AlertChange[];
  /** Tells readers what was held back; the last statement but for other events. */
  finish(tx: Transaction): Promise<void>;
}

export interface NoiseGateDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly topologyOf: TopologyLookup;
}

/** How long an edit made at another replica may go unnoticed here. */
const MAX_AGE_MS = 2_000;
const REBUILD_LIMIT = 20_000;
const FIRING_LIMIT = 100_000;
const DUE_LIMIT = 1_000;
/** How often it is tried to attach an alert whose parent has no incident yet. */
const ATTACH_RETRY_MS = 5_000;



/** Of earlier changes of an organisation, those that correlation had got to see, as it saw them. Writes nothing. */
export async function changesGiven(q: Queryable, orgId: OrgId, changes: readonly LoggedChange[]): Promise<AlertChange[]> {
  const releases = await selectReleases(q, orgId, changes);
  return changes.flatMap((change): AlertChange[] => {
    const released = releases.get(refOf(change));
    // Never held back: seen as it was logged.
    if (released === undefined) return change.kind === 'reconsidered' ? [] : [{ ...change, kind: change.kind }];
    if (released === null || BigInt(change.position) < BigInt(released)) return [];
    if (change.position === released) return [{ ...change, kind: 'opened' }];
    return change.kind === 'reconsidered' ? [] : [{ ...change, kind: change.kind }];
  });
}

function isAlertChange(change: LoggedChange): change is LoggedChange & AlertChange {
  return change.kind !== 'reconsidered';
}

/** Makes the gate. */
export function createNoiseGate(deps: NoiseGateDeps): NoiseGate {
  const { clock, logger } = deps;
  const edited = new Set<number>();

  async function load(q: Queryable, orgId: OrgId, position: string): Promise<OrgGate> {
    edited.delete(orgId);
    const checkedMs = clock.nowMs();
    const stored = await selectSettings(q, orgId, clock.now());
    const usesGraph = stored.rules.some(({ body }) => body.enabled && body.kind === 'inhibition' && body.form === 'topology');
    const topology = usesGraph ? await deps.topologyOf(orgId) : null;
    const rules = compileRuleset(stored, topology ?? EMPTY_TOPOLOGY, (id, fault) => {
      logger.error({ orgId, id, fault }, 'a noise rule or window cannot be used and is left out; edit it');
    });
    const state = newGateState();
    const stale: HeldBack[] = [];
    for (const entry of await selectWaiting(q, orgId)) {
      keepWaiting(state, entry);
      // What held it back has ended, or has been edited since: it is asked about again.
      if ((rules.changedMs.get(entry.causeId) ?? Infinity) > entry.judgedMs) stale.push(entry);
    }
    await postpone(q, orgId, clock.now(), stale.map((entry) => ({ ...entry, cleared: false, detach: true })));
    if (rules.flappings.length + rules.thresholds.length > 0) {
      const recent = await readRecentAlertChanges(q, orgId, position, new Date(checkedMs - rules.memoryMs), REBUILD_LIMIT);
      const releases = await selectReleases(q, orgId, recent);
      for (const change of recent) {
        noteFlap(rules, state, change, !releases.has(refOf(change)));
        noteOccurrence(rules, state, change);
      }
    }
    if (rules.inhibitions.length > 0) {
      for (const change of await readFiringAlerts(q, orgId, FIRING_LIMIT)) noteSource(rules, state, change);
    }
    return { orgId, rules, state, checkedMs, topology };
  }

  /** Loads anew what has been edited since, here or elsewhere, or whose topology is another one. */
  async function refresh(q: Queryable, gate: OrgGate, position: string): Promise<void> {
    const nowMs = clock.nowMs();
    if (!edited.has(gate.orgId) && nowMs - gate.checkedMs < MAX_AGE_MS) return;
    gate.checkedMs = nowMs;
    const isOld = (await readVersion(q, gate.orgId)) !== gate.rules.version
      || (gate.topology !== null && (await deps.topologyOf(gate.orgId)) !== gate.topology);
    edited.delete(gate.orgId);
    if (isOld) Object.assign(gate, await load(q, gate.orgId, position));
  }

  function lookAgainMs(entry: HeldBack): number | null {
    return entry.attach === 'at_once' ? clock.nowMs() : entry.untilMs;
  }

  return {
    open: load,
    refresh,
    given: (q, gate, changes) => changesGiven(q, gate.orgId, changes),
    async admit(tx, gate, changes, position) {
      await refresh(tx, gate, position);
      const { rules, state, orgId } = gate;
      if (isIdle(rules) && state.waiting.size === 0) {
        return { finish: async () => undefined, changes: changes.filter(isAlertChange) };
      }
      const given: AlertChange[] = [];
      const settled = new Map<string, Settled>();
      const again = new Map<string, EpisodeRef & { readonly cleared: boolean }>();
      const touched = new Map<string, HeldBack>();
      for (const change of changes) {
        const { decision, lookAgain } = decideNoise(rules, state, change);
        const ref = refOf(change);
        for (const { episode, cleared } of lookAgain) again.set(refOf(episode), { ...episode, cleared });
        switch (decision.kind) {
          case 'pass':
            given.push(decision.change);
            if (decision.released) settled.set(ref, { alertKey: change.alertKey, startsAt: change.startsAt, outcome: 'released', position: change.position });
            break;
          case 'hold_back':
            touched.set(ref, decision.entry);
            break;
          case 'ended':
            settled.set(ref, { ...decision.episode, outcome: 'ended', position: null });
            break;
          case 'nothing':
            break;
        }
      }
      // One that began and ended within the batch is written too: nothing that was held back goes unseen.
      const entries = [...touched].map(([ref, entry]) => state.waiting.get(ref) ?? entry).map((entry) => ({ ...entry, lookAgainMs: lookAgainMs(entry) }));
      await writeWaiting(tx, orgId, entries);
      const at = clock.now();
      await writeOutcomes(tx, orgId, at, [...settled.values()]);
      await postpone(tx, orgId, at, [...again.values()].filter((episode) => !settled.has(refOf(episode))).map((episode) => ({ ...episode, detach: true })));
      const ended = [...settled.values()].filter((one) => one.outcome === 'ended').length;
      const released = settled.size - ended;
      const sev1 = entries.filter((entry) => entry.severity === 'sev1' && entry.verdict === 'suppressed');
      const warnings = sev1.length === 0 ? [] : await warnOfHidden(tx, orgId, at);
      return {
        changes: given,
        async finish(last) {
          if (entries.length + released + ended === 0) return;
          await appendEvents(last, orgId, at, [
            { type: 'noise.alerts_held_back', incident: null, actor: SYSTEM_ACTOR, data: { heldBack: entries.length, released, ended } },
            ...warnings,
          ]);
        },
      };
    },
    async due(q, gate) {
      const due = await selectDue(q, gate.orgId, clock.now(), DUE_LIMIT);
      const attach: Attachment[] = [];
      const again: HeldBack[] = [];
      for (const alert of due) {
        if (alert.attach !== 'never' && alert.parent !== null) attach.push({ alert, parent: alert.parent });
        else again.push(alert);
      }
      return { attach, again };
    },
    async settle(tx, gate, { attached, later, again }) {
      const { orgId, state } = gate;
      const at = clock.now();
      for (const alert of attached) dropWaiting(state, refOf(alert));
      await writeOutcomes(tx, orgId, at, attached.map((alert) => ({ alertKey: alert.alertKey, startsAt: alert.startsAt, outcome: 'attached', position: null })));
      await postpone(tx, orgId, new Date(at.getTime() + ATTACH_RETRY_MS), later);
      await postpone(tx, orgId, null, again);
      return logReconsidered(tx, orgId, at, again);
    },
    invalidate: (orgId) => void edited.add(orgId),
  };
}
