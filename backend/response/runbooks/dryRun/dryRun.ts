/** Dry runs over HTTP: of a text, or of a published runbook, for an incident or none. Nothing is sent. */
import type { DryRun, RunbookDocument, RunbookFinding, OrgId, RunbookId } from '#contract';
import { viewerOf, type Viewer } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { notFoundError } from '../../../platform/errors.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import { everyStep, incidentScope, parseRunbook, resolveInputs } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';
import type { Preview } from './preview.ts';
import { walkPlan } from './walkPlan.ts';

export type DryRunOperation = 'dryRunRunbook';

/** What a dry run needs of others. */
export interface DryRunPorts {
  readonly preview: Preview;
  /** `incident`, `alerts` and `services` of an incident that the viewer may see; else null. */
  incidentScope(q: Queryable, orgId: OrgId, viewer: Viewer, number: number): Promise<Scope | null>;
  findLive(q: Queryable, orgId: OrgId, id: RunbookId): Promise<{ readonly source: string } | null>;
  findVersion(q: Queryable, orgId: OrgId, id: RunbookId, version: number): Promise<{ readonly source: string } | null>;
}

export interface DryRunRequest {
  readonly document: RunbookDocument;
  readonly findings: readonly RunbookFinding[];
  readonly inputs: Parameters<typeof resolveInputs>[1];
  readonly outputs: Parameters<typeof walkPlan>[2]['outputs'];
  /** `incidentScope` of the incident that it is played for. */
  readonly known: Scope;
  /** Runbooks that its steps name and that are not in use. */
  readonly missing?: ReadonlySet<string>;
}

/** Plays a runbook. Throws an input error where an input is wrong. */
export function playRunbook({ document, findings, inputs, outputs, known, missing = new Set() }: DryRunRequest, preview: Preview): DryRun {
  const panel = { from: null, to: null, dashboard: null, variables: {} };
  const values = resolveInputs(document, inputs, { ...known, panel });
  const run = { id: '0', runbook: document.metadata.id, title: document.metadata.title, drill: false };
  const steps = walkPlan(document.steps, { ...known, panel, run, inputs: values }, { preview, outputs, missing });
  return { ok: steps.every(({ outcome }) => outcome !== 'fault'), findings: [...findings], steps };
}

/** Makes the handler. */
export function createDryRunHandlers({ db, ports }: { readonly db: Queryable; readonly ports: DryRunPorts }): Handlers<DryRunOperation> {
  return {
    async dryRunRunbook({ body }, { caller }) {
      const { orgId } = caller;
      let source = body.source;
      if (body.runbook !== undefined) {
        const found = body.version === undefined ? await ports.findLive(db, orgId, body.runbook) : await ports.findVersion(db, orgId, body.runbook, body.version);
        if (found === null) throw notFoundError(`there is no ${body.version === undefined ? '' : `version ${body.version} of a `}runbook "${body.runbook}"${body.version === undefined ? ' in use' : ''}`);
        source = found.source;
      }
      const known = body.incident === undefined ? incidentScope(null, []) : await ports.incidentScope(db, orgId, viewerOf(caller), body.incident);
      if (known === null) throw notFoundError(`there is no incident ${body.incident ?? ''}`);
      const { document, findings } = parseRunbook(source ?? '');
      if (document === null) return { ok: false, findings, steps: [] };
      const named = [...new Set(everyStep(document.steps).flatMap(({ step }) => (step.kind === 'subRunbook' ? [step.with.runbook] : [])))];
      const found = await Promise.all(named.map((id) => ports.findLive(db, orgId, id)));
      const missing = new Set<string>(named.filter((_id, index) => found[index] === null));
      return playRunbook({ document, findings, inputs: body.inputs, outputs: body.outputs, known, missing }, ports.preview);
    },
  };
}
