/** Every page in both themes, at a telephone's width and a large screen's: readable for all, by the keyboard alone, and nothing cut off. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { z } from 'zod';
import { testIds } from '../../src/testIds.ts';
import { grafanaAlert, startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
/** Address of each page, and what is there once it has loaded. */
const PAGES: ReadonlyArray<{ readonly name: string; readonly path: string; readonly landmark: string }> = [
  { name: 'Now', path: `${APP}/now`, landmark: testIds.now.card },
  { name: 'Incidents', path: `${APP}/incidents?phase=all`, landmark: testIds.incidents.row },
  { name: 'Incident, overview', path: `${APP}/incidents/1`, landmark: testIds.incident.swimLanes },
  { name: 'Incident, timeline', path: `${APP}/incidents/1?tab=timeline`, landmark: testIds.incident.timelineEntry },
  { name: 'Incident, alerts', path: `${APP}/incidents/1?tab=alerts`, landmark: testIds.incident.alertRow },
  { name: 'Incident, comms', path: `${APP}/incidents/1?tab=comms`, landmark: testIds.comms.update },
  { name: 'Incident, runbooks', path: `${APP}/incidents/1?tab=runbooks`, landmark: testIds.run.question },
  { name: 'Runbooks, catalogue', path: `${APP}/runbooks`, landmark: testIds.runbooks.row },
  { name: 'Runbooks, runs', path: `${APP}/runbooks?tab=runs`, landmark: testIds.run.row },
  { name: 'Runbooks, drills', path: `${APP}/runbooks?tab=drills`, landmark: testIds.runbooks.drill },
  { name: 'Runbooks, automation', path: `${APP}/runbooks?tab=automation`, landmark: testIds.runbooks.page },
  { name: 'Runbook, editor', path: `${APP}/runbooks/look/edit`, landmark: testIds.runbooks.editor },
  { name: 'Run', path: `${APP}/runbooks/runs/1`, landmark: testIds.run.step },
  ...(['channels', 'chains', 'deliveries', 'rehearsals'] as const).map((tab) => ({ name: `Channels, ${tab}`, path: `${APP}/channels?tab=${tab}`, landmark: testIds.channels.page })),
  { name: 'Detectors, opened', path: `${APP}/detectors?id=1`, landmark: testIds.detectors.report },
  { name: 'Detectors, findings', path: `${APP}/detectors?tab=findings`, landmark: testIds.detectors.page },
  { name: 'Accuracy', path: `${APP}/accuracy`, landmark: testIds.accuracy.helper },
  { name: 'On call, escalation', path: `${APP}/on-call?tab=policies`, landmark: testIds.onCall.policy },
  { name: 'On call, clocks', path: `${APP}/on-call?tab=clocks`, landmark: testIds.onCall.clocks },
  { name: 'On call, my contact rules', path: `${APP}/on-call?tab=my-rules`, landmark: testIds.onCall.point },
  { name: 'Incident, mobilisation', path: `${APP}/incidents/1?tab=mobilisation`, landmark: testIds.incident.role },
  { name: 'Settings, drafts', path: `${APP}/settings?tab=drafts`, landmark: testIds.settings.draftModel },
  { name: 'Settings, teams', path: `${APP}/settings?tab=teams`, landmark: testIds.settings.team },
  { name: 'Noise, held back', path: `${APP}/noise`, landmark: testIds.noise.heldRow },
  { name: 'Noise, scores', path: `${APP}/noise?tab=scores`, landmark: testIds.noise.scoreRow },
  { name: 'Noise, rules', path: `${APP}/noise?tab=rules`, landmark: testIds.noise.ruleRow },
  { name: 'On-call, now', path: `${APP}/on-call`, landmark: testIds.onCall.nowRow },
  { name: 'On-call, schedules', path: `${APP}/on-call?tab=schedules`, landmark: testIds.onCall.gaps },
  { name: 'On-call, my shifts', path: `${APP}/on-call?tab=mine`, landmark: testIds.onCall.myShift },
  { name: 'Maintenance, windows', path: `${APP}/maintenance`, landmark: testIds.maintenance.row },
  { name: 'Maintenance, silences', path: `${APP}/maintenance?tab=silences`, landmark: testIds.maintenance.addSilence },
  ...(['catalogue', 'graph', 'business', 'infrastructure', 'changes', 'proposals', 'unresolved'] as const).map((tab) => ({ name: `Services, ${tab}`, path: `${APP}/services?tab=${tab}`, landmark: testIds.services.page })),
  ...(['rules', 'learned', 'back-tests', 'judgements', 'history'] as const).map((tab) => ({ name: `Correlation, ${tab}`, path: `${APP}/correlation?tab=${tab}`, landmark: testIds.correlation.page })),
  ...([['page', testIds.statusPage.preview], ['maintenance', testIds.statusPage.maintenance], ['settings', testIds.statusPage.settings], ['audiences', testIds.statusPage.audiences], ['subscriptions', testIds.statusPage.subscriptions], ['statuspage', testIds.statusPage.sync]] as const)
    .map(([tab, landmark]) => ({ name: `Status page, ${tab}`, path: `${APP}/status-page?tab=${tab}`, landmark })),
  { name: 'Settings, policy', path: `${APP}/settings?tab=policy`, landmark: testIds.settings.page },
  { name: 'Settings, derived labels', path: `${APP}/settings?tab=derived`, landmark: testIds.settings.page },
  { name: 'Settings, sources', path: `${APP}/settings`, landmark: testIds.settings.source },
  { name: 'Settings, mapping', path: `${APP}/settings?tab=mapping`, landmark: testIds.settings.page },
  { name: 'Settings, dead letters', path: `${APP}/settings?tab=dead-letters`, landmark: testIds.settings.page },
  { name: 'Settings, secrets', path: `${APP}/settings?tab=secrets`, landmark: testIds.settings.page },
  { name: 'Settings, agents', path: `${APP}/settings?tab=agents`, landmark: testIds.settings.page },
  { name: 'Settings, access', path: `${APP}/settings?tab=access`, landmark: testIds.settings.page },
  { name: 'Settings, audit log', path: `${APP}/settings?tab=audit&by=all`, landmark: testIds.settings.auditEntry },
  { name: 'Settings, connection', path: `${APP}/settings?tab=connection`, landmark: testIds.settings.hop },
  { name: 'Configuration', path: '/plugins/muster-incidents-app', landmark: testIds.config.page },
  { name: 'Panel', path: '/d/demo', landmark: testIds.panel.row },
];
const WIDTHS = [360, 1280, 3840] as const;

