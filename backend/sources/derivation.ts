/**
 * Labels derived from what a sender wrote: taken out of texts by named groups of patterns, then looked
 * up in tables. What the sender wrote always wins. Pure but for the clock that it is given to hold
 * patterns to their budget; called once per alert, so everything is compiled once.
 *
 * Patterns run on an engine of linear time (RE2), over text of limited length. A large pattern on a long text may take
 * seconds all the same: that evaluation is broken off when its budget is used up. A pattern over its budget is not used again.
 */
import { RE2JS } from 're2js';
import { DRILL_LABEL, type EnrichmentTable, type ExtractionRule, type Labels } from '#contract';
import type { TimeLimit } from '../platform/expressions/timeLimit.ts';

/** How long one pattern may take on one alert. */
export const PATTERN_BUDGET_MS = 50;
/** Texts are cut here before a pattern sees them. */
export const MAX_TEXT_CHARACTERS = 8_000;
const MAX_VALUE_CHARACTERS = 500;
/** In instructions of the compiled pattern; nested counted repeats multiply them. */
const MAX_PROGRAM_SIZE = 5_000;
/** Instructions times characters. Fewer take a few milliseconds on any machine, and need nobody who stops them. */
const SHORT_WORK = 100_000;
const LABEL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What of an alert labels are derived from. */
export interface DerivationInput {
  readonly name: string;
  readonly summary: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface Derivation {
  /** Labels to add, none of which the alert has; null when there are none. */
  derive(input: DerivationInput): Labels | null;
}

export interface DerivationWatch {
  /** A clock that only moves forward, in milliseconds. */
  readonly nowMs: () => number;
  /** Stops work that takes too long. */
  readonly withinTime: TimeLimit;
  /** A pattern went over its budget, and is not used from now on. */
  readonly onSlow: (ruleId: string) => void;
}

/** What is wrong with a pattern, in words for whoever wrote it; null when nothing is. */
export function faultOfPattern(pattern: string): string | null {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    return `is not a pattern of RE2: ${error instanceof Error ? error.message : String(error)}`;
  }
  const names = Object.keys(compiled.namedGroups());
  if (names.length === 0) return 'has no named group: write (?P<label>…) around what is to become a label';
  const unfit = names.find((name) => !LABEL_NAME.test(name));
  if (unfit !== undefined) return `group "${unfit}" is not a label name`;
  if (compiled.programSize() > MAX_PROGRAM_SIZE) return 'is too large when compiled: lower its counted repeats';
  return null;
}

interface CompiledRule {
  readonly id: string;
  readonly rule: ExtractionRule;
  readonly pattern: RE2JS;
  readonly groups: readonly string[];
}

interface CompiledTable {
  readonly label: string;
  readonly rows: ReadonlyMap<string, Labels>;
}

function textFor(rule: ExtractionRule, input: DerivationInput): string {
  switch (rule.from) {
    case 'name':
      return input.name;
    case 'summary':
      return input.summary;
    case 'label':
      return ownText(input.labels, rule.field);
    case 'annotation':
      return ownText(input.annotations, rule.field);
  }
}

/** A name like "constructor" finds a function on a plain object. */
function ownText(map: Labels, name: string): string {
  const value: unknown = Object.hasOwn(map, name) ? map[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Prepares tables and patterns for use on many alerts; null when none is in use. */
export function compileDerivation(tables: readonly EnrichmentTable[], rules: readonly ExtractionRule[], watch: DerivationWatch): Derivation | null {
  const compiledTables: CompiledTable[] = tables.filter((table) => table.enabled).map((table) => ({
    label: table.matchLabel, rows: new Map(Object.entries(table.rows).map(([value, labels]) => [value.trim().toLowerCase(), labels])),
  }));
  let compiledRules: CompiledRule[] = rules.filter((rule) => rule.enabled && rule.flaggedAt === null).map((rule) => {
    const pattern = RE2JS.compile(rule.pattern);
    return { id: rule.id, rule, pattern, groups: Object.keys(pattern.namedGroups()) };
  });
  if (compiledTables.length === 0 && compiledRules.length === 0) return null;

  function extract({ id, rule, pattern, groups }: CompiledRule, input: DerivationInput, add: (name: string, value: string) => void): void {
    const text = textFor(rule, input);
    if (text === '') return;
    const startedMs = watch.nowMs();
    const found = evaluate(pattern, groups, text.slice(0, MAX_TEXT_CHARACTERS));
    if (found === 'broken_off' || watch.nowMs() - startedMs > PATTERN_BUDGET_MS) {
      compiledRules = compiledRules.filter((other) => other.id !== id);
      watch.onSlow(id);
      return;
    }
    for (const [group, value] of found) add(group, value);
  }

  /** Finding the groups is a second run over the text, and counts too. */
  function evaluate(pattern: RE2JS, groups: readonly string[], text: string): [string, string][] | 'broken_off' {
    const run = (): [string, string][] => {
      const matcher = pattern.matcher(text);
      return matcher.find() ? groups.map((group) => [group, matcher.group(group) ?? '']) : [];
    };
    if (pattern.programSize() * text.length <= SHORT_WORK) return run();
    const outcome = watch.withinTime(PATTERN_BUDGET_MS, run);
    return outcome.done ? outcome.value : 'broken_off';
  }

  return {
    derive(input) {
      const derived = new Map<string, string>();
      const add = (name: string, value: string): void => {
        const text = value.trim().replaceAll('\u0000', '').slice(0, MAX_VALUE_CHARACTERS);
        // What is a drill is known by who sent it, and by nothing else.
        if (text !== '' && name !== DRILL_LABEL && ownText(input.labels, name) === '' && !derived.has(name)) derived.set(name, text);
      };
      for (const rule of compiledRules) extract(rule, input, add);
      for (const { label, rows } of compiledTables) {
        const value = ownText(input.labels, label) || (derived.get(label) ?? '');
        const row = value === '' ? undefined : rows.get(value.trim().toLowerCase());
        if (row !== undefined) for (const [name, text] of Object.entries(row)) add(name, text);
      }
      return derived.size === 0 ? null : Object.fromEntries(derived);
    },
  };
}
