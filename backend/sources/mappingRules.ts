/**
 * From labels to Muster's own fields. Pure and called once per alert, so a mapping is compiled once
 * and then only looks up.
 */
import { SEVERITIES, type Labels, type Mapping, type Severity, type UnmappedKind } from '#contract';

/** Something the mapping did not know, worth showing to whoever keeps it. */
export interface UnmappedValue {
  /** `severity`: a value without a mapping. The others: a rule whose alerts name no service, team, and so on. */
  readonly kind: UnmappedKind;
  readonly value: string;
}

export interface NormalisedFields {
  readonly severity: Severity;
  readonly service: string | null;
  readonly team: string | null;
  readonly environment: string | null;
  readonly cluster: string | null;
  /** The rule could not be evaluated: monitoring is blind here, which does not mean that the service fails. */
  readonly monitoringGap: boolean;
  readonly unmapped: readonly UnmappedValue[];
}

export interface CompiledMapping {
  /** Derives the fields of one alert from its labels. Annotations describe and may change, so they have no say. */
  normalise(labels: Labels): NormalisedFields;
}

const MAX_VALUE_CHARACTERS = 200;
const MONITORING_GAP_SEVERITY: Severity = 'sev4';

/** Grafana fires these in place of a rule that returned no data or could not be evaluated. */
const MONITORING_GAP_ALERT_NAMES: ReadonlySet<string> = new Set(['DatasourceNoData', 'DatasourceError']);

/** Grafana's test button makes up a group key `<receiver>-<fingerprint>-<unix seconds>`; real ones contain braces. */
const TEST_GROUP_KEY = /^[^{}]*-[0-9a-f]{1,16}-\d{9,11}$/;

/** True for an alert that stands for a rule which could not be evaluated. */
export function isMonitoringGap(labels: Labels): boolean {
  return MONITORING_GAP_ALERT_NAMES.has(labels.alertname ?? '');
}

/** Name of the rule behind an alert. A monitoring gap carries its rule's name in `rulename`. */
export function ruleNameOf(labels: Labels): string {
  const name = isMonitoringGap(labels) ? (labels.rulename ?? labels.alertname) : labels.alertname;
  return name === undefined || name === '' ? 'unnamed rule' : storable(name);
}

/**
 * True for what Grafana's "Test" button sends. People may change its labels in the dialog; the
 * notification's group key still tells, so pass it where it is known.
 */
export function isTestAlert(labels: Labels, groupKey?: string): boolean {
  if (labels.alertname === 'TestAlert' && labels.instance === 'Grafana') return true;
  return groupKey !== undefined && TEST_GROUP_KEY.test(groupKey);
}

/** The milder one of two severities. */
function milder(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}

/** Text that PostgreSQL can hold: it refuses NUL, which JSON permits. */
function storable(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '') : text;
}

/** First label of `names` that says something, lower-cased and trimmed. */
function firstValue(labels: Labels, names: readonly string[]): string | null {
  for (const name of names) {
    const raw: unknown = labels[name];
    // A name like "constructor" finds a function on a plain object.
    if (typeof raw !== 'string') continue;
    const value = storable(raw).trim().toLowerCase();
    if (value !== '') return value.length > MAX_VALUE_CHARACTERS ? value.slice(0, MAX_VALUE_CHARACTERS) : value;
  }
  return null;
}

/** Prepares a mapping for use on many alerts. */
export function compileMapping(mapping: Mapping): CompiledMapping {
  const severityByValue = new Map<string, Severity>();
  for (const [value, severity] of Object.entries(mapping.severityValues)) {
    severityByValue.set(value.trim().toLowerCase(), severity);
  }

  // What no label may name is not in use here, and not missing. A service always is: it holds the whole together.
  const usesTeam = mapping.teamLabels.length > 0;
  const usesEnvironment = mapping.environmentLabels.length > 0;
  const usesCluster = mapping.clusterLabels.length > 0;

  /**
   * A gap is lowered to sev4, whatever severity its rule would have had: nobody is to be woken for a
   * data source that hiccups. A mapping that sees it otherwise says so by listing the alert's name
   * ("datasourceerror") among its severity values.
   */
  function gapSeverity(labels: Labels, severity: Severity): Severity {
    const stated = severityByValue.get((labels.alertname ?? '').toLowerCase());
    return stated ?? milder(severity, MONITORING_GAP_SEVERITY);
  }

  return {
    normalise(labels) {
      const severityValue = firstValue(labels, mapping.severityLabels);
      const mapped = severityValue === null ? mapping.defaultSeverity : severityByValue.get(severityValue);
      const severity = mapped ?? mapping.defaultSeverity;
      const service = firstValue(labels, mapping.serviceLabels);
      const monitoringGap = isMonitoringGap(labels);

      const team = firstValue(labels, mapping.teamLabels);
      const environment = firstValue(labels, mapping.environmentLabels);
      const cluster = firstValue(labels, mapping.clusterLabels);
      const unmapped: UnmappedValue[] = [];
      if (mapped === undefined && severityValue !== null) unmapped.push({ kind: 'severity', value: severityValue });
      const missesTeam = usesTeam && team === null;
      const missesEnvironment = usesEnvironment && environment === null;
      const missesCluster = usesCluster && cluster === null;
      if (service === null || missesTeam || missesEnvironment || missesCluster) {
        const value = ruleNameOf(labels).slice(0, MAX_VALUE_CHARACTERS);
        if (service === null) unmapped.push({ kind: 'service', value });
        if (missesTeam) unmapped.push({ kind: 'team', value });
        if (missesEnvironment) unmapped.push({ kind: 'environment', value });
        if (missesCluster) unmapped.push({ kind: 'cluster', value });
      }
      return {
        severity: monitoringGap ? gapSeverity(labels, severity) : severity,
        service,
        team,
        environment,
        cluster,
        monitoringGap,
        unmapped,
      };
    },
  };
}
