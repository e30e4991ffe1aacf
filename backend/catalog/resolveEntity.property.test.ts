/** Resolving an alert to its entity, over all usual ways of naming it. */
import fc from 'fast-check';
import { createEntityResolver, type EntityClues } from './resolveEntity.ts';
import type { Topology } from './topology.ts';

const WORDS = ['checkout', 'payments', 'ledger', 'search', 'auth', 'mail', 'orders', 'basket', 'image', 'db', 'api', 'queue', 'store'] as const;
const serviceName = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((words) => words.join('-'));
/** As Kubernetes makes names up. */
const madeUp = (least: number, most: number) => fc.string({ unit: fc.constantFrom(...'bcdfghjklmnpqrstvwxz2456789'), minLength: least, maxLength: most });

const topology = (names: readonly string[]): Topology => ({
  services: names.map((name) => ({ name, aliases: [`${name}-alias`], tier: null, kind: null, namespace: null, team: null, clusters: [] })),
  edges: [], clusters: [{ name: 'prod-a', region: 'eu' }], racks: [{ name: 'a-r1', cluster: 'prod-a', switch: 'sw-a-r1' }],
  hosts: [{ name: 'node-a-01', rack: 'a-r1', cluster: 'prod-a' }], instances: [{ name: 'inst-0', service: names[0] ?? '', cluster: 'prod-a', host: 'node-a-01', rack: 'a-r1' }],
});
const clues = (over: Partial<EntityClues>): EntityClues => ({ service: null, cluster: null, labels: {}, summary: '', description: '', ...over });
const catalogue = fc.uniqueArray(serviceName, { minLength: 1, maxLength: 6 }).chain((names) => fc.record({ names: fc.constant(names), name: fc.constantFrom(...names) }));

const OWNER_LABELS = [
  'service', 'Service', 'service_name', 'service.name', 'exported_service', 'app', 'App', 'app_name', 'app.kubernetes.io/name', 'app_kubernetes_io_name', 'label_app_kubernetes_io_name', 'label_app',
  'deployment', 'kube_deployment', 'k8s.deployment.name', 'kubernetes_deployment_name', 'statefulset', 'k8s.statefulset.name', 'daemonset', 'kube_daemonset_name', 'workload',
  'container', 'k8s.container.name', 'job', 'exported_job', 'job_name', 'cronjob', 'application', 'component',
] as const;
const PART_LABELS = ['pod', 'pod_name', 'kubernetes_pod_name', 'k8s.pod.name', 'exported_pod', 'instance', 'exported_instance', 'container_name', 'replicaset', 'k8s.replicaset.name'] as const;

/** A service under the value of one of its owner's labels. */
const ownerValue = (name: string) => fc.constantFrom(name, name.toUpperCase(), ` ${name} `, `${name}:8080`, `shop/${name}`, `${name}.shop.svc.cluster.local`, `${name}.shop.svc:9090`, `http://${name}.shop.svc:8080/metrics`, `${name}-alias`);
/** Names that Kubernetes gives to pods of deployments, stateful sets, daemon sets, jobs and cron jobs. */
const podValue = (name: string) => fc.oneof(
  fc.tuple(madeUp(8, 10), madeUp(5, 5)).map(([hash, own]) => ({ of: 'deployment', value: `${name}-${hash}-${own}` })),
  fc.tuple(fc.constantFrom('canary', 'blue', 'worker'), madeUp(8, 10), madeUp(5, 5)).map(([track, hash, own]) => ({ of: 'deployment of a track', value: `${name}-${track}-${hash}-${own}` })),
  fc.tuple(fc.bigInt({ min: 100_000_000n, max: 4_294_967_295n }), madeUp(5, 5)).map(([hash, own]) => ({ of: 'old deployment', value: `${name}-${hash}-${own}` })),
  fc.nat({ max: 999 }).map((member) => ({ of: 'statefulset', value: `${name}-${member}` })),
  fc.nat({ max: 99 }).map((member) => ({ of: 'statefulset with a role', value: `${name}-primary-${member}` })),
  madeUp(5, 5).map((own) => ({ of: 'daemonset or job', value: `${name}-${own}` })),
  fc.tuple(fc.nat({ max: 99 }), madeUp(5, 5)).map(([index, own]) => ({ of: 'indexed job', value: `${name}-${index}-${own}` })),
  fc.tuple(fc.integer({ min: 25_000_000, max: 35_000_000 }), madeUp(5, 5)).map(([minute, own]) => ({ of: 'cron job', value: `${name}-${minute}-${own}` })),
);

/** Labels that say nothing of what an alert is about. */
const beside = fc.dictionary(fc.constantFrom('alertname', 'severity', 'namespace', 'region', 'le', 'mode', 'endpoint'), fc.constantFrom('HighErrorRate', 'critical', 'kube-system', 'eu', '0.5', 'idle', 'http'));

function shuffled(labels: Readonly<Record<string, string>>, order: readonly number[]): Record<string, string> {
  const entries = Object.entries(labels).map((entry, index) => ({ entry, place: order[index % order.length] ?? 0 }));
  return Object.fromEntries(entries.sort((a, b) => a.place - b.place).map(({ entry }) => entry));
}
const order = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });

