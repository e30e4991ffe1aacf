/**
 * Texts of alerts as rules render them, by the rule that rendered them: the labelled set of cap 33. Made up, after the kinds of
 * text that rules for databases, hosts, clusters and services have. Kinds lie close together on purpose, and some texts of one
 * kind differ by more than numbers: a plural, a queue that no catalogue names.
 */

/** Names that a catalogue would know. */
export const KNOWN_NAMES: readonly string[] = ['checkout', 'payments', 'payments-db', 'search', 'orders', 'mail', 'auth', 'gateway', 'prod-a', 'prod-b'];

export const WORDINGS: Readonly<Record<string, readonly string[]>> = {
  latency: [
    'p99 latency of checkout is 10.63 s', 'p99 latency of search is 2 s', 'p99 latency of payments is 0.91 s', 'p99 latency of auth is 31.4 s', 'p95 latency of orders is 4.2 s',
  ],
  latencyBudget: [
    'p99 latency of checkout is above its budget of 500ms for 5m', 'p99 latency of search is above its budget of 1.5s for 15m', 'p99 latency of mail is above its budget of 250ms for 5m',
  ],
  errorRate: [
    'checkout: 12.4% of requests fail', 'search: 0.8% of requests fail', 'payments: 100% of requests fail', 'gateway: 3.25% of requests fail',
  ],
  errorBudget: [
    'checkout burns its error budget 14.4 times too fast', 'payments burns its error budget 6 times too fast', 'auth burns its error budget 14.4 times too fast',
  ],
  poolExhausted: [
    'Connection pool of payments-db is exhausted: 200/200 in use', 'Connection pool of payments-db is exhausted: 100/100 in use', 'Connection pool of orders is exhausted: 50/50 in use',
  ],
  connectionRefused: [
    'Connection to payments-db:5432 refused', 'Connection to 10.4.17.3:5432 refused', 'Connection to payments-db-2:5432 refused',
  ],
  connectionTimeout: [
    'Connection to payments-db:5432 timed out after 30s', 'Connection to 10.4.17.3:6379 timed out after 5s', 'Connection to orders-1:8080 timed out after 10s',
  ],
  restarts: [
    'Pod shop/checkout-7d9f8b6c5-x2x9k restarts 9.82 times / 10 minutes', 'Pod shop/payments-5c4d8f7b6-q8v2z restarts 3.1 times / 10 minutes', 'Pod core/auth-66b9d5f4c7-m4n7p restarts 21 times / 10 minutes',
  ],
  notReady: [
    'Pod shop/checkout-7d9f8b6c5-x2x9k is not ready for 15m', 'Pod shop/payments-5c4d8f7b6-q8v2z is not ready for 15m', 'Pod core/auth-66b9d5f4c7-m4n7p is not ready for 20m',
  ],
  replicas: [
    'Deployment checkout has 1 of 3 replicas', 'Deployment search has 0 of 12 replicas', 'Deployment auth has 2 of 3 replicas', 'Deployment mail has 5 of 6 replicas',
  ],
  outOfMemory: [
    'Container of checkout was killed: out of memory (limit 512Mi)', 'Container of search was killed: out of memory (limit 2Gi)', 'Container of mail was killed: out of memory (limit 256Mi)',
  ],
  diskFull: [
    'Filesystem /var/lib/postgresql/16 on node-17 is 94% full', 'Filesystem /data1 on node-3 is 97.2% full', 'Filesystem /mnt/vol-0a9 on 10.4.17.3 is 91% full',
  ],
  diskWillFill: [
    'Filesystem /data1 on node-3 will be full in 4h', 'Filesystem /data2 on node-17 will be full in 23h', 'Filesystem /mnt/vol-0a9 on 10.4.17.3 will be full in 90m',
  ],
  hostDown: [
    'node-17 does not answer', 'node-3.eu-1.example.com does not answer', '10.4.17.3 does not answer', 'node-a-r1-03 does not answer',
  ],
  load: [
    'Load of node-17 is 48.2 on 16 cores', 'Load of node-3 is 17 on 8 cores', 'Load of 10.4.17.3 is 130.9 on 64 cores',
  ],
  replication: [
    'Replication of payments-db lags by 95 s', 'Replication of payments-db lags by 1204 s', 'Replication of orders lags by 61.5 s',
  ],
  queue: [
    'Queue orders holds 120411 messages', 'Queue mail holds 9004 messages', 'Queue newsletter holds 70 messages', 'Queue payments holds 51 messages',
  ],
  queueOld: [
    'Oldest message of queue orders is 310 s old', 'Oldest message of queue mail is 1900 s old', 'Oldest message of queue payments is 45.5 s old',
  ],
  certificate: [
    'Certificate of checkout.example.com expires in 6 days', 'Certificate of search.example.com expires in 13 days', 'Certificate of auth.example.com expires in 1 day',
  ],
  upstream: [
    'checkout: upstream payments unavailable', 'gateway: upstream auth unavailable', 'search: upstream orders unavailable', 'mail: upstream auth unavailable',
  ],
  upstreamSlow: [
    'checkout: upstream payments slow, p99 3.1s', 'gateway: upstream auth slow, p99 900ms', 'search: upstream orders slow, p99 12s',
  ],
  leader: [
    'Partition 14 in prod-a has no leader', 'Partition 3 in prod-b has no leader', 'Partition 0 in prod-a has no leader',
  ],
  trace: [
    'Job 3f2c9a51-7e44-4b0b-9a51-6f1f0f0b2c77 of mail failed with exit code 137', 'Job 9b1d0c2e-11aa-42f0-8c55-0d9e8f7a6b5c of orders failed with exit code 1', 'Job 77ab12cd-90ef-4455-aa11-bb22cc33dd44 of search failed with exit code 2',
  ],
};
