/** Each runbook that comes with Muster: it is right, it fits its kind of incident and no other, and it plays from begin to end. */
import { readFileSync } from 'node:fs';
import type { DryRun } from '#contract';
import { builtInRunbooks } from '../catalogue/builtIn.ts';
import { playRunbook } from '../dryRun/index.ts';
import { createTestKinds } from '../dryRun/handlers.testkit.ts';
import { holds, incidentScope, parseRunbook } from '../format/index.ts';
import type { Scope } from '../kinds/kind.ts';

const kinds = createTestKinds();
afterAll(() => kinds.close());

function scope(name: string, labels: Record<string, string> = {}, service = 'checkout'): Scope {
  return incidentScope(
    { number: 7, title: `${name} of ${service}`, state: 'investigating', severity: 'sev1', services: [service], primaryService: service, commander: 'ada', url: 'https://muster.example.com/7' },
    [{ name, service, severity: 'sev1', state: 'firing', labels: { alertname: name, ...labels } }],
  );
}

/** A plausible incident for each, and what has to come about in it. */
const CASES: Readonly<Record<string, { readonly alert: string; readonly labels?: Record<string, string>; readonly requests: readonly string[] }>> = {
  'bad-deploy-rollback': { alert: 'KubeDeploymentRolloutStuck', labels: { namespace: 'shop' }, requests: ['kubectl-rollout-undo {"namespace":"shop","deployment":"checkout"}'] },
  'certificate-expiry': { alert: 'CertificateExpiresSoon', labels: { host: 'shop.example.com', namespace: 'shop', certificate: 'shop-tls' }, requests: ['openssl-certificate {"host":"shop.example.com","port":"443"}', 'cmctl-renew {"namespace":"shop","certificate":"shop-tls"}'] },
  'credential-leak': { alert: 'ApiKeyLeaked', labels: { credential: 'deploy-key' }, requests: ['revoke-credential {"credential":"deploy-key"}', 'rolloutRestart {"target":"deployment/checkout","namespace":"default"}'] },
  'database-saturation': { alert: 'DatabaseConnectionPoolExhausted', labels: { instance: 'db-1:9187' }, requests: ['psql-terminate-idle {"database":"postgres","minutes":"5"}', 'psql-cancel-longest {"database":"postgres"}'] },
  'dependency-outage': { alert: 'UpstreamTimeouts', labels: { upstream: 'PayCo' }, requests: ['PUT https://flags.example.com/api/flags/payments-fallback {"enabled": true, "reason": "Bear the outage of a dependency"}'] },
  'disk-full': { alert: 'NodeFilesystemAlmostOutOfSpace', labels: { instance: 'node-7:9100', node: 'node-7', mountpoint: '/var' }, requests: ['disk-usage {"path":"/var"}', 'journal-vacuum {"mebibytes":"500"}'] },
  'dns-failure': { alert: 'CoreDNSErrorsHigh', requests: ['dig {"name":"example.com","server":"1.1.1.1"}', 'rolloutRestart {"target":"deployment/coredns","namespace":"kube-system"}'] },
  'memory-leak-restart': { alert: 'ContainerMemoryNearLimit', labels: { namespace: 'shop' }, requests: ['heap-dump {"namespace":"shop","deployment":"checkout"}', 'rolloutRestart {"target":"deployment/checkout","namespace":"shop"}'] },
  'network-partition': { alert: 'NetworkPartition', labels: { zone: 'eu-1b' }, requests: ['PUT https://balancer.example.com/api/zones/eu-1b/weight {"weight": 0}'] },
  'node-down': { alert: 'KubeNodeNotReady', labels: { node: 'node-7' }, requests: ['cordon {"target":"node-7"}', 'kubectl-drain {"node":"node-7"}'] },
  'queue-backlog': { alert: 'KafkaConsumerLagHigh', labels: { namespace: 'shop', consumergroup: 'orders' }, requests: ['scale {"target":"deployment/checkout","namespace":"shop","replicas":"6"}'] },
  'traffic-overload-scale-out': { alert: 'RequestQueueGrowing', labels: { namespace: 'shop' }, requests: ['scale {"target":"deployment/checkout","namespace":"shop","replicas":"4"}'] },
};

/** Steps that run a command which cannot simply be done again. */
const HURTING_COMMANDS = new Set(['endIdle', 'rollBack', 'drain', 'renew', 'end', 'more/cancelLongest']);

