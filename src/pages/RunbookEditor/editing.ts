/** What forms do to the text of a runbook. */
import type { JsonValue, RunbookFinding } from '#contract';
import type { Path } from '../../model/jsonEdit.ts';

export interface Editing {
  /** What the text says, as far as it is YAML. */
  readonly document: unknown;
  readonly readOnly: boolean;
  readonly set: (path: Path, value: JsonValue | undefined) => void;
  readonly insert: (listPath: Path, index: number, item: JsonValue) => void;
  readonly move: (listPath: Path, from: number, to: number) => void;
  /** What is wrong at a place, or nothing. */
  readonly faultAt: (path: Path) => string | undefined;
  /** Values that fit at a place, among others that may be written there. */
  readonly suggestionsAt: (path: Path) => readonly string[];
  /** How many errors are at a place or below it. */
  readonly errorsBelow: (path: Path) => number;
}

/** Finds what is wrong by the place that findings name. */
export function faultsOf(findings: readonly RunbookFinding[]): { at: (text: string) => string | undefined; below: (text: string) => number } {
  return {
    at: (text) => findings.find(({ path, level }) => level === 'error' && path === text)?.message,
    below: (text) => findings.filter(({ path, level }) => level === 'error' && (path === text || path.startsWith(`${text}.`) || path.startsWith(`${text}[`))).length,
  };
}
