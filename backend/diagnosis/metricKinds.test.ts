/** What names of metrics say, of systems that name them in their own ways. */
import { meaningOf } from './metricKinds.ts';

const NODES = new Set(['cart', 'shop']);

test.each([
  ['latency_average', 'latency', 1, 'average'], ['latency-90', 'latency', 1, 'p90'], ['server_latency_p95_s', 'latency', 1, 'p95'], ['http_request_duration_seconds', 'latency', 1, ''],
  ['responseTime', 'latency', 1, ''], ['availability_average', 'availability', -1, 'average'], ['user_success_pct', 'availability', -1, ''], ['error', 'errors', 1, ''], ['http_5xx_total', 'errors', 1, 'total'],
  ['cpu_millicores', 'cpu', 1, ''], ['mem', 'memory', 1, ''], ['heapUsed', 'memory', 1, ''], ['diskio', 'disk', 1, ''], ['socket', 'network', 0, ''], ['net_rx_bytes', 'network', 0, ''],
  ['workload', 'traffic', 0, ''], ['requests_sum', 'traffic', 0, 'sum'], ['ops', 'traffic', 0, ''], ['temperature', 'other', 0, ''],
  ['container-cpu-usage-seconds-total', 'cpu', 1, 'total'], ['process_cpu_seconds', 'cpu', 1, ''], ['container_cpu_cfs_throttled_periods_total', 'cpu', 1, 'total'], ['memory_page_faults', 'memory', 1, ''],
  ['tcp-retrans', 'errors', 1, ''], ['packet_loss', 'errors', 1, ''], ['status_500', 'errors', 1, ''], ['mrt', 'latency', 1, ''], ['checkout_p99', 'latency', 1, 'p99'], ['gc_pause_seconds', 'latency', 1, ''],
] as const)('cap 117: %s is of kind %s', (metric, kind, bad, statistic) => {
  expect(meaningOf(metric, NODES)).toMatchObject({ kind, bad, statistic, peer: null });
});

test('cap 117: a metric of calls between two names the other; units, outgoing calls and machines are told apart', () => {
  expect(meaningOf('call_latency_p50:cart', NODES)).toMatchObject({ kind: 'latency', peer: 'cart', isOutgoing: false });
  expect(meaningOf('call_latency_p50:nobody', NODES).peer).toBeNull();
  expect(meaningOf('latency_p50_ms', NODES).toSeconds).toBe(0.001);
  expect(meaningOf('client_latency_p90_s', NODES)).toMatchObject({ isOutgoing: true, toSeconds: 1 });
  expect(meaningOf('host_cpu_pct', NODES).ofHost).toBe(true);
});
