/** What a handler of an API operation gets and gives. Mounting and validation stand in `mount.ts`. */
import type { Actor, OperationName, OrgId, RequestOf, ResponseOf, Role, UserKey } from '#contract';
import { preconditionRequiredError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** A proven caller. Made only by authentication. */
export interface Caller {
  readonly kind: 'user' | 'token';
  readonly orgId: OrgId;
  /** Null for an API token. */
  readonly userKey: UserKey | null;
  /** Of an API token: who made it, and so stands behind what it does. */
  readonly issuedBy?: UserKey;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly derivedRole: Role;
  /** Sees private incidents without being a member: an API token that was made so. */
  readonly seesPrivate: boolean;
  /** As whom the caller's deeds are written down. */
  readonly actor: Actor;
  /** When the proof ends; streams are cut then. */
  readonly expiresAt: Date;
}

export interface RequestContext {
  readonly requestId: string;
  readonly caller: Caller;
  /** Version from `If-Match`, or null. */
  readonly ifMatch: number | null;
  readonly logger: Logger;
}

/** The version that a change is based on, of an operation that needs one. */
export function requiredVersion({ ifMatch }: RequestContext): number {
  if (ifMatch === null) throw preconditionRequiredError('send If-Match with the version that you read');
  return ifMatch;
}

/** Operations answered with one JSON body; the live stream is mounted on its own. */
export type JsonOperationName = Exclude<OperationName, 'streamEvents'>;

export type Handler<N extends JsonOperationName> = (
  request: RequestOf<N>,
  context: RequestContext,
) => Promise<ResponseOf<N>>;

/** The handlers of some operations; a module offers those it owns. */
export type Handlers<N extends JsonOperationName> = { readonly [K in N]: Handler<K> };
