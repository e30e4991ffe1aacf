import type { ConnectionReport, GrafanaCheck, TestAlertResult } from '#contract';

/** One station on a way that something takes. */
export interface Hop {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
}

const CONNECTION_NAMES: Readonly<Record<ConnectionReport['hops'][number]['hop'], string>> = {
  plugin_route: 'Plugin route and service token',
  id_token: 'Signed identity token',
  signing_keys: 'Grafana’s signing keys',
  database: 'Database',
  sources: 'Alert sources',
  correlator: 'Correlator',
};

const TEST_NAMES: Readonly<Record<TestAlertResult['steps'][number]['hop'], string>> = {
  sent: 'Sent to the webhook address',
  accepted: 'Accepted by the service',
  stored: 'Stored',
  correlated: 'Seen by the correlator',
};

const GRAFANA_NAMES: Readonly<Record<GrafanaCheck['steps'][number]['check'], string>> = {
  address: 'Address of Grafana',
  token: 'Service account token',
  organisation: 'Organisation of the token',
  alerts: 'Active alerts',
  silences: 'Silences',
};

export function grafanaHopsOf(check: GrafanaCheck): readonly Hop[] {
  return check.steps.map(({ check: step, ok, detail, fix }) => ({ name: GRAFANA_NAMES[step], ok, detail, fix }));
}

export function hopsOf(report: ConnectionReport): readonly Hop[] {
  return report.hops.map(({ hop, ok, detail, fix }) => ({ name: CONNECTION_NAMES[hop], ok, detail, fix }));
}

export function testHopsOf(result: TestAlertResult): readonly Hop[] {
  return result.steps.map(({ hop, ok, detail, fix }) => ({ name: TEST_NAMES[hop], ok, detail, fix }));
}
