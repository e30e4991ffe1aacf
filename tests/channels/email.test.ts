/** E-mail over a real SMTP dialogue: form, threads, refusals, encryption, and the guard before it. */
import { createMailTransport, type MailServer } from '../../backend/platform/outbound/mail.ts';
import { CERTIFICATE, MAIL_HOST } from './mailCertificate.ts';
import { closeWays, longNotice, NOW, noticeOf, sendOver } from './sending.ts';
import { MAIL_PASSWORD, MAIL_USER, startMailServer, type TestMailServer } from './smtp.ts';

let server: TestMailServer;
afterEach(() => server.close());
afterAll(closeWays);

const decoded = (raw: string) => raw.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

test('cap 88: a mail has text, HTML, and the headers of a thread', async () => {
  server = await startMailServer();
  const first = await sendOver('email', server.settings);
  expect(first).toMatchObject({ kind: 'accepted', providerId: expect.stringMatching(/^<[0-9a-f]{32}@example\.com>$/) });
  const threadRef = first.kind === 'accepted' ? first.threadRef : null;
  const unsubscribeUrl = 'https://muster.example.com/u/signed';
  const second = await sendOver('email', server.settings, noticeOf({ dedupKey: 'update/2', messageClass: 'update', urgency: 'normal', unsubscribeUrl }), { threadRef });
  expect(second).toMatchObject({ kind: 'accepted', threadRef });
  const [one, two] = server.mails;
  expect(one).toMatchObject({ from: 'muster@example.com', to: ['ops@example.com'] });
  expect(one?.headers).toMatchObject({
    subject: '[SEV1][INC-42] Checkout is down', from: 'Muster <muster@example.com>', 'message-id': threadRef, 'auto-submitted': 'auto-generated', importance: 'high', date: NOW.toUTCString().replace('GMT', '+0000'),
  });
  expect(one?.headers['in-reply-to']).toBeUndefined();
  expect(one?.headers['list-unsubscribe']).toBeUndefined();
  expect(two?.headers).toMatchObject({ 'in-reply-to': threadRef, references: threadRef, 'list-unsubscribe': `<${unsubscribeUrl}>`, 'list-unsubscribe-post': 'List-Unsubscribe=One-Click' });
  expect(two?.headers.importance).toBeUndefined();
  const raw = decoded(one?.raw ?? '');
  expect(one?.headers['content-type']).toMatch(/^multipart\/alternative/);
  expect(raw).toContain('- dashboard (https://grafana.example.com/d/shop?a=1&b=2)');
  expect(raw).toContain('<a href="https://grafana.example.com/d/shop?a=1&amp;b=2">dashboard</a>');
  expect(raw).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(raw.split('text/html')[1]).not.toContain('<script>');
});

test('cap 90: every try of a notice is one mail to the receiver, and nothing gets into a header', async () => {
  server = await startMailServer();
  const sly = noticeOf({ subject: 'Down\r\nBcc: everybody@example.com\r\n\r\nbody', dedupKey: 'a\r\nX-Evil: 1' });
  await sendOver('email', server.settings, sly);
  await sendOver('email', server.settings, sly);
  await sendOver('email', { ...server.settings, address: 'other@example.com' }, sly);
  expect([...server.effects.values()]).toEqual([2, 1]);
  expect(server.mails[0]?.headers).toMatchObject({ subject: 'Down Bcc: everybody@example.com body' });
  expect(server.mails[0]?.headers.bcc).toBeUndefined();
  expect(server.mails[0]?.headers['x-evil']).toBeUndefined();
  expect(server.mails[0]?.to).toEqual(['ops@example.com']);
  await sendOver('email', server.settings, longNotice());
  expect(decoded(server.mails[3]?.raw ?? '')).toContain('the whole text is in Muster');
  for (const address of ['a@example.com, b@example.com', 'a@example.com\r\nRCPT TO:<b@example.com>', 'nobody']) expect(await sendOver('email', { ...server.settings, address })).toMatchObject({ kind: 'refused' });
});