test('cap 32: a service of the catalogue is found under every usual label and way of writing it, whatever stands beside', () => {
  fc.assert(fc.property(catalogue.chain(({ names, name }) => fc.tuple(fc.constant(names), fc.constant(name), fc.constantFrom(...OWNER_LABELS), ownerValue(name), beside, order)), ([names, name, label, value, others, places]) => {
    const found = createEntityResolver(topology(names)).resolve(clues({ labels: shuffled({ ...others, [label]: value }, places) }));
    expect(found).toMatchObject({ kind: 'service', name, service: name, known: true });
    expect(found.why).toContain(label);
  }));
});

test('cap 32: the pods of deployments, stateful sets, daemon sets, jobs and cron jobs are their service\'s', () => {
  fc.assert(fc.property(catalogue.chain(({ names, name }) => fc.tuple(fc.constant(names), fc.constant(name), fc.constantFrom(...PART_LABELS), podValue(name), beside)), ([names, name, label, { value }, others]) => {
    expect(createEntityResolver(topology(names)).resolve(clues({ labels: { ...others, [label]: value } }))).toMatchObject({ kind: 'service', name, known: true });
  }), { numRuns: 500 });
});

test('cap 32: without labels the text tells, by name, alias, pod or address', () => {
  const phrase = fc.constantFrom((name: string) => `Error rate of ${name} is 12 %`, (name: string) => `${name}: latency above 2 s`, (name: string) => `Job shop/${name} failed`, (name: string) => `"${name}" restarted 4 times.`);
  const written = (name: string) => fc.oneof(fc.constantFrom(name, `${name}-alias`, `${name}.shop.svc.cluster.local`), podValue(name).map(({ value }) => value));
  fc.assert(fc.property(catalogue.chain(({ names, name }) => fc.tuple(fc.constant(names), fc.constant(name), written(name))), phrase, fc.boolean(), ([names, name, word], say, inSummary) => {
    const found = createEntityResolver(topology(names)).resolve(clues(inSummary ? { summary: say(word) } : { summary: 'Something is wrong', description: say(word) }));
    expect(found).toMatchObject({ kind: 'service', name, known: true, why: `the ${inSummary ? 'summary' : 'description'} names ${name}` });
  }));
});

const anyLabel = fc.oneof(fc.constantFrom(...OWNER_LABELS, ...PART_LABELS, 'node', 'host', 'hostname', 'kubernetes_node', 'device', 'switch', 'alertname'), fc.string({ maxLength: 12 }));
const anyValue = (names: readonly string[]) => fc.oneof(
  fc.string({ maxLength: 30 }), fc.constantFrom(...names, 'node-a-01:9100', 'sw-a-r1', 'a-r1', 'prod-a', 'inst-0', 'nobody', '10.0.0.1:9100', 'http://', '/', '.', '-', '://x'), fc.constantFrom(...names).chain((name) => podValue(name).map(({ value }) => value)),
);
const anyClues = (names: readonly string[]) => fc.record({
  service: fc.option(anyValue(names)), cluster: fc.option(fc.constantFrom('prod-a', 'prod-z')), labels: fc.dictionary(anyLabel, anyValue(names), { maxKeys: 8 }),
  summary: fc.oneof(anyValue(names), fc.string({ maxLength: 60 })), description: fc.oneof(anyValue(names), fc.string({ maxLength: 60 })),
});
const anyCase = catalogue.chain(({ names }) => fc.tuple(fc.constant(names), anyClues(names)));

test('the order of labels does not matter', () => {
  fc.assert(fc.property(anyCase, order, ([names, given], places) => {
    const resolver = createEntityResolver(topology(names));
    expect(resolver.resolve({ ...given, labels: shuffled(given.labels, places) })).toEqual(resolver.resolve(given));
  }), { numRuns: 500 });
});

test('whatever an alert says: what it resolves to stands in the catalogue or is marked as not known, and how or why not is said', () => {
  fc.assert(fc.property(anyCase, ([names, given]) => {
    const places = topology(names);
    const found = createEntityResolver(places).resolve(given);
    expect(found.why.trim()).not.toBe('');
    expect(found.known).toBe(found.service !== null && names.includes(found.service));
    if (!found.known && found.service !== null) expect(found.service).toBe(given.service);
    expect([null, ...places.hosts.map(({ name }) => name)]).toContain(found.host);
    expect([null, ...places.racks.map(({ name }) => name)]).toContain(found.rack);
    expect([null, ...places.instances.map(({ name }) => name)]).toContain(found.instance);
    expect([given.cluster, ...places.clusters.map(({ name }) => name)]).toContain(found.cluster);
    expect(found.kind === null).toBe(found.name === null);
    if (found.kind === 'switch') expect(found.name).toBe('sw-a-r1');
    for (const blamed of found.blamed) expect([...names, 'sw-a-r1']).toContain(blamed);
  }), { numRuns: 1000 });
});
