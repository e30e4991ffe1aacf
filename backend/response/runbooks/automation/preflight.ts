/** Looks, each night and when asked, whether runbooks would work: what would fail tonight is red today. */
import { runbookId, type Actor, type OrgId, type PreflightReport } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { notFoundError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import type { Job } from '../../../platform/jobs/worker.ts';
import type { Logger } from '../../../platform/logger.ts';
import { parseRunbook, resolveInputs, secretsUsed } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import { createMasker } from '../secrets/index.ts';
import type { AutomationPorts, LiveRunbook } from './ports.ts';
import { checksOfLinks, checksOfStep, leavesOf, type Finding } from './preflightChecks.ts';
import { forgetReports, keepReport, listReports } from './preflightStore.ts';
import { runChecks } from './runChecks.ts';
import { readSettings } from './settingsStore.ts';

export interface PreflightDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: Pick<AutomationPorts, 'listLive' | 'preflight'>;
}

export interface Preflight {
  readonly handlers: Handlers<'listPreflight' | 'runPreflight'>;
  readonly job: Job;
  /** Looks at all live runbooks of an organisation. Gives how many would fail. */
  lookAtAll(orgId: OrgId): Promise<number>;
}

/** No check of a runbook begins later than this after the first one. */
const LOOK_MS = 30_000;

/** Makes it. */
export function createPreflight({ db, clock, logger, orgs, ports }: PreflightDeps): Preflight {
  async function openSecrets(orgId: OrgId, { document }: LiveRunbook): Promise<{ secrets: Map<string, string>; findings: Finding[] }> {
    const secrets = new Map<string, string>();
    const findings: Finding[] = [];
    for (const name of secretsUsed(document)) {
      try {
        const opened = await ports.preflight.openSecrets(db, orgId, [name], { runbook: runbookId.parse(document.metadata.id), role: 'admin' });
        const value = opened.get(name);
        if (value === undefined) throw new Error(`there is no secret “${name}”`);
        secrets.set(name, value);
        findings.push({ check: 'secret', step: null, ok: true, detail: `the secret “${name}” is there`, fix: null });
      } catch (error) {
        findings.push({ check: 'secret', step: null, ok: false, detail: error instanceof Error ? error.message : String(error), fix: `Set the secret “${name}”, or let this runbook use it.` });
      }
    }
    return { secrets, findings };
  }

  function scopeOf({ document }: LiveRunbook): Scope {
    try {
      return { inputs: resolveInputs(document, {}, {}) };
    } catch {
      // Some are asked for: those with a default are known.
      return { inputs: Object.fromEntries(document.inputs.flatMap((input) => (input.default === undefined ? [] : [[input.name, input.default]]))) };
    }
  }

  async function lookAt(orgId: OrgId, runbook: LiveRunbook): Promise<PreflightReport> {
    const { document } = runbook;
    const fault = parseRunbook(runbook.source).findings.find(({ level }) => level === 'error');
    const parsed: Finding = fault === undefined
      ? { check: 'runbook', step: null, ok: true, detail: 'its text has no errors', fix: null }
      : { check: 'runbook', step: null, ok: false, detail: `line ${fault.line}: ${fault.message}`, fix: 'Correct the text and publish it.' };
    const { secrets, findings } = await openSecrets(orgId, runbook);
    const deps = {
      q: db, orgId, ports: ports.preflight, settings: await readSettings(db, orgId), agents: await ports.preflight.agentsOf(db, orgId), scope: scopeOf(runbook), secrets, reached: new Map(),
    };
    const checks = [...leavesOf(document.steps).flatMap((step) => checksOfStep(step, deps)), ...checksOfLinks(document, ports.preflight)];
    // What is told of a check holds no secret, though an address may, also in the spelling of hosts.
    const masker = createMasker([...secrets.values()].flatMap((value) => [value, value.toLowerCase()]));
    const found = [parsed, ...findings, ...await runChecks(checks, AbortSignal.timeout(LOOK_MS))];
    const all = found.map((finding) => ({ ...finding, detail: masker.mask(finding.detail) }));
    const report = { runbook: runbookId.parse(document.metadata.id), title: document.metadata.title, at: clock.now().toISOString(), ok: all.every(({ ok }) => ok), findings: all };
    await keepReport(db, orgId, report);
    return report;
  }

  async function tell(orgId: OrgId, actor: Actor, reports: readonly PreflightReport[], one: PreflightReport | null): Promise<void> {
    const faulty = reports.filter(({ ok }) => !ok);
    await db.transaction((tx) => appendEvents(tx, orgId, clock.now(), [{
      type: 'runbook.preflight_ended', incident: null, actor,
      data: { faults: faulty.length, runbooks: reports.length, faulty: faulty.slice(0, 50).map(({ runbook }) => runbook), ...(one === null ? {} : { runbook: one.runbook, title: one.title }) },
    }]));
  }

  async function lookAtAll(orgId: OrgId): Promise<number> {
    const live = await ports.listLive(db, orgId);
    const reports: PreflightReport[] = [];
    for (const runbook of live) reports.push(await lookAt(orgId, runbook));
    await forgetReports(db, orgId, live.map(({ document }) => document.metadata.id));
    if (live.length > 0) await tell(orgId, SYSTEM_ACTOR, reports, null);
    return reports.filter(({ ok }) => !ok).length;
  }

  return {
    lookAtAll,
    job: {
      name: 'runbooks.preflight',
      cron: '10 2 * * *',
      // Looking twice gives the same report twice.
      async run() {
        for (const orgId of orgs) {
          const faults = await lookAtAll(orgId);
          if (faults > 0) logger.info({ orgId, faults }, 'preflight found runbooks that would fail');
        }
      },
    },
    handlers: {
      async listPreflight({ query }, { caller }) {
        const after = decodeCursor(query.cursor, (values) => values.length === 2 && /^[01]$/.test(values[0] ?? ''));
        const reports = await listReports(db, caller.orgId, after === null ? null : { ok: after[0] === '1', runbook: after[1] ?? '' }, query.limit);
        return toPage(reports, query.limit, (report) => [report.ok ? '1' : '0', report.runbook]);
      },
      async runPreflight({ params }, { caller }) {
        const runbook = (await ports.listLive(db, caller.orgId)).find(({ document }) => document.metadata.id === params.id);
        if (runbook === undefined) throw notFoundError(`there is no published runbook “${params.id}”`);
        const report = await lookAt(caller.orgId, runbook);
        await tell(caller.orgId, caller.actor, [report], report);
        return report;
      },
    },
  };
}
