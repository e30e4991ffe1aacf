/** Warnings about suppression rules that hide more grave alerts than they should. */
import { noiseRuleBody, type OrgId } from '#contract';
import { SYSTEM_ACTOR, type NewEvent } from '../eventlog/index.ts';
import type { Transaction } from '../platform/db/database.ts';

const DAY_MS = 86_400_000;

/** The sentence about a rule that hides too much, or null. */
export function hiddenWarning(warnSev1Above: number, sev1: number): string | null {
  if (sev1 <= warnSev1Above) return null;
  return `hides ${sev1} SEV1 ${sev1 === 1 ? 'alert' : 'alerts'} within 24 hours; ${warnSev1Above === 0 ? 'none is' : `at most ${warnSev1Above} are`} expected`;
}

/** Finds rules that hide too much and have not been warned of within a day, notes that they are now, and gives the events. */
export async function warnOfHidden(tx: Transaction, orgId: OrgId, at: Date): Promise<NewEvent[]> {
  const since = new Date(at.getTime() - DAY_MS);
  // A rule that somebody edits at the moment is passed over: whoever holds it may wait for us.
  const rows = await tx.query<{ id: string; document: unknown; sev1: number }>(
    `select r.id, r.document, (
       select count(*)::integer from held_back_alerts as h
       where h.org_id = r.org_id and h.cause_id = r.id and h.since >= $2::timestamptz and h.severity = 1) as sev1
     from noise_rules as r
     where r.org_id = $1::integer and r.kind = 'suppression' and (r.warned_at is null or r.warned_at < $2::timestamptz)
     for update of r skip locked`,
    [orgId, since],
  );
  const events: NewEvent[] = [];
  for (const row of rows) {
    const body = noiseRuleBody.parse(row.document);
    const warning = body.kind === 'suppression' ? hiddenWarning(body.warnSev1Above, row.sev1) : null;
    if (warning === null) continue;
    await tx.query('update noise_rules set warned_at = $3::timestamptz where org_id = $1::integer and id = $2::text', [orgId, row.id, at]);
    events.push({ type: 'noise.rule_warned', incident: null, actor: SYSTEM_ACTOR, data: { rule: row.id, name: body.name, warning, sev1: row.sev1 } });
  }
  return events;
}
