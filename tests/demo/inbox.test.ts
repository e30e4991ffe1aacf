/** The demo's inbox takes what the channels really send, and shows it with its links; a provider that is taken down refuses. */
import { startInbox, type Inbox } from '../../scripts/demo/inbox/inbox.ts';
import { demoChannels, demoSchedules } from '../../scripts/demo/mobilisation.ts';
import { closeWays, noticeOf, sendOver } from '../channels/sending.ts';
import { findTestPort } from '../harness/ports.ts';

let inbox: Inbox;
beforeAll(async () => {
  const port = await findTestPort();
  inbox = await startInbox({ port, mailPort: await findTestPort(port) });
});
afterAll(async () => {
  await inbox.close();
  await closeWays();
});

test('each way shows subject, text and links that can be pressed, and nothing of a message is taken for HTML', async () => {
  const { mail, chat, secondChat, texts } = inbox.ways;
  const notice = noticeOf({ subject: 'SEV1 Zahlungen scheitern – <b>' });
  await sendOver('email', { ...mail, address: 'editor@example.com' }, notice);
  await sendOver('slack', { ...chat, address: null }, notice);
  await sendOver('teams', { ...secondChat, address: null }, notice);
  await sendOver('sms', { ...texts, config: { accountSid: 'ACdemo', from: '+15005550006', apiUrl: `${inbox.url}sms`, maxParts: 10 }, address: '+491701234567' }, notice, { callbackUrl: null });
  expect(inbox.messages.map(({ over, to, subject }) => [over, to, subject])).toEqual([
    ['mail', 'editor@example.com', notice.subject], ['slack', '#incidents', notice.subject], ['teams', 'Incidents', notice.subject], ['sms', '+491701234567', notice.subject],
  ]);
  for (const { links, lines } of inbox.messages) {
    expect(links).toEqual(expect.arrayContaining(notice.actions.map(({ label, url }) => ({ label, url }))));
    expect(lines.join(' ')).toContain('Payments fail since 09:41 UTC.');
  }
  const page = await (await fetch(inbox.url)).text();
  expect(page).toContain('Nothing here left this machine');
  expect(page).toContain('href="https://muster.example.com/r/signed-decline"');
  expect(page).not.toMatch(/<b>|<script>alert/);
  expect(page).toContain(await (await fetch(`${inbox.url}messages`)).text());
});

test('a provider that was taken down answers with an error until it is repaired', async () => {
  const press = (way: string) => fetch(`${inbox.url}ways`, { method: 'POST', body: new URLSearchParams({ way }) });
  const chat = { ...inbox.ways.chat, address: null };
  const mail = { ...inbox.ways.mail, address: 'eva@example.com' };
  const before = inbox.messages.length;
  await press('slack');
  await press('mail');
  expect([await sendOver('slack', chat), await sendOver('email', mail)]).toEqual([expect.objectContaining({ kind: 'retry' }), expect.objectContaining({ kind: 'retry' })]);
  expect(inbox.messages).toHaveLength(before);
  await press('slack');
  expect(await sendOver('slack', chat)).toMatchObject({ kind: 'delivered' });
  expect((await fetch(`${inbox.url}slack`, { method: 'POST', body: 'nonsense' })).status).toBe(400);
});

test('the demo’s week begins on the Monday that was last, with Ed', () => {
  for (const [day, monday] of [['2026-11-23T00:00:00Z', '2026-11-23'], ['2026-11-29T23:59:59Z', '2026-11-23'], ['2026-11-30T00:00:00Z', '2026-11-30']] as const) {
    expect(JSON.stringify(demoSchedules(Date.parse(day)))).toContain(`"startsOn":"${monday}"`);
  }
  expect(demoChannels(inbox.ways)).toMatchObject({ chains: [{ messageClass: 'update', channels: ['incident-chat', 'incident-teams'] }, { messageClass: 'notice' }] });
});
