import type { ChangeEvent } from '../catalog/index.ts';
import { EMPTY_TOPOLOGY } from '../catalog/index.ts';
import type { LoggedChange } from '../ingest/index.ts';
import { watchAhead } from './replayForesight.ts';

const START_MS = Date.UTC(2026, 2, 2, 6);
const MINUTE_MS = 60_000;

function line(position: number, minute: number, service: string, rule: string, cluster: string): LoggedChange {
  const at = new Date(START_MS + minute * MINUTE_MS);
  return {
    position: String(position), kind: 'opened', recordedAt: at, alertKey: `${rule}/${service}/${cluster}`, startsAt: at, endsAt: null, sourceId: 'test', fingerprint: 'f', name: rule,
    summary: `${rule} on ${service}`, description: '', severity: 'sev5', service, team: null, environment: null, cluster, labels: { service, severity: 'info' },
  };
}

test('cap 114: a replay reads the alert log on from where it was, and writes what is to be warned of', async () => {
  const log = Array.from({ length: 120 }, (_, minute) => line(minute + 1, minute, `other-${minute % 3}`, 'Throttled', 'prod-a'));
  const signs = [line(121, 130, 'orders-db', 'PoolHigh', 'prod-a'), line(122, 131, 'orders-db', 'QueryTime', 'prod-b'), line(123, 132, 'orders-db', 'QueryTime', 'prod-a')];
  const changes: ChangeEvent[] = [120, 400].map((minute) => ({ id: String(minute), kind: 'deploy', service: 'orders-db', clusters: [], at: new Date(START_MS + minute * MINUTE_MS), title: 'Release', author: null, link: null }));
  const ahead = watchAhead({ topology: EMPTY_TOPOLOGY, changes, read: (after, limit) => Promise.resolve(log.filter(({ position }) => Number(position) > Number(after)).slice(0, limit)) });
  await ahead.look(START_MS + 125 * MINUTE_MS);
  expect(ahead.warnings).toEqual([]);
  for (const sign of signs) {
    log.push(sign);
    await ahead.look(sign.recordedAt.getTime());
  }
  expect(ahead.warnings).toHaveLength(1);
  expect(ahead.warnings[0]).toMatchObject({ service: 'orders-db', reasons: expect.arrayContaining(['it was changed within the last hour']) });
  expect(Date.parse(ahead.warnings[0]?.at ?? '')).toBeLessThanOrEqual(START_MS + 132 * MINUTE_MS);
});
