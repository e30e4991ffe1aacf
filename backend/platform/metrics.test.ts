import { createMetrics } from './metrics.ts';

test('two sets of metrics in one process do not meet', async () => {
  const first = createMetrics(true);
  const second = createMetrics(true);
  first.alertsChanged.inc(3);
  expect((await first.render()).text).toContain('muster_alerts_changed_total 3');
  expect((await second.render()).text).toContain('muster_alerts_changed_total 0');
});

test('asks a gauge for its value at each scrape', async () => {
  const metrics = createMetrics(false);
  let value = 1;
  metrics.gauge('muster_sample', 'A sample', () => value);
  expect((await metrics.render()).text).toContain('muster_sample 1');
  value = 2;
  expect((await metrics.render()).text).toContain('muster_sample 2');
});

test('counts webhook durations by status', async () => {
  const metrics = createMetrics(false);
  metrics.webhookSeconds.observe({ status: '202' }, 0.0015);
  const { text, contentType } = await metrics.render();
  expect(text).toContain('muster_webhook_duration_seconds_bucket{le="0.002",status="202"} 1');
  expect(text).toContain('muster_webhook_duration_seconds_bucket{le="0.001",status="202"} 0');
  expect(contentType).toMatch(/^text\/plain/);
});

test('tells of the process only when asked to', async () => {
  expect((await createMetrics(true).render()).text).toContain('process_resident_memory_bytes');
  expect((await createMetrics(false).render()).text).not.toContain('process_');
});
