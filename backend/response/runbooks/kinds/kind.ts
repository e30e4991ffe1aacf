/** What a kind of step is to the engine: how it is described, carried out, looked at again, and ended early. */
import type { JsonValue, LeafKind, OrgId, PlannedRequest, RunId, StepEffect, StepQuestion, UserKey, WaitsFor, WithOf } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Transaction } from '../../../platform/db/database.ts';

/** What expressions and templates of a step know, by name: `inputs`, `incident`, `steps`, `run`, `panel`, and the item of a loop. */
export type Scope = Readonly<Record<string, unknown>>;

/** One try of one step (or of its undo). */
export interface StepCall<K extends LeafKind = LeafKind> {
  readonly orgId: OrgId;
  readonly runId: RunId;
  readonly path: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** The same on every try of the step, and no other step's: what is sent as `Idempotency-Key`. */
  readonly key: string;
  /** As the document says, with everything filled in, secrets too. */
  readonly with: WithOf<K>;
  readonly scope: Scope;
  /** The incident that the run is for; after a merge, the one that goes on. */
  readonly incident: number | null;
  /** Name of the runbook, for events and messages. */
  readonly title: string;
  readonly startedBy: UserKey | null;
  readonly drill: boolean;
  readonly now: Date;
  /** Whether it takes back the step of this path. */
  readonly undoing: boolean;
  /** Replaces each secret of the run, also encoded, by asterisks. */
  mask(text: string): string;
}

/** How a try ended, or that it waits. */
export type StepResult =
  | { readonly kind: 'done'; readonly output: JsonValue; /** One line of what came about. */ readonly text?: string }
  /** `retryable`: another try may go better. `unknown`: whether it took effect is not known. */
  | { readonly kind: 'failed'; readonly error: string; readonly retryable: boolean; readonly unknown?: boolean }
  /** Waits; `look` is when to look again by itself. `kept` is given back to `resume`. */
  | { readonly kind: 'waits'; readonly for: WaitsFor; readonly until: Date | null; readonly look: Date | null; readonly kept: JsonValue; readonly question?: OpenQuestion }
  /** The list of steps that it stands in ends here, well. */
  | { readonly kind: 'leaves'; readonly output: JsonValue };

/** What a waiting step asks, without what depends on the asker. */
export type OpenQuestion =
  | Omit<Extract<StepQuestion, { kind: 'approval' }>, 'mayAnswer' | 'whyNot'>
  | Omit<Extract<StepQuestion, { kind: 'input' }>, 'mayAnswer' | 'whyNot'>;

/** Carried out within the transaction that notes its end; `events` are appended with it. */
export interface Applied {
  readonly result: StepResult;
  readonly events?: readonly NewEvent[];
}

/** Output that is shown while the step runs; masked and cut by whoever takes it. */
export interface StepWriter {
  write(stream: 'out' | 'err' | 'note', text: string): void;
}

interface Described<K extends LeafKind> {
  readonly kind: K;
  readonly effect: StepEffect;
  /** What it does, in one sentence, with everything filled in. */
  describe(filled: WithOf<K>): string;
  /** The requests that it would send, for a dry run. */
  requests(filled: WithOf<K>): readonly PlannedRequest[];
  /** An example of what it gives, for a dry run. */
  example(filled: WithOf<K>): JsonValue;
  /** What waits is looked at again: its time has come, or it was woken. Without it, a waiting step cannot come about. */
  resume?(tx: Transaction, call: StepCall<K>, kept: JsonValue, wake: Wake): Promise<Applied>;
  /** A waiting or running step is given up. `open`: it goes on outside, and `resume` is called when it has ended; an undo waits for that. */
  stop?(tx: Transaction, call: StepCall<K>, kept: JsonValue): Promise<'ended' | 'open'>;
}

/** Why a waiting step is looked at. */
export type Wake = { readonly by: 'time' } | { readonly by: 'signal'; readonly data: JsonValue };

/**
 * A kind either calls out (`run`, no transaction; `none`, `keyed`), or works on Muster itself or hands over
 * (`apply`, within the transaction; `own`, `once`, and what only waits).
 */
export type KindHandler<K extends LeafKind> =
  | (Described<K> & { run(call: StepCall<K>, signal: AbortSignal, out: StepWriter): Promise<StepResult> })
  | (Described<K> & { apply(tx: Transaction, call: StepCall<K>): Promise<Applied> });

/** Every kind with its handler. The compiler asks for one for each. */
export type KindHandlers = { readonly [K in LeafKind]: KindHandler<K> };
