/** Use cases of proposed dependencies: propose, accept into the topology, reject for good. */
import { randomUUID } from 'node:crypto';
import type { Actor, DependencyProposal, DependencyType, OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { conflictError, notFoundError } from '../platform/errors.ts';
import type { LearnedDependency } from './learnDependencies.ts';
import type { EventSink } from './ports.ts';
import { decideProposal, lockProposal, upsertProposal } from './proposalStore.ts';
import { insertLearnedDependency, lockCatalog, selectService } from './serviceStore.ts';

export interface ProposalService {
  /** Keeps what was learned; gives how many of them nobody had been shown before. */
  propose(orgId: OrgId, learned: readonly LearnedDependency[]): Promise<number>;
  accept(orgId: OrgId, actor: Actor, id: string, type: DependencyType | undefined): Promise<DependencyProposal>;
  reject(orgId: OrgId, actor: Actor, id: string): Promise<DependencyProposal>;
}

export interface ProposalServiceOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordEvent: EventSink;
  readonly onChanged: (orgId: OrgId) => void;
}

const SYSTEM: Actor = { kind: 'system', key: 'muster', name: 'Muster' };

/** Use cases over a database. */
export function createProposalService({ db, clock, recordEvent, onChanged }: ProposalServiceOptions): ProposalService {
  async function decide(orgId: OrgId, actor: Actor, id: string, state: 'accepted' | 'rejected', type: DependencyType | undefined): Promise<DependencyProposal> {
    const decided = await db.transaction(async (tx) => {
      await lockCatalog(tx, orgId);
      const proposal = await lockProposal(tx, orgId, id);
      if (proposal === null) throw notFoundError(`there is no proposal "${id}"`);
      if (proposal.state !== 'open') throw conflictError(`this proposal was ${proposal.state} already${proposal.decidedBy === null ? '' : ` by ${proposal.decidedBy}`}`);
      const chosen = type ?? proposal.type;
      if (state === 'accepted') {
        for (const name of [proposal.from, proposal.to]) {
          if ((await selectService(tx, orgId, name)) === null) throw conflictError(`"${name}" is not in the catalogue any more: add it first`);
        }
        await insertLearnedDependency(tx, orgId, proposal.from, proposal.to, chosen);
      }
      await decideProposal(tx, orgId, id, state, chosen, actor.name, clock.now());
      const after = await lockProposal(tx, orgId, id);
      if (after === null) throw notFoundError(`there is no proposal "${id}"`);
      await recordEvent(tx, orgId, {
        type: state === 'accepted' ? 'dependency.accepted' : 'dependency.rejected', actor, incident: null, data: { from: proposal.from, to: proposal.to, type: chosen },
      });
      return after;
    });
    onChanged(orgId);
    return decided;
  }

  return {
    propose: (orgId, learned) => db.transaction(async (tx) => {
      let added = 0;
      for (const one of learned) {
        if (await upsertProposal(tx, orgId, { id: randomUUID(), ...one }, clock.now())) added += 1;
      }
      if (added > 0) await recordEvent(tx, orgId, { type: 'dependency.proposed', actor: SYSTEM, incident: null, data: { proposals: added } });
      return added;
    }),
    accept: (orgId, actor, id, type) => decide(orgId, actor, id, 'accepted', type),
    reject: (orgId, actor, id) => decide(orgId, actor, id, 'rejected', undefined),
  };
}
