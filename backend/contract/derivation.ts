/** Labels that Muster adds to what a sender wrote: looked up in tables, or taken out of texts by patterns. Raw labels stay as they came. */
import { z } from 'zod';
import { instant, labels, page } from './primitives.ts';

const labelName = z.string().trim().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,199}$/, 'is not a label name');
const derivationId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes');

const tableFields = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  /** The label (raw or derived by an earlier table or rule) whose value chooses the row. */
  matchLabel: labelName,
  /** Value of the match label (compared in lower case) to the labels that it adds. */
  rows: z.record(z.string().max(500), labels).refine((rows) => Object.keys(rows).length <= 20_000, 'has more than 20000 rows').default({}),
  /** The rows as CSV instead: the first column holds the value, the others are named after the labels that they add. */
  csv: z.string().max(900_000).optional(),
} as const;
export const editTableBody = z.object(tableFields);
export const createTableBody = z.object({ id: derivationId, ...tableFields });
export const enrichmentTable = z.object({
  id: z.string(), name: z.string(), enabled: z.boolean(), matchLabel: z.string(), rows: z.record(z.string(), labels), updatedAt: instant, version: z.number().int(),
}).meta({ id: 'EnrichmentTable' });
export type EnrichmentTable = z.infer<typeof enrichmentTable>;
export const tablePage = page(enrichmentTable);

/** What a rule reads: the alert's name, its summary, or a named label or annotation. */
export const EXTRACTION_SOURCES = ['name', 'summary', 'label', 'annotation'] as const;
const ruleFields = {
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  from: z.enum(EXTRACTION_SOURCES),
  /** Which label or annotation; empty for name and summary. */
  field: z.string().max(200).default(''),
  /** RE2 syntax; each named group, `(?P<host>…)` or `(?<host>…)`, becomes a derived label. */
  pattern: z.string().min(1).max(1000),
} as const;
export const editRuleBody = z.object(ruleFields);
export const createRuleBody = z.object({ id: derivationId, ...ruleFields });
export const extractionRule = z.object({
  id: z.string(), name: z.string(), enabled: z.boolean(), from: z.enum(EXTRACTION_SOURCES), field: z.string(), pattern: z.string(),
  /** Set when it took too long on an alert: it is not used until somebody edits it. */
  flaggedAt: instant.nullable(), flagReason: z.string().nullable(), version: z.number().int(),
}).meta({ id: 'ExtractionRule' });
export type ExtractionRule = z.infer<typeof extractionRule>;
export const rulePage = page(extractionRule);

export const tryDerivationBody = z.object({ labels, annotations: labels.default({}) });
export const derivedLabels = z.object({ derived: labels });
