/** The kinds of steps, put together: one line for each. */
import { approvalKind } from './approval.ts';
import type { EffectKind } from './effectKinds.ts';
import type { KindHandlers } from './kind.ts';
import { manualKind } from './manual.ts';
import { createSubRunbookKind, type SubRunbookDeps } from './subRunbook.ts';
import { createTaskKind, type TaskKindDeps } from './task.ts';
import { waitKind, waitUntilKind } from './wait.ts';

export { createEffectKinds, STEP_CALL_LIMITS, type EffectKind, type EffectKinds } from './effectKinds.ts';
export type { KindHandler, KindHandlers, Scope } from './kind.ts';
export type { EffectPorts } from './ports.ts';

/** The kinds that an agent carries out. */
export type AgentKind = 'command' | 'kubernetes';
/** The kinds that do something outside or to incidents; whoever puts the module together hands them in. */
export type GivenKinds = Pick<KindHandlers, EffectKind | AgentKind>;

/** The whole table. */
export function createKinds(given: GivenKinds, ports: SubRunbookDeps & TaskKindDeps): KindHandlers {
  return {
    ...given,
    task: createTaskKind(ports),
    manual: manualKind,
    approval: approvalKind,
    wait: waitKind,
    waitUntil: waitUntilKind,
    subRunbook: createSubRunbookKind(ports),
  };
}