test('cap 89: a bounce is refused; asking to come again, hanging up and silence are tried again', async () => {
  server = await startMailServer();
  server.next.push({ kind: 'refuse', status: 550, message: 'no such mailbox' }, { kind: 'refuse', status: 451, message: 'greylisted' }, { kind: 'drop' });
  expect(await sendOver('email', server.settings)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('answered 550') });
  expect(await sendOver('email', server.settings)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('answered 451') });
  expect(await sendOver('email', server.settings)).toMatchObject({ kind: 'retry' });
  const stop = new AbortController();
  server.next.push({ kind: 'stall' });
  const sending = sendOver('email', server.settings, noticeOf(), { signal: stop.signal });
  while (server.next.length > 0) await new Promise((resolve) => void setImmediate(resolve));
  stop.abort();
  expect(await sending).toMatchObject({ kind: 'retry', reason: expect.stringContaining('no answer in time') });
  expect(await sendOver('email', server.settings)).toMatchObject({ kind: 'accepted' });
  expect(await sendOver('email', { ...server.settings, config: { host: '127.0.0.1', port: 1, security: 'none', from: 'muster@example.com' } })).toMatchObject({ kind: 'retry' });
});

test('cap 88: a password goes over a proven encrypted connection only, and is never told', async () => {
  server = await startMailServer('starttls');
  const plain = { host: '127.0.0.1', port: server.port, from: 'muster@example.com', user: MAIL_USER };
  const secrets = { password: MAIL_PASSWORD };
  expect(await sendOver('email', { config: { ...plain, security: 'none' }, secrets, address: 'ops@example.com' })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('security') });
  // A certificate that nobody vouches for.
  expect(await sendOver('email', { config: { ...plain, security: 'starttls' }, secrets, address: 'ops@example.com' })).toMatchObject({ kind: 'retry' });
  expect(server.mails).toEqual([]);
  const lookup = () => Promise.resolve(['127.0.0.1']);
  const mail = createMailTransport({ allow: [MAIL_HOST], allowPrivate: [MAIL_HOST], ca: CERTIFICATE, lookup, timeoutMs: 5_000 });
  const named = { ...plain, host: MAIL_HOST, security: 'starttls' };
  expect(await sendOver('email', { config: named, secrets, address: 'ops@example.com' }, noticeOf(), { mail })).toMatchObject({ kind: 'accepted' });
  expect(server.mails[0]?.secure).toBe(true);
  const wrong = await sendOver('email', { config: named, secrets: { password: 'a-wrong-password-of-mine' }, address: 'ops@example.com' }, noticeOf(), { mail });
  expect(wrong).toEqual({ kind: 'refused', reason: `${MAIL_HOST}:${server.port} does not take the name and password`, ofChannel: true });
  const deaf = createMailTransport({ allow: ['*'], allowPrivate: [], lookup: () => new Promise(() => undefined) });
  expect(await sendOver('email', { config: named, secrets, address: 'ops@example.com' }, noticeOf(), { mail: deaf, signal: AbortSignal.timeout(20) })).toMatchObject({ kind: 'retry', reason: expect.stringContaining('in time') });
  await mail.close();
});

test.each([
  { name: 'a host that is not listed', allow: ['mail.example.com'], allowPrivate: ['127.0.0.1'], host: '127.0.0.1' },
  { name: 'a private address', allow: ['*'], allowPrivate: [], host: '127.0.0.1' },
  { name: 'a name that leads to a private address', allow: ['*'], allowPrivate: [], host: MAIL_HOST },
])('mail is kept from $name', async ({ allow, allowPrivate, host }) => {
  server = await startMailServer();
  const mail = createMailTransport({ allow, allowPrivate, lookup: () => Promise.resolve(['127.0.0.1']) });
  const outcome = await sendOver('email', { ...server.settings, config: { host, port: server.port, security: 'none', from: 'muster@example.com' } }, noticeOf(), { mail });
  expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the installation does not allow it') });
  const bare: MailServer = { host, port: server.port, security: 'none', user: null, password: null };
  await expect(mail.send(bare, { from: 'a@example.com', to: 'b@example.com', subject: 's', text: 't', html: '', messageId: '<1@example.com>', inReplyTo: null, date: NOW, headers: {} }, new AbortController().signal)).rejects.toMatchObject({ fault: 'denied' });
  expect(server.mails).toEqual([]);
  await mail.close();
});
