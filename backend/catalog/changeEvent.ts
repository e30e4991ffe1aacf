/** Something that people or machines altered on purpose: a possible cause of what breaks soon after. */
import type { ChangeKind } from '#contract';

export { CHANGE_KINDS, type ChangeKind } from '#contract';

export interface ChangeEvent {
  /** The sender's own id, unique at its source. */
  readonly id: string;
  readonly kind: ChangeKind;
  readonly service: string | null;
  /** Where it was rolled out; empty when the sender does not say. */
  readonly clusters: readonly string[];
  readonly at: Date;
  readonly title: string;
  readonly author: string | null;
  readonly link: string | null;
}