let stack: Stack;

test.beforeAll(async () => {
  stack = await startStack(19);
  await stack.postAlerts([
    grafanaAlert({ fingerprint: 'a1', name: 'HighErrorRate', service: 'checkout', severity: 'critical' }),
    grafanaAlert({ fingerprint: 'a2', name: 'SlowRequests', service: 'checkout', severity: 'error' }),
    grafanaAlert({ fingerprint: 'a3', name: 'QueueGrowing', service: 'checkout', severity: 'warning', status: 'resolved' }),
  ]);
  // apart, so that the incident of checkout is the first one
  await stack.postAlerts([
    grafanaAlert({ fingerprint: 'h1', name: 'HeldBack', service: 'held-back', severity: 'warning' }),
    grafanaAlert({ fingerprint: 'b1', name: 'PoolExhausted', service: 'a-service-with-a-very-long-name-that-finds-no-room-anywhere', severity: 'error' }),
  ]);
});
/** A runbook with branches that waits for an answer, for the incident of checkout, and a run of it. */
const LOOK = `apiVersion: muster/v1
kind: Runbook
metadata: { id: look, title: Look at checkout, description: Two people look at it, services: [checkout] }
inputs: [{ name: service, type: string, from: incident.primaryService }]
steps:
  - { id: note, name: "Note {{ inputs.service }}", kind: statusUpdate, with: { text: "We look at {{ inputs.service }}" } }
  - id: both
    kind: parallel
    lanes:
      - { name: left, steps: [{ id: ask, name: Look at the logs, kind: manual, with: { instruction: "Look at **the logs**", checklist: [Errors, Restarts], ask: [{ name: seen, title: What do you see }] } }] }
      - { name: right, steps: [{ id: sure, name: Be sure, kind: approval, with: { question: "Restart {{ inputs.service }}?", people: 2 } }] }
`;

/** Its alert comes long after the pages were looked at. */
const DRILL = {
  name: 'The payments database is gone', description: 'The night shift alone', alerts: [{ name: 'DatabaseDown', service: 'payments-db', severity: 'sev1', afterSeconds: 3_600 }],
  expects: [{ stage: 'detected', withinSeconds: 60 }, { stage: 'mitigated', withinSeconds: 3_600 }], maxMinutes: 240, schedule: { timeZone: 'Europe/Berlin', startsAt: '2030-01-07T09:00', rule: 'FREQ=MONTHLY;BYDAY=1MO' },
};