function play(id: string, known: Scope): DryRun {
  const runbook = builtInRunbooks().find((one) => one.id === id);
  if (runbook === undefined) throw new Error(`there is no ${id}`);
  return playRunbook({ document: runbook.document, findings: [], inputs: {}, outputs: { plan: { replicas: 4 } }, known }, kinds.preview);
}

test('there is one for each of the usual causes', () => {
  expect(builtInRunbooks().map(({ id }) => id).sort()).toEqual(Object.keys(CASES).sort());
});

describe.each(Object.entries(CASES))('%s', (id, { alert, labels, requests }) => {
  const known = scope(alert, labels);

  test('is right, without a warning, and never starts by itself', () => {
    const runbook = builtInRunbooks().find((one) => one.id === id);
    expect(parseRunbook(runbook?.source ?? '').findings).toEqual([]);
    expect(runbook?.document).toMatchObject({ triggers: id === 'disk-full' ? [{ on: 'forecast' }] : [], policy: { automation: 'suggest', bySeverity: {} } });
  });

  test('is suggested for its kind of incident, and not for those of others', () => {
    const match = builtInRunbooks().find((one) => one.id === id)?.document.metadata.match ?? 'false';
    const fitting = Object.entries(CASES).filter(([, other]) => holds(match, scope(other.alert, other.labels))).map(([name]) => name);
    expect(fitting).toEqual([id]);
    expect(holds(match, scope('SomethingElse'))).toBe(false);
    expect(holds(match, incidentScope(null, []))).toBe(false);
  });

  test('plays for it with what is set out, shows its requests, and ends with what it tells', () => {
    const run = play(id, known);
    expect(run.steps.filter(({ outcome }) => outcome === 'fault')).toEqual([]);
    const shown = run.steps.flatMap((step) => step.requests.map(({ to, method, body }) => `${method} ${to.startsWith('agent') ? '' : `${to} `}${body ?? ''}`));
    for (const request of requests) expect(shown).toContain(request);
    expect(run.steps.at(-1)).toMatchObject({ kind: 'statusUpdate', outcome: 'would_run' });
    expect(run.steps.some(({ kind }) => kind === 'promql' || kind === 'command')).toBe(true);
  });

  test('plays without an incident too, with its defaults', () => {
    expect(play(id, incidentScope(null, [])).steps.filter(({ outcome }) => outcome === 'fault')).toEqual([]);
  });

  test('asks before it does what hurts', () => {
    const { steps } = play(id, known);
    const firstChange = steps.findIndex(({ kind, path, requests: sent }) => kind === 'http' || (kind === 'kubernetes' && sent[0]?.method !== 'logs') || HURTING_COMMANDS.has(path));
    const firstAsk = steps.findIndex(({ kind }) => kind === 'approval');
    if (firstChange !== -1) expect([firstAsk !== -1, firstAsk < firstChange]).toEqual([true, true]);
  });
});

test.each(['restart-service', 'first-minutes'])('the sample %s plays for a candidate and for an incident', (name) => {
  const source = readFileSync(new URL(`../../../../provisioning/muster/runbooks/${name}.yaml`, import.meta.url), 'utf8');
  const { document, findings } = parseRunbook(source);
  if (document === null) throw new Error(JSON.stringify(findings));
  expect([document.metadata.id, builtInRunbooks().some(({ id }) => id === document.metadata.id)]).toEqual([name, false]);
  expect(holds(document.metadata.match ?? 'false', scope('PodNotReady'))).toBe(true);
  for (const state of ['candidate', 'investigating']) {
    const known = incidentScope({ number: 7, title: 'Down', state, severity: 'sev2', services: ['checkout'], primaryService: 'checkout', commander: null, url: null }, []);
    const run = playRunbook({ document, findings, inputs: {}, outputs: {}, known }, kinds.preview);
    expect(run.steps.filter(({ outcome }) => outcome === 'fault')).toEqual([]);
    if (name === 'restart-service') expect(run.steps.map(({ path, outcome }) => (outcome === 'would_skip' ? '-' : path))).toEqual(state === 'candidate' ? ['promote', '-', 'restart', 'resolved', '-', 'tell'] : ['-', '-', 'restart', 'resolved', 'mitigate', 'tell']);
  }
});
