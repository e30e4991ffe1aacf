/** What insight needs of the runbooks that wait for its warnings; whoever puts the service together plugs it in. */
import type { AttachedRunbook, WarningKind } from '#contract';
import type { Caller } from '../platform/http/route.ts';

/** By the number of the warning. The warnings are ones that the caller sees. */
export type AttachedTo = (caller: Caller, kind: WarningKind, ids: readonly string[]) => Promise<ReadonlyMap<string, readonly AttachedRunbook[]>>;
