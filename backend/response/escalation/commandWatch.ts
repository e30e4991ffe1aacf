/**
 * Watches whoever commands an incident for silence where no policy does: reminds them, then calls the owners of what fails, of whom
 * one may take over. It is an escalation of no policy that begins as answered, and stands on the board once somebody was told something.
 */
import { putPolicyBody, type ClockRulesBody, type OrgId, type UserKey } from '#contract';
import { SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { readRules } from './clocks/clockStore.ts';
import { insertEscalation, lockLive, updateEscalation, type EscalationRow } from './escalationStore.ts';

const MINUTE_MS = 60_000;
const COMMANDER = 'commander';

/** Whether an escalation is such a watch. */
export function isCommandWatch(run: Pick<EscalationRow, 'policy' | 'plan'>): boolean {
  return run.policy === null && run.plan.role === COMMANDER;
}

function planOf(silence: NonNullable<ClockRulesBody['commander']>): EscalationRow['plan'] {
  return putPolicyBody.parse({ name: 'Silence of the commander', role: COMMANDER, repeat: 1, silence, steps: [{ kind: 'owner', pick: 'all', waitSeconds: 300 }] });
}

/** Begins to watch whoever commands, unless something watches command already, or the organisation wants none. */
export async function watchCommander(tx: Transaction, orgId: OrgId, incident: number, user: UserKey, at: Date): Promise<void> {
  const { commander: silence } = (await readRules(tx, orgId)).body;
  if (silence === null || (await lockLive(tx, orgId, incident)).some(({ plan }) => plan.role === COMMANDER)) return;
  const run = await insertEscalation(tx, orgId, { incident, policy: null, plan: planOf(silence), cause: 'whoever commands is asked for a word now and then', by: SYSTEM_ACTOR, at });
  if (run !== null) await updateEscalation(tx, orgId, run, { state: 'answered', answeredBy: user, answeredAt: at, nextAt: new Date(at.getTime() + silence.nudgeMinutes * MINUTE_MS) });
}
