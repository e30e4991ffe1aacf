/** What this module needs from others, as seen from here. The composition root plugs it in. */
import type { OrgId } from '#contract';
import type { Topology } from '../catalog/index.ts';

/** The topology of an organisation, for what depends on what. */
export type TopologyLookup = (orgId: OrgId) => Promise<Topology>;
