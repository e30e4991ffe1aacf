/**
 * From the demo's cascade to a staffed incident of which everybody has been told: the first one who is paged declines without a
 * login, the next one takes it, command is handed over, and an update that two people wrote and approved stands on the status page
 * and goes out over Teams, because Slack is down. Slack, Teams, the mail server and the telephone gateway are stand-ins.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { stringify } from 'yaml';
import { demoCatalogue } from '../../scripts/demo/catalogue.ts';
import { demoAudiences, demoChannels, demoPolicies, demoSchedules, demoStatusPage, TEXTS } from '../../scripts/demo/mobilisation.ts';
import { createOutage, DEFAULT_SEED, OUTAGE_SECONDS } from '../../scripts/demo/outage.ts';
import { startReplay } from '../../scripts/demo/replay.ts';
import { testIds } from '../../src/testIds.ts';
import { startGateway } from '../channels/gateway.ts';
import { startSlack } from '../channels/slack.ts';
import { startMailServer } from '../channels/smtp.ts';
import { startTeams } from '../channels/teams.ts';
import { startStack, type Stack } from './stack.ts';
import { watchPage } from './watchPage.ts';

const APP = '/a/muster-incidents-app';
const REPLAY_SECONDS = 2;
const PHONE = '+491700000002';

/** Calls the API as the pages do, as one of the plugin host's people. */
async function callAs(stack: Stack, login: string, method: string, path: string, body?: object): Promise<{ points: { id: string; channel: string }[] }> {
  const response = await fetch(`${stack.url}/api/plugin-proxy/muster-incidents-app/backend${path}`, {
    method, headers: { Cookie: `plugin_host_user=${login}`, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response.json();
}

/** A window of its own in which nobody is signed in, at a link from a message. */
async function openLink(browser: Browser, text: string, answer: string): Promise<Page> {
  const [link] = new RegExp(`http://[^\\s"<>]+/respond/[^\\s"<>]+answer=${answer}`).exec(text) ?? [];
  if (link === undefined) throw new Error(`no link to ${answer} in:\n${text}`);
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  expect(await page.context().cookies()).toEqual([]);
  return page;
}

const plain = (raw: string): string => raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

test.setTimeout(600_000);

test('cap 53, cap 54, cap 55, cap 89, cap 96, cap 98: cascade → SEV1 declared → paged, declined, the next accepts → command handed over → update approved, on the status page and over Teams while Slack is down', async ({ browser }) => {
  await using stops = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'muster-staffed-'));
  stops.defer(() => rm(dir, { recursive: true, force: true }));
  const [slack, teams, phones, mails] = [await startSlack('webhook'), await startTeams(), await startGateway('sms'), await startMailServer()];
  for (const server of [slack, teams, phones, mails]) stops.defer(() => server.close());
  await cp('tests/e2e/provisioning/sources.yaml', join(dir, 'sources.yaml'));
  const files = {
    services: demoCatalogue(), channels: demoChannels({ mail: mails.settings, chat: slack.settings, secondChat: teams.settings, texts: phones.settings }),
    schedules: demoSchedules(Date.now()), escalation: demoPolicies(), communication: demoAudiences(), 'status-page': demoStatusPage(),
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(dir, `${name}.yaml`), stringify(value));
  const stack = await startStack(19, dir, { MUSTER_STATUS_PAGE_PORT: '0', MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' });
  stops.defer(() => stack.close());

  // Ed is reached by the mail address that Grafana knows. Eva has given a number, and the code that came there.
  for (const login of ['admin', 'editor', 'eva']) await callAs(stack, login, 'GET', '/me');
  const { points: [point] } = await callAs(stack, 'eva', 'POST', '/me/contact-points', { channel: TEXTS, address: PHONE, consent: true });
  await expect.poll(() => phones.seen.length).toBe(1);
  const code = /\d{6}/.exec(new URLSearchParams(phones.seen[0]?.body).get('Body') ?? '')?.[0] ?? '';
  await callAs(stack, 'eva', 'POST', `/me/contact-points/${point?.id ?? ''}/verify`, { code });

  const outage = createOutage({ seed: DEFAULT_SEED, startMs: Date.now() - OUTAGE_SECONDS * 1000, grafanaUrl: stack.url });
  const replay = startReplay({
    deliveries: outage.deliveries, webhookUrl: stack.service.webhookUrl, token: stack.service.token, speed: OUTAGE_SECONDS / REPLAY_SECONDS, signal: AbortSignal.timeout(60_000), isHealed: () => false,
  });
  await replay.done;
  expect([replay.failed, replay.fault]).toEqual([0, null]);

  const as = async (login: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${stack.url}/host/user?login=${login}&to=${APP}/incidents`);
    await page.getByRole('link', { name: /payments-db: Database/ }).first().click();
    return page;
  };
  const ada = await as('admin');
  const problems = watchPage(ada);
  await expect(ada.getByTestId(testIds.incident.severity)).toContainText('SEV1');
  await expect(ada.getByTestId(testIds.incident.state)).toContainText('Declared');
  await ada.getByRole('tab', { name: 'Mobilisation' }).click();
  const command = ada.getByTestId(testIds.incident.escalation).filter({ hasText: 'for commander' });
  const called = command.getByTestId(testIds.incident.called);
  await expect(called.filter({ hasText: 'Ed Editor' })).toContainText(/no answer yet.*sent over mail/);

  const edsMail = () => mails.mails.find(({ to }) => to.includes('editor@example.com'));
  await expect.poll(edsMail).toBeDefined();
  const declining = await openLink(browser, plain(edsMail()?.raw ?? ''), 'decline');
  await expect(declining.getByRole('heading', { level: 1 })).toContainText('SEV1');
  await declining.getByLabel(/A word with it/).fill('On a train');
  await declining.getByRole('button', { name: 'I can’t' }).click();
  await expect(declining.getByRole('status')).toContainText('The next person is called');
  await expect(called.filter({ hasText: 'Ed Editor' })).toContainText(/can’t: “On a train”.*answered/);

  // At once, although the policy would wait minutes for an answer.
  await expect(called.filter({ hasText: 'Eva Editor' })).toContainText(/no answer yet.*sent over text-messages/);
  expect(phones.seen).toHaveLength(2);
  const accepting = await openLink(browser, new URLSearchParams(phones.seen[1]?.body).get('Body') ?? '', 'accept');
  await accepting.getByRole('button', { name: 'I’m on it', exact: true }).click();
  await expect(accepting.getByRole('status')).toContainText('You have taken it');
  await expect(called.filter({ hasText: 'Eva Editor' })).toContainText(/is on it.*answered/);
  await expect(command).toContainText('Answered');
  await expect(ada.getByTestId(testIds.incident.commander)).toContainText('Eva Editor');

  const eva = await as('eva');
  problems.push(...watchPage(eva));
  await eva.getByRole('tab', { name: 'Mobilisation' }).click();
  await eva.getByRole('button', { name: 'Hand over Commander' }).click();
  const asking = eva.getByRole('dialog');
  await asking.getByRole('combobox').click();
  await eva.getByRole('option', { name: /Ada Admin/ }).click();
  await asking.getByLabel('What they should know').fill('payments-db first');
  await asking.getByRole('button', { name: 'Ask' }).click();
  const commander = ada.getByTestId(testIds.incident.role).filter({ hasText: 'Commander' });
  await expect(commander).toContainText(/Eva Editor.*Ada Admin is asked to take over: “payments-db first”/);
  await commander.getByRole('button', { name: 'Take over as commander' }).click();
  await expect(eva.getByTestId(testIds.incident.commander)).toContainText('Ada Admin');

  slack.usual = { kind: 'fail', status: 500 };
  await eva.getByRole('tab', { name: 'Comms' }).click();
  await eva.getByRole('button', { name: 'Write an update' }).click();
  const form = eva.getByRole('form', { name: 'Write an update' });
  await form.getByRole('combobox', { name: 'Audience' }).click();
  await eva.getByRole('option', { name: 'Customers' }).click();
  await form.getByRole('radio', { name: 'Identified' }).check({ force: true });
  await form.getByLabel(/^Title/).fill('Payments fail');
  await form.getByLabel(/^What is happening/).fill('Cards are refused at the checkout. We have found the cause.');
  // What the catalogue says is broken stands there already.
  await expect(form.getByLabel('State of payment-processing')).toHaveValue('Major outage');
  await expect(form.getByTestId(testIds.comms.preview)).toContainText('Cards are refused at the checkout.');
  await form.getByRole('button', { name: 'Save for approval' }).click();
  const draft = eva.getByTestId(testIds.comms.update);
  await expect(draft).toContainText('written by Eva Editor');
  await expect(draft.getByRole('button', { name: 'Approve' })).toHaveCount(0);

  await ada.getByRole('tab', { name: 'Comms' }).click();
  const update = ada.getByTestId(testIds.comms.update);
  await update.getByRole('button', { name: 'Approve' }).click();
  await expect(update).toContainText(/written by Eva Editor.*approved by Ada Admin/);
  await update.getByRole('button', { name: 'Publish to Customers' }).click();
  await expect(update).toContainText(/published by Ada Admin/);

  const outside = await (await browser.newContext()).newPage();
  await expect(async () => {
    await outside.goto(stack.statusPage);
    await expect(outside.getByRole('article').filter({ hasText: 'Payments fail' })).toContainText(/Payments: Major outage.*Identified.*Cards are refused at the checkout/s, { timeout: 200 });
  }).toPass();

  const told = (text: string) => [...teams.effects].filter(([key]) => key.includes(text)).map(([, count]) => count);
  await expect.poll(() => told('Payments fail')).toEqual([1]);
  expect(slack.effects.has('Payments fail')).toBe(false);
  await ada.goto(`${stack.url}${APP}/channels?tab=deliveries`);
  const delivery = ada.getByTestId(testIds.channels.delivery).filter({ hasText: 'Payments fail' });
  await expect(delivery).toContainText(/incident.chat.* over .*teams.*, way 2 of 2/i);
  await delivery.getByRole('button', { name: /^Tries of/ }).click();
  const tries = ada.getByRole('dialog').getByRole('listitem');
  await expect(tries.first()).toContainText(/(chat|slack).*500/i);
  await expect(tries.last()).toContainText(/teams.*sent/i);

  await eva.getByRole('tab', { name: 'Timeline' }).click();
  const entries = eva.getByTestId(testIds.incident.timelineEntry);
  for (const what of [
    '“Commander” calls people: SEV1', 'Paged Ed Editor as commander', 'Ed Editor can’t (“Commander”): On a train', 'Paged Eva Editor as commander', 'Eva Editor takes it (“Commander”)',
    'Ada Admin was asked to take over as commander: payments-db first', 'Update to Customers drafted', 'Update to Customers approved', 'Told Customers: Payments fail',
    'Eva Editor leads', 'Ada Admin leads',
  ]) await expect(entries.filter({ hasText: what })).toHaveCount(1);

  // Who answered is not called over other ways, whatever becomes of the message.
  await expect(entries.filter({ hasText: 'goes on over' })).toHaveCount(0);

  expect(told('Payments fail')).toEqual([1]);
  expect([...slack.faults, ...teams.faults, ...phones.faults, ...problems]).toEqual([]);
});
