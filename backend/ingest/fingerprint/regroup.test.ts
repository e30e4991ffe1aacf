import { regroup } from './regroup.ts';

const episode = (fingerprint: string, labels: Record<string, string>) => ({ fingerprint, name: labels['alertname'] ?? '', labels });

test('cap 15: alerts that differ only in other labels become one, and what lacks a label is told', () => {
  const preview = regroup(['alertname', 'service'], [
    episode('a', { alertname: 'Slow', service: 'web', pod: 'web-1' }), episode('b', { alertname: 'Slow', service: 'web', pod: 'web-2' }),
    episode('b', { alertname: 'Slow', service: 'web', pod: 'web-2' }), episode('c', { alertname: 'Slow', service: 'db', pod: 'db-1' }), episode('d', { alertname: 'Slow' }),
  ]);

  expect(preview).toEqual({
    episodes: 5, alertsNow: 4, alertsThen: 3, lacking: [{ label: 'service', episodes: 1 }],
    groups: [
      { labels: { alertname: 'Slow', service: 'web' }, alerts: 2, episodes: 3, names: ['Slow'] },
      { labels: { alertname: 'Slow', service: 'db' }, alerts: 1, episodes: 1, names: ['Slow'] },
      { labels: { alertname: 'Slow' }, alerts: 1, episodes: 1, names: ['Slow'] },
    ],
    labelNames: ['alertname', 'pod', 'service'],
  });
});
