/** What this module needs from others, as seen from here. The composition root plugs it in. */
import type { OrgId } from '#contract';
import type { Topology } from '../catalog/index.ts';

/** The topology of an organisation, for what depends on what. */
export type TopologyLookup = (orgId: OrgId) => Promise<Topology>;

/** Seals secrets for storing. `purpose` binds an envelope to its use. */
export interface SecretRing {
  seal(plaintext: string, purpose: string): string;
  open(envelope: string, purpose: string): string;
}

/** The guarded way out. */
export type CallOut = (request: {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }>;
