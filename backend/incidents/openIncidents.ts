/** Incidents that go on, for texts that name them. */
import { incidentListQuery, type IncidentState, type OrgId, type Severity } from '#contract';
import type { Viewer } from '../access/index.ts';
import { severityOf } from '../ingest/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { listIncidentRows } from './readStore.ts';

export interface OpenIncidentLine {
  readonly number: number;
  readonly title: string;
  readonly severity: Severity;
  readonly state: IncidentState;
}

const MAX_LINES = 30;

/** Those that the viewer sees, the gravest first; thirty at most. */
export async function listOpenIncidents(q: Queryable, orgId: OrgId, viewer: Viewer): Promise<OpenIncidentLine[]> {
  const { rows } = await listIncidentRows(q, orgId, viewer, incidentListQuery.parse({ phase: 'active', sort: 'severity', limit: MAX_LINES }));
  return rows.map((row) => ({ number: row.number, title: row.title, severity: severityOf(row.severity), state: row.state }));
}
