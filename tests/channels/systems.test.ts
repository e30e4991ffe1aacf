/** Systems that keep alerts or marks of their own: PagerDuty, Opsgenie, any webhook, Grafana's annotations. */
import { signatureOf } from '../../backend/platform/outbound/bodySignature.ts';
import { grafanaPort, startGrafanaAnnotations } from './grafanaAnnotations.ts';
import { startOpsgenie } from './opsgenie.ts';
import { startPagerDuty } from './pagerduty.ts';
import { closeWays, longNotice, NOW, noticeOf, sendOver } from './sending.ts';
import type { StandIn } from './standIn.ts';
import { startWebhook, WEBHOOK_KEY } from './webhook.ts';

let standIn: StandIn;
afterEach(() => standIn.close());
afterAll(closeWays);

const bodyOf = (index: number) => JSON.parse(standIn.seen[index]?.body ?? '{}');

test('PagerDuty keeps one alert for an incident: triggered, acknowledged, resolved', async () => {
  standIn = await startPagerDuty();
  expect(await sendOver('pagerduty', standIn.settings)).toEqual({ kind: 'accepted', providerId: 'INC-42', threadRef: 'INC-42' });
  await sendOver('pagerduty', standIn.settings, noticeOf({ dedupKey: 'again' }));
  await sendOver('pagerduty', standIn.settings, noticeOf({ progress: 'acknowledged' }));
  await sendOver('pagerduty', standIn.settings, noticeOf({ progress: 'resolved' }));
  expect([...standIn.effects]).toEqual([['trigger INC-42', 2], ['acknowledge INC-42', 1], ['resolve INC-42', 1]]);
  expect(bodyOf(0)).toMatchObject({ event_action: 'trigger', dedup_key: 'INC-42', client: 'Muster', payload: { summary: '[SEV1][INC-42] Checkout is down', source: 'muster', severity: 'critical', timestamp: NOW.toISOString(), custom_details: { Service: 'checkout' } } });
  expect(bodyOf(3)).toEqual({ routing_key: expect.any(String), event_action: 'resolve', dedup_key: 'INC-42' });
  await sendOver('pagerduty', standIn.settings, noticeOf({ thread: 'x'.repeat(300) }));
  expect(bodyOf(4).dedup_key).toMatch(/^[0-9a-f]{64}$/);
  expect(standIn.faults).toEqual([]);
});

test('Opsgenie keeps one alert for an incident: created, acknowledged, closed', async () => {
  standIn = await startOpsgenie();
  await sendOver('opsgenie', { ...standIn.settings, config: { apiUrl: standIn.url, team: 'payments' } });
  expect(bodyOf(0)).toMatchObject({ alias: 'INC-42', priority: 'P1', responders: [{ type: 'team', name: 'payments' }], details: { Service: 'checkout' }, source: 'Muster' });
  await sendOver('opsgenie', standIn.settings, noticeOf({ progress: 'acknowledged' }));
  await sendOver('opsgenie', standIn.settings, { ...longNotice(), progress: 'resolved' });
  expect([...standIn.effects]).toEqual([['create INC-42', 1], ['acknowledge INC-42', 1], ['close INC-42', 1]]);
  expect(standIn.faults).toEqual([]);
});

test('cap 87, 90: a webhook is signed over time and body, and carries the key of the message', async () => {
  standIn = await startWebhook();
  standIn.next.push({ kind: 'lose_answer' });
  expect(await sendOver('webhook', standIn.settings)).toMatchObject({ kind: 'retry' });
  expect(await sendOver('webhook', standIn.settings)).toEqual({ kind: 'delivered', providerId: null, threadRef: null });
  expect([...standIn.effects]).toEqual([['page%2FINC-42%2F1', 2]]);
  const { headers, body } = standIn.seen[1] ?? { headers: {}, body: '' };
  expect(headers).toMatchObject({ 'x-muster-timestamp': String(NOW.getTime() / 1_000), 'x-muster-signature': signatureOf(WEBHOOK_KEY, String(NOW.getTime() / 1_000), body), authorization: 'Bearer example-token-of-a-receiver' });
  expect(bodyOf(1)).toMatchObject({ version: 1, key: 'page/INC-42/1', class: 'page', urgency: 'critical', progress: 'open', thread: 'INC-42', actions: [{ id: 'accept' }, { id: 'decline' }, { id: 'help' }] });
  expect(standIn.faults).toEqual([]);
});

test("Grafana's annotation is made once, however often it is tried", async () => {
  standIn = await startGrafanaAnnotations();
  const more = { grafana: grafanaPort(standIn.url) };
  expect(await sendOver('grafana', standIn.settings, noticeOf(), more)).toEqual({ kind: 'delivered', providerId: '1', threadRef: null });
  expect(await sendOver('grafana', standIn.settings, noticeOf(), more)).toEqual({ kind: 'delivered', providerId: '1', threadRef: null });
  expect([...standIn.effects.values()]).toEqual([1]);
  expect(bodyOf(1)).toMatchObject({ time: NOW.getTime(), tags: ['muster', 'INC-42', 'release', expect.stringMatching(/^muster-message:/)] });
  expect(bodyOf(1).text).toContain('&lt;script&gt;');
  expect(await sendOver('grafana', { ...standIn.settings, config: { dashboardUid: 'shop' } }, { ...longNotice(), dedupKey: 'long' }, more)).toMatchObject({ kind: 'delivered' });
  expect(bodyOf(4).text).toContain('the whole text is in Muster');
  standIn.next.push({ kind: 'throttle', seconds: 3 }, { kind: 'fail', status: 403 }, { kind: 'fail', status: 502 }, { kind: 'fail', status: 400 }, { kind: 'drop' }, { kind: 'fail', status: 200, body: '{"no":"list"}' });
  const outcomes = [];
  for (let index = 0; index < 6; index += 1) outcomes.push(await sendOver('grafana', standIn.settings, noticeOf({ dedupKey: `other ${index}` }), more));
  expect(outcomes).toEqual([{ kind: 'throttled', retryAfterMs: 3_000 }, { kind: 'refused', reason: expect.any(String) }, { kind: 'retry', reason: expect.any(String) }, { kind: 'refused', reason: expect.any(String) }, { kind: 'retry', reason: expect.any(String) }, { kind: 'retry', reason: expect.any(String) }]);
  expect(standIn.faults).toEqual([]);
});
