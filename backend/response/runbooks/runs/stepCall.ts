/** Makes the call of one try: templates filled in, secrets opened, everything shown masked. */
import { STEP_KIND_SPECS, type LeafKind, type LeafStep, type RunbookDocument, type WithOf } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';
import { fillStep, secretsUsed } from '../format/index.ts';
import type { KindHandler, KindHandlers, Scope, StepCall } from '../kinds/kind.ts';
import type { OpenSecrets } from '../ports.ts';
import { createMasker, MASK, type Masker } from '../secrets/index.ts';
import type { RunRecord } from './record.ts';

/** Secrets of a run for one turn, opened when they are first needed. */
export interface RunSecrets {
  readonly masker: Masker;
  value(name: string): string;
}

const usedBy = new WeakMap<RunbookDocument, readonly string[]>();

function namesOf(document: RunbookDocument): readonly string[] {
  const known = usedBy.get(document);
  if (known !== undefined) return known;
  const names = secretsUsed(document);
  usedBy.set(document, names);
  return names;
}

const NONE: RunSecrets = { masker: createMasker([]), value: (name) => { throw new Error(`the secret "${name}" is not known`); } };

/** Opens what the run uses. Throws when it may not have them. */
export async function openSecrets(q: Queryable, port: OpenSecrets, run: RunRecord, document: RunbookDocument): Promise<RunSecrets> {
  const names = namesOf(document);
  if (names.length === 0) return NONE;
  const values = await port.open(q, run.orgId, names, { runbook: run.runbook, role: run.role });
  return { masker: createMasker([...values.values()]), value: (name) => values.get(name) ?? NONE.value(name) };
}

/** The handler of a kind, with the call that fits it. */
export interface Bound {
  readonly handler: KindHandler<LeafKind>;
  readonly call: StepCall;
  /** What it does, in a sentence. */
  readonly text: string;
}

/** Key of a step towards others: the same on each try, another one for taking back. */
export function effectKey(run: Pick<RunRecord, 'orgId' | 'id'>, path: string, undoing: boolean): string {
  return `muster-${run.orgId}-${run.id}-${path}${undoing ? '-undo' : ''}`;
}

export interface Trying {
  readonly run: RunRecord;
  readonly step: LeafStep;
  readonly path: string;
  readonly scope: Scope;
  readonly attempt: number;
  readonly undoing: boolean;
  readonly now: Date;
  readonly secrets: RunSecrets;
}

/** A handler of whichever kind: methods are compared both ways, so each handler is one. */
type AnyHandler = KindHandler<LeafKind>;

function isWith(value: unknown): value is WithOf<LeafKind> {
  return typeof value === 'object' && value !== null;
}

/** Throws when a template cannot be filled in. */
export function bind(handlers: KindHandlers, trying: Trying): Bound {
  const { run, step, path, scope, undoing, secrets } = trying;
  const what = undoing ? step.undo : step;
  if (what === undefined) throw new Error('the step says not how it is taken back');
  const handler: AnyHandler = handlers[what.kind];
  // The texts that were filled in go through the schema again: a template may stand for a number or a choice.
  const filled: unknown = STEP_KIND_SPECS[what.kind].with.parse(fillStep(what, scope, secrets.value));
  const shown: unknown = fillStep(what, scope, () => MASK);
  if (!isWith(filled) || !isWith(shown)) throw new Error('the step cannot be filled in');
  return {
    handler,
    text: secrets.masker.mask(handler.describe(shown)),
    call: {
      orgId: run.orgId, runId: run.id, path, attempt: trying.attempt, key: effectKey(run, path, undoing), with: filled, scope, incident: run.incident, title: run.title, startedBy: run.userKey,
      drill: run.drill, now: trying.now, undoing, mask: (text) => secrets.masker.mask(text),
    },
  };
}