test.beforeAll(async () => {
  const call = async (method: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> => {
    const response = await fetch(`${stack.url}/api/plugin-proxy/muster-incidents-app/backend${path}`, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response;
  };
  const made = await call('POST', '/runbooks', { source: LOOK });
  await call('POST', '/runbooks/look/publish', { note: 'for the pages' }, { 'If-Match': made.headers.get('etag') ?? '' });
  await call('POST', '/runbooks/look/runs', { incident: 1 });
  await call('POST', '/incidents/1/status-updates', { audience: 'customer', fields: { title: 'Payments fail', summary: 'Cards are refused.' } });
  await call('PUT', '/runbook-secrets/token', { value: 'a value of an example', description: 'For the pages' });
  await call('POST', '/detectors', { name: 'Alerts of each source', description: 'A source that is suddenly loud', query: { kind: 'alerts', by: 'source' }, stepSeconds: 600, direction: 'above' });
  const drill = z.object({ id: z.string() }).parse(await (await call('POST', '/drills', DRILL)).json());
  await call('POST', `/drills/${drill.id}/runs`, {});
  await call('POST', '/channels', { id: 'email', kind: 'email', name: 'Mail', config: { host: 'mail.example.com', from: 'muster@example.com' } });
  await call('POST', '/me/contact-points', { channel: 'email', address: 'me@example.com', consent: true });
  await call('POST', '/teams', { id: 'payments', name: 'Payments' });
  await call('POST', '/escalation-policies', { id: 'payments', name: 'Payments on call', starts: { severities: ['sev1'] }, steps: [{ kind: 'owner' }, { kind: 'team', team: 'payments', pick: 'round_robin' }] });
  await call('POST', '/incidents/1/escalations', { policy: 'payments' });
  const me: { user: { key: string } } = await (await fetch(`${stack.url}/api/plugin-proxy/muster-incidents-app/backend/me`)).json();
  await call('POST', '/schedules', {
    name: 'Checkout', timeZone: 'Europe/Berlin', layers: [
      { kind: 'rotation', id: 'weekly', name: 'A layer with a long name', every: { count: 1, unit: 'days' }, startsOn: '2026-01-05', handOffAt: '09:00', slots: [[me.user.key]], restrictions: [{ kind: 'daily', days: ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], from: '00:00', to: '23:00' }] },
    ],
  });
  await call('POST', '/agents', { name: 'north', labels: { site: 'north' } });
});
test.afterAll(() => stack.close());

/** Goes to a page; within the app without loading it all anew, as people do. */
async function open(page: Page, path: string, landmark: string): Promise<void> {
  if (page.url().startsWith(`${stack.url}/a/`) || page.url().startsWith(`${stack.url}/plugins/`)) {
    await page.evaluate((to) => Reflect.get(window, 'System').get('host:@grafana/runtime').locationService.push(to), path);
  } else {
    await page.goto(`${stack.url}${path}`);
  }
  await expect(page.getByTestId(landmark).first()).toBeVisible();
  await expect(page.getByTestId(testIds.state.loading)).toHaveCount(0);
}

for (const theme of ['dark', 'light'] as const) {
  test(`no page breaks a rule of WCAG 2.1 AA that axe can see, ${theme}`, async ({ page }) => {
    test.slow();
    await page.goto(`${stack.url}/host/theme?theme=${theme}`);
    const broken: string[] = [];
    for (const { name, path, landmark } of PAGES) {
      await open(page, path, landmark);
      // in the page itself: the usual way opens another page for each look, takes four times as long, and finds the same where there are no frames
      const axe = new AxeBuilder({ page }).setLegacyMode();
      // what is on a page is the same in both themes: colours alone differ
      if (theme === 'dark') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
      else axe.withRules(['color-contrast']);
      // the dashboard around the panel is the plugin host's own
      if (name === 'Panel') axe.include(`[data-testid="${testIds.panel.root}"]`);
      const { violations } = await axe.analyze();
      broken.push(...violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`));
    }
    expect(broken).toEqual([]);
  });
}

test('at no width does a page run over its edge, cut a choice, or complain', async ({ page }) => {
  // Some eighty pages in three widths each.
  test.setTimeout(15 * 60_000);
  const problems = watchPage(page);
  const faults: string[] = [];
  for (const { name, path, landmark } of PAGES) {
    await page.setViewportSize({ width: WIDTHS[0], height: 800 });
    await open(page, path, landmark);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      // what follows the width does so with the next frames
      await page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))));
      await expect(page.getByTestId(landmark).first()).toBeVisible();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (over > 0) faults.push(`${name} at ${width}: ${over} px too wide`);
      const cut = await page.evaluate(() => [...document.querySelectorAll('[role="radiogroup"] label span')]
        .filter((label) => label.scrollWidth > label.clientWidth + 1).map(({ textContent }) => textContent));
      if (cut.length > 0) faults.push(`${name} at ${width}: cut: ${cut.join(', ')}`);
    }
  }
  expect(faults).toEqual([]);
  expect(problems).toEqual([]);
});

test('by the keyboard alone: find the incident, open it, acknowledge it, read why an alert belongs to it', async ({ page }) => {
  await open(page, `${APP}/incidents`, testIds.incidents.row);
  const rows = page.getByTestId(testIds.incidents.row);
  await tabTo(page, () => rows.first().evaluate((row) => row === document.activeElement));
  await page.keyboard.press('End');
  await expect(rows.last()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(testIds.incident.state)).toContainText('Declared');
  await tabTo(page, () => page.getByTestId(testIds.incident.primaryAction).evaluate((button) => button === document.activeElement));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(testIds.incident.state)).toContainText('Investigating');

  await open(page, `${APP}/incidents/1?tab=alerts`, testIds.incident.alertRow);
  await tabTo(page, () => page.getByTestId(testIds.incident.alertRow).first().evaluate((row) => row === document.activeElement));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId(testIds.incident.alertDrawer)).toContainText('Why it belongs to INC-');
  // the first press takes away the tooltip of the close button, which has the focus
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId(testIds.incident.alertDrawer)).toHaveCount(0);
});

/** Presses Tab until the thing has the focus, as somebody without a mouse would. */
async function tabTo(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('80 presses of Tab did not lead there');
}
