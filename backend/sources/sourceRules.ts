/** What a source's rules may be together, and what changing them means. Pure. */
import { NO_RULES, type FieldFault, type Mapping, type SourceKind, type SourceRules, type SourceSeverity } from '#contract';

/** Parts that are named replace those that stand; the others stay. */
export type RulesEdit = { readonly [K in keyof SourceRules]?: SourceRules[K] | undefined };

/** The rules after an edit. */
export function mergeRules(current: SourceRules, edit: RulesEdit | undefined): SourceRules {
  if (edit === undefined) return current;
  return {
    mapping: edit.mapping === undefined ? current.mapping : edit.mapping,
    heartbeatSeconds: edit.heartbeatSeconds === undefined ? current.heartbeatSeconds : edit.heartbeatSeconds,
    fingerprintLabels: edit.fingerprintLabels === undefined ? current.fingerprintLabels : edit.fingerprintLabels,
    severity: edit.severity === undefined ? current.severity : edit.severity,
    reconcile: edit.reconcile === undefined ? current.reconcile : edit.reconcile,
  };
}

/** Why a source of this kind cannot have these rules; null when it can. */
export function rulesFault(kind: SourceKind, rules: SourceRules): FieldFault | null {
  if (rules.mapping !== null && kind !== 'generic') return { field: 'rules.mapping', message: `a source of kind ${kind} has a form of its own and needs no mapping` };
  if (rules.fingerprintLabels !== null && kind === 'generic') return { field: 'rules.fingerprintLabels', message: 'the mapping says what identifies an alert: change its identity' };
  if (rules.reconcile === true && kind !== 'grafana') return { field: 'rules.reconcile', message: 'only a Grafana can be asked for its active alerts' };
  return null;
}

/** Text that is equal for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** What differs between two sets of rules, part by part. */
export function rulesChanges(before: SourceRules, after: SourceRules): Record<string, { from: unknown; to: unknown }> {
  const changes: Record<string, { from: unknown; to: unknown }> = {};
  const parts: readonly (readonly [string, unknown, unknown])[] = [
    ['mapping', before.mapping, after.mapping], ['heartbeatSeconds', before.heartbeatSeconds, after.heartbeatSeconds],
    ['fingerprintLabels', before.fingerprintLabels, after.fingerprintLabels], ['severity', before.severity, after.severity],
    ['reconcile', before.reconcile, after.reconcile],
  ];
  for (const [part, from, to] of parts) if (canonical(from) !== canonical(to)) changes[part] = { from, to };
  return changes;
}

/** True when nothing is set. */
export function areNoRules(rules: SourceRules): boolean {
  return Object.keys(rulesChanges(NO_RULES, rules)).length === 0;
}

/** The organisation's mapping with a source's own severities before it. */
export function withSourceSeverity(mapping: Mapping, own: SourceSeverity | null): Mapping {
  if (own === null) return mapping;
  const values: Mapping['severityValues'] = {};
  for (const [value, severity] of Object.entries(own.values)) values[value.trim().toLowerCase()] = severity;
  return {
    ...mapping,
    severityLabels: own.labels.length === 0 ? mapping.severityLabels : own.labels,
    severityValues: { ...mapping.severityValues, ...values },
    defaultSeverity: own.otherwise ?? mapping.defaultSeverity,
  };
}
