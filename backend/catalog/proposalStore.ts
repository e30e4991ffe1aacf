/** SQL of proposed dependencies. */
import {
  dependencyType, proposalEvidence, type DependencyProposal, type DependencyType, type OrgId, type PROPOSAL_STATES, type ProposalEvidence,
} from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

export type ProposalState = (typeof PROPOSAL_STATES)[number];

interface ProposalRow {
  id: string;
  from_service: string;
  to_service: string;
  type: string;
  state: ProposalState;
  evidence: unknown;
  proposed_at: Date;
  decided_at: Date | null;
  decided_by: string | null;
}

const COLUMNS = 'p.id, p.from_service, p.to_service, p.type, p.state, p.evidence, p.proposed_at, p.decided_at, p.decided_by';

function toProposal(row: ProposalRow): DependencyProposal {
  return {
    id: row.id, from: row.from_service, to: row.to_service, type: dependencyType.parse(row.type), state: row.state, evidence: proposalEvidence.parse(row.evidence),
    proposedAt: row.proposed_at.toISOString(), decidedAt: row.decided_at?.toISOString() ?? null, decidedBy: row.decided_by,
  };
}

/** A page of proposals of one state, the newest first. */
export async function selectProposals(q: Queryable, orgId: OrgId, state: ProposalState, limit: number, before: { at: string; id: string } | null): Promise<DependencyProposal[]> {
  const rows = await q.query<ProposalRow>(
    `select ${COLUMNS} from catalog_proposals as p
      where p.org_id = $1::integer and p.state = $2::text and ($3::timestamptz is null or (p.proposed_at, p.id) < ($3::timestamptz, $4::text))
      order by p.proposed_at desc, p.id desc limit $5::integer`,
    [orgId, state, before?.at ?? null, before?.id ?? null, limit + 1],
  );
  return rows.map(toProposal);
}

/** One proposal, locked until the transaction ends; null when there is none. */
export async function lockProposal(tx: Transaction, orgId: OrgId, id: string): Promise<DependencyProposal | null> {
  const [row] = await tx.query<ProposalRow>(`select ${COLUMNS} from catalog_proposals as p where p.org_id = $1::integer and p.id = $2::text for update`, [orgId, id]);
  return row === undefined ? null : toProposal(row);
}

export interface NewProposal {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly type: DependencyType;
  readonly evidence: ProposalEvidence;
}

/** Adds a proposal, or renews the evidence of an open one; decided ones stay as they are. True when it is new. */
export async function upsertProposal(tx: Transaction, orgId: OrgId, proposal: NewProposal, at: Date): Promise<boolean> {
  const rows = await tx.query<{ is_new: boolean }>(
    `insert into catalog_proposals as p (org_id, id, from_service, to_service, type, state, evidence, proposed_at)
     values ($1::integer, $2::text, $3::text, $4::text, $5::text, 'open', $6::jsonb, $7::timestamptz)
     on conflict (org_id, from_service, to_service) do update set evidence = excluded.evidence where p.state = 'open'
     returning p.id = $2::text as is_new`,
    [orgId, proposal.id, proposal.from, proposal.to, proposal.type, JSON.stringify(proposal.evidence), at],
  );
  return rows[0]?.is_new === true;
}

/** Decides a proposal. */
export async function decideProposal(tx: Transaction, orgId: OrgId, id: string, state: 'accepted' | 'rejected', type: DependencyType, by: string, at: Date): Promise<void> {
  await tx.query(
    `update catalog_proposals set state = $3::text, type = $4::text, decided_by = $5::text, decided_at = $6::timestamptz
      where org_id = $1::integer and id = $2::text`,
    [orgId, id, state, type, by, at],
  );
}
