/**
 * Words of operations that stand for the same part of a system or the same way to fail. Small and general on purpose: what is
 * particular to one installation its own incidents teach (see space.ts).
 */
import { stemOf } from './stem.ts';

const GROUPS: Readonly<Record<string, string>> = {
  names: 'dns coredns resolver resolution nameserver hostname lookup nxdomain',
  machine: 'node kubelet worker instance host vm machine server',
  balancer: 'loadbalancer alb elb nlb balancer haproxy listener',
  ingress: 'ingress traefik nginx envoy gateway proxy route router routing',
  certificate: 'certificate cert tls ssl x509 expire expired expiry expiration renewal',
  logs: 'log logging cloudwatch fluentd fluentbit loki elasticsearch logstash',
  metrics: 'metric prometheus exporter scrape grafana monitoring dashboard',
  memory: 'memory oom oomkilled heap leak swap',
  load: 'cpu throttle throttling load saturation overload traffic spike',
  storage: 'disk volume storage filesystem inode quota full',
  network: 'network subnet ip cni vpc packet switch vlan bgp partition',
  identity: 'identity iam role auth authentication authorization login oauth sso token credential password secret',
  database: 'database postgres postgresql mysql sql replica replication failover lock deadlock query',
  queue: 'queue kafka broker topic consumer lag rabbitmq rebalance',
  cache: 'cache redis memcached eviction ttl',
  deploy: 'deploy deployment release rollout rollback upgrade update version migration helm argo pipeline',
  config: 'config configuration setting flag misconfiguration parameter terraform manifest',
  capacity: 'schedule scheduling scheduler capacity autoscaling scaling eviction preemption priority limit exhaustion starvation',
  security: 'security vulnerability exploit cve attack ddos breach',
  slow: 'timeout slow latency unresponsive hang stuck delay',
  down: 'unavailable outage down unreachable 502 503 504 500 404 crash crashloop',
};

function conceptsByStem(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [concept, words] of Object.entries(GROUPS)) {
    for (const stem of new Set(words.split(' ').map(stemOf))) found.set(stem, [...(found.get(stem) ?? []), `~${concept}`]);
  }
  return found;
}

/** What a stem stands for. Names of concepts begin with ~, as no word does. */
export const CONCEPT_OF: ReadonlyMap<string, readonly string[]> = conceptsByStem();
