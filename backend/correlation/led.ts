/** What a correlator is made of, and what it keeps of each organisation that it leads. */
import type { IncidentNumber, OrgId } from '#contract';
import type { ChangeEvent } from '../catalog/index.ts';
import type { NoiseGate, OrgGate } from '../noise/index.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { HandOver } from './handOver.ts';
import type { IncidentSink } from './incidentSink.ts';
import type { GroupId, Strategy } from './strategy.ts';

export interface CorrelatorOptions {
  readonly batchSize: number;
  /** How often a replica tries to lead organisations that it does not. */
  readonly electionMs: number;
  /** How often quiet incidents are looked for. */
  readonly settleMs: number;
  /** All alerts over for this long: an incident is quiet. */
  readonly stabilityMs: number;
}

export interface CorrelatorDeps<Window> {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  /** The strategy of an organisation: the same object as long as nothing that it is made of has changed. */
  readonly strategyOf: (orgId: OrgId) => Promise<Strategy<Window>>;
  /** Deploys and other changes since a time, in the order of time; repeats do no harm. */
  readonly changesOf?: (orgId: OrgId, since: Date) => Promise<readonly ChangeEvent[]>;
  readonly incidents: IncidentSink;
  /** Asked about each change before the strategy is. */
  readonly noise: NoiseGate;
  readonly options: CorrelatorOptions;
  /** Told how long a batch took and how many changes it had. */
  readonly onBatch?: (changes: number, held: number) => void;
}

/** An organisation that is led. */
export interface Led<Window> {
  readonly orgId: OrgId;
  noise: OrgGate;
  strategy: Strategy<Window>;
  window: Window;
  /** When changes were last asked for. */
  askedMs: number;
  groups: Map<GroupId, IncidentNumber>;
  position: string;
  /** Of the links that the window was made from. */
  mark: string;
  /** The window has taken in what was not written, or not yet: nothing goes on with it before it is rebuilt. */
  stale: boolean;
  readonly handed: HandOver;
  /** Something may stand in the log that was not handed over. */
  readLog: boolean;
  running: Promise<void> | null;
  again: boolean;
  /** Ends the rest after a batch; null while none is taken. */
  endRest: (() => void) | null;
  /** Somebody waits for it: no rest. */
  hurry: boolean;
  /** Runs while something waits to be told. */
  telling: Timer | null;
}
