/** SQL of what preflights found. */
import { preflightFinding, runbookId, type OrgId, type PreflightReport } from '#contract';
import type { Queryable } from '../../../platform/db/database.ts';

interface ReportRow {
  runbook: string;
  title: string;
  at: Date;
  ok: boolean;
  findings: unknown;
}

function toReport(row: ReportRow): PreflightReport {
  return { runbook: runbookId.parse(row.runbook), title: row.title, at: row.at.toISOString(), ok: row.ok, findings: preflightFinding.array().parse(row.findings) };
}

/** Keeps a report in place of the one before. */
export async function keepReport(q: Queryable, orgId: OrgId, report: PreflightReport): Promise<void> {
  await q.query(
    `insert into preflight_reports (org_id, runbook, title, at, ok, faults, findings)
     values ($1::integer, $2::text, $3::text, $4::timestamptz, $5::boolean, $6::integer, $7::jsonb)
     on conflict (org_id, runbook) do update set title = excluded.title, at = excluded.at, ok = excluded.ok, faults = excluded.faults, findings = excluded.findings
       where preflight_reports.at <= excluded.at`,
    [orgId, report.runbook, report.title, report.at, report.ok, report.findings.filter((finding) => !finding.ok).length, JSON.stringify(report.findings)],
  );
}

/** Forgets the reports of runbooks that are not in use any more. */
export async function forgetReports(q: Queryable, orgId: OrgId, live: readonly string[]): Promise<void> {
  await q.query('delete from preflight_reports as p where p.org_id = $1::integer and p.runbook <> all($2::text[])', [orgId, live]);
}

/** Reports with faults first, then by name, one more than the limit. */
export async function listReports(q: Queryable, orgId: OrgId, after: { readonly ok: boolean; readonly runbook: string } | null, limit: number): Promise<PreflightReport[]> {
  const rows = await q.query<ReportRow>(
    `select p.runbook, p.title, p.at, p.ok, p.findings from preflight_reports as p
     where p.org_id = $1::integer and ($2::boolean is null or (p.ok, p.runbook collate "C") > ($2::boolean, $3::text collate "C"))
     order by p.ok, p.runbook collate "C" limit $4::integer`,
    [orgId, after?.ok ?? null, after?.runbook ?? null, limit + 1],
  );
  return rows.map(toReport);
}

/** What the last preflight of some runbooks found, in short; the catalogue shows it. */
export async function preflightOf(q: Queryable, orgId: OrgId, runbooks: readonly string[]): Promise<Map<string, { ok: boolean; at: Date; faults: number }>> {
  if (runbooks.length === 0) return new Map();
  const rows = await q.query<{ runbook: string; ok: boolean; at: Date; faults: number }>(
    'select p.runbook, p.ok, p.at, p.faults from preflight_reports as p where p.org_id = $1::integer and p.runbook = any($2::text[])', [orgId, runbooks],
  );
  return new Map(rows.map(({ runbook, ...rest }) => [runbook, rest]));
}
