/** What a dry run asks the kinds of steps. */
import type { JsonValue, LeafKind, PlannedRequest, WithOf } from '#contract';
import type { KindHandlers } from '../kinds/kind.ts';

export interface FilledStep<K extends LeafKind = LeafKind> {
  readonly kind: K;
  readonly with: WithOf<K>;
}

export interface StepPreview {
  readonly text: string;
  readonly requests: readonly PlannedRequest[];
  readonly example: JsonValue;
}

/** Looks at one step with everything filled in. Nothing is sent. */
export type Preview = (step: FilledStep) => StepPreview;

/** Handlers, as far as a dry run needs them: none that could do anything. */
export type DescribingHandlers = { readonly [K in LeafKind]: Pick<KindHandlers[K], 'describe' | 'requests' | 'example'> };

/** The preview of kinds with their handlers. */
export function previewOf(handlers: DescribingHandlers): Preview {
  function look<K extends LeafKind>(kind: K, filled: WithOf<K>): StepPreview {
    const handler = handlers[kind];
    return { text: handler.describe(filled), requests: handler.requests(filled), example: handler.example(filled) };
  }
  return (step) => look(step.kind, step.with);
}
