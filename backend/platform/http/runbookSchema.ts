/** The JSON Schema of runbooks, for editors: the same shapes that the service checks with. */
import { runbookDocument } from '#contract';
import { z } from 'zod';

/** Where the schema is served, below the API. */
export const RUNBOOK_SCHEMA_PATH = '/runbook-schema.json';

/** The schema (draft 7, which editors of YAML read best). The same contract gives the same bytes. */
export function runbookSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(runbookDocument, { io: 'input', target: 'draft-7' });
  return { $schema, title: 'Runbook of Muster', description: 'A procedure that runs itself. docs/runbooks.md teaches how it is written.', ...schema };
}
