/** Reads the text of a runbook, and says what is wrong with it and where. */
import { runbookDocument, type RunbookDocument, type RunbookFinding } from '#contract';
import { LRUCache } from 'lru-cache';
import { LineCounter, parseDocument } from 'yaml';
import { deepFreeze } from '../../../platform/deepFreeze.ts';
import { boundIssues, warnings } from './bounds.ts';
import { describeIssues, type Issue } from './issues.ts';
import { nameFaults } from './names.ts';
import { keyText, placesOf, type Places } from './places.ts';
import { everyStep } from './walk.ts';

export interface ParsedRunbook {
  /** Null while there are errors. */
  readonly document: RunbookDocument | null;
  /** In the order of the text. */
  readonly findings: RunbookFinding[];
}

const MAX_FINDINGS = 200;

/** In the order of the text, each at a place that the text has: what is missing at the end of a line is told a place beyond it. */
function inOrder(source: string, findings: readonly RunbookFinding[]): RunbookFinding[] {
  const lines = source.split('\n');
  return findings
    .map((finding) => ({ ...finding, column: Math.min(finding.column, (lines[finding.line - 1] ?? '').length + 1) }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .slice(0, MAX_FINDINGS);
}

function findingOf(level: RunbookFinding['level'], places: Places): (issue: Issue) => RunbookFinding {
  return ({ path, message }) => ({ level, message, ...places.at(path), path: keyText(path) });
}

function check(document: RunbookDocument, places: Places): RunbookFinding[] {
  const every = new Set(everyStep(document.steps).map(({ step }) => step.id));
  return [
    ...boundIssues(document).map(findingOf('error', places)),
    ...nameFaults(document, every).map(({ path, message, position }): RunbookFinding => ({
      level: 'error', message, ...(position === null ? places.at(path) : places.within(path, position)), path: keyText(path),
    })),
    ...warnings(document).map(findingOf('warning', places)),
  ];
}

function parse(source: string): ParsedRunbook {
  const lines = new LineCounter();
  const text = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (text.errors.length > 0) {
    return {
      document: null,
      findings: inOrder(source, text.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { level: 'error', message: error.message, line: Math.max(1, line), column: Math.max(1, col), path: '' };
      })),
    };
  }
  const places = placesOf(source, text, lines);
  const value: unknown = text.toJS({ maxAliasCount: 50 });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { document: null, findings: [{ level: 'error', message: 'a runbook is an object with apiVersion, kind, metadata and steps', line: 1, column: 1, path: '' }] };
  }
  const checked = runbookDocument.safeParse(value);
  if (!checked.success) return { document: null, findings: inOrder(source, describeIssues(checked.error, value).map(findingOf('error', places))) };
  const findings = inOrder(source, check(checked.data, places));
  return { document: findings.some(({ level }) => level === 'error') ? null : checked.data, findings };
}

function parseAnyhow(source: string): ParsedRunbook {
  try {
    return parse(source);
  } catch (error) {
    // Nested too deep, or aliases that would fill the memory.
    return { document: null, findings: [{ level: 'error', message: `the text cannot be read: ${error instanceof Error ? error.message : String(error)}`, line: 1, column: 1, path: '' }] };
  }
}

const MAX_KEPT_CHARACTERS = 2_000_000;
/** The same text is read again and again: to be shown, listed, run, step after step. A long one takes 200 ms. */
const kept = new LRUCache<string, ParsedRunbook>({ max: 200, maxSize: MAX_KEPT_CHARACTERS, sizeCalculation: (_parsed, source) => source.length + 1 });

/** Reads a runbook. Never throws: what is wrong is told with line and column. What it gives is frozen, and the same for the same text. */
export function parseRunbook(source: string): ParsedRunbook {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const parsed = deepFreeze(parseAnyhow(source));
  kept.set(source, parsed);
  return parsed;
}
