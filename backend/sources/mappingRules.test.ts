import type { Labels, Mapping } from '#contract';
import { DEFAULT_MAPPING } from './defaultMapping.ts';
import { compileMapping, isTestAlert, ruleNameOf } from './mappingRules.ts';

const shipped = compileMapping(DEFAULT_MAPPING);
/** Labels that name all that the mapping looks for. */
const WHOLE = { alertname: 'SlowCheckout', service: 'checkout', team: 'shop', env: 'prod', cluster: 'eu' };

function withMapping(change: Partial<Mapping>) {
  return compileMapping({ ...DEFAULT_MAPPING, ...change });
}

describe('severity', () => {
  test.each([
    { value: 'critical', severity: 'sev1' },
    { value: 'page', severity: 'sev1' },
    { value: 'P1', severity: 'sev1' },
    { value: '1', severity: 'sev1' },
    { value: 'ERROR', severity: 'sev2' },
    { value: ' high ', severity: 'sev2' },
    { value: 'warning', severity: 'sev3' },
    { value: 'minor', severity: 'sev3' },
    { value: 'notice', severity: 'sev4' },
    { value: 'info', severity: 'sev5' },
    { value: '5', severity: 'sev5' },
    { value: 'sev2', severity: 'sev2' },
  ])('cap 14: "$value" becomes $severity', ({ value, severity }) => {
    const fields = shipped.normalise({ ...WHOLE, severity: value });

    expect(fields.severity).toBe(severity);
    expect(fields.unmapped).toEqual([]);
  });

  test('cap 14: an unknown value takes the default and is listed for mapping', () => {
    const fields = withMapping({ defaultSeverity: 'sev2' }).normalise({ ...WHOLE, severity: 'Purple' });

    expect(fields.severity).toBe('sev2');
    expect(fields.unmapped).toEqual([{ kind: 'severity', value: 'purple' }]);
  });

  test('cap 14: an edited table decides, whatever the case it was written in', () => {
    const fields = withMapping({ severityValues: { Purple: 'sev1' } }).normalise({ service: 'checkout', severity: 'purple' });

    expect(fields.severity).toBe('sev1');
  });

  test('an alert without any severity label takes the default, which needs no mapping', () => {
    const fields = shipped.normalise(WHOLE);

    expect(fields.severity).toBe('sev3');
    expect(fields.unmapped).toEqual([]);
  });

  test('the first label that is present wins over a later one', () => {
    expect(shipped.normalise({ service: 'checkout', priority: 'p1', severity: 'low' }).severity).toBe('sev4');
  });

  test('an empty label counts as absent', () => {
    expect(shipped.normalise({ service: 'checkout', priority: 'p1', severity: '  ' }).severity).toBe('sev1');
  });
});

describe('service and the other fields', () => {
  test('the service is looked for in the documented order', () => {
    const order = ['service', 'service_name', 'app', 'app_kubernetes_io_name', 'deployment', 'job'];
    for (const [index, name] of order.entries()) {
      const labels: Labels = Object.fromEntries(order.slice(index).map((label) => [label, `from-${label}`]));
      expect(shipped.normalise(labels).service).toBe(`from-${name}`);
    }
  });

  test('values are trimmed and in lower case', () => {
    const fields = shipped.normalise({ service: ' Checkout ', owner: 'Team-Blue', env: 'PROD', cluster: 'EU-1' });

    expect(fields).toMatchObject({ service: 'checkout', team: 'team-blue', environment: 'prod', cluster: 'eu-1' });
  });

  test('cap 14: a rule is listed by its name for each of service, team, environment and cluster that its alerts do not name', () => {
    const fields = shipped.normalise({ alertname: 'DiskFull', severity: 'low' });
    const some = shipped.normalise({ alertname: 'DiskFull', severity: 'Purple', service: 'checkout', env: 'prod' });

    expect(fields).toMatchObject({ service: null, team: null, environment: null, cluster: null });
    expect(fields.unmapped).toEqual(['service', 'team', 'environment', 'cluster'].map((kind) => ({ kind, value: 'DiskFull' })));
    expect(some.unmapped).toEqual([{ kind: 'severity', value: 'purple' }, { kind: 'team', value: 'DiskFull' }, { kind: 'cluster', value: 'DiskFull' }]);
    expect(shipped.normalise({ service: 'checkout', team: 'shop', env: 'prod', cluster: 'eu' }).unmapped).toEqual([]);
  });

  test('a field that no label may name is not in use, and not missing; a service always is', () => {
    const unused = withMapping({ serviceLabels: [], teamLabels: [], environmentLabels: [], clusterLabels: [] });

    expect(unused.normalise({ alertname: 'DiskFull', severity: 'low' }).unmapped).toEqual([{ kind: 'service', value: 'DiskFull' }]);
  });

  test('a label list with the name of an object method finds nothing', () => {
    expect(withMapping({ serviceLabels: ['constructor', '__proto__'] }).normalise({}).service).toBeNull();
  });

  test('a NUL, which the database refuses, is left out', () => {
    expect(shipped.normalise({ alertname: 'Disk\u0000Full', service: 'check\u0000out' }).service).toBe('checkout');
    expect(ruleNameOf({ alertname: 'Disk\u0000Full' })).toBe('DiskFull');
  });

  test('a value of absurd length is cut', () => {
    expect(shipped.normalise({ service: 'x'.repeat(5000) }).service).toHaveLength(200);
  });
});

describe('monitoring gaps', () => {
  const gap = { alertname: 'DatasourceError', rulename: 'Error rate', service: 'checkout', severity: 'critical' };

  test('a rule that could not be evaluated is lowered to sev4 and keeps the name of its rule', () => {
    expect(shipped.normalise(gap)).toMatchObject({ severity: 'sev4', monitoringGap: true });
    expect(ruleNameOf(gap)).toBe('Error rate');
  });

  test('a gap that was milder already stays so', () => {
    expect(shipped.normalise({ ...gap, severity: 'info' }).severity).toBe('sev5');
  });

  test('a mapping that lists the alert by name decides', () => {
    const mapping = withMapping({ severityValues: { datasourceerror: 'sev2', critical: 'sev1' } });

    expect(mapping.normalise(gap).severity).toBe('sev2');
  });

  test('an ordinary alert is none', () => {
    expect(shipped.normalise({ ...gap, alertname: 'HighErrorRate' })).toMatchObject({ severity: 'sev1', monitoringGap: false });
  });
});

describe('test alerts', () => {
  test.each([
    { name: 'the labels of the test button', labels: { alertname: 'TestAlert', instance: 'Grafana' }, key: undefined, is: true },
    { name: 'changed labels with the made-up group key', labels: { alertname: 'Mine' }, key: 'muster-57c6d9296de2ad39-1793000000', is: true },
    { name: 'a rule of the same name at another instance', labels: { alertname: 'TestAlert', instance: 'web-1' }, key: undefined, is: false },
    { name: 'a real group key', labels: { alertname: 'Mine' }, key: '{}/{severity="critical"}:{alertname="Mine"}', is: false },
    { name: 'a real group key that ends like one', labels: { alertname: 'Mine' }, key: '{}:{host="a-57c6d9296de2ad39-1793000000"}', is: false },
  ])('$name: $is', ({ labels, key, is }) => {
    expect(isTestAlert(labels, key)).toBe(is);
  });
});
