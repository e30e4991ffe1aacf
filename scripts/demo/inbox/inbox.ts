/**
 * Stands in for the providers of the demo's channels, on loopback only: a mail server, an incoming webhook of Slack, a flow of
 * Teams, a gateway of text messages. What they are sent stands on a page. It can take each of them down.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { gatewaySignature } from '../../../backend/response/notifications/channels/gateway.ts';
import type { Ways } from '../mobilisation.ts';
import { INBOX_SCRIPT, INBOX_STYLE, inboxPage, messagesHtml, WAY_NAMES, type InboxMessage, type WayName } from './page.ts';
import { readMail, readSlack, readTeams, readTextMessage, type ReadMessage } from './readMessage.ts';

export interface Inbox {
  /** Address of its page. */
  readonly url: string;
  /** How channels of Muster reach it. */
  readonly ways: Ways;
  readonly messages: readonly InboxMessage[];
  /** Throws away what came so far. */
  clear(): void;
  close(): Promise<void>;
}

export interface InboxOptions {
  readonly port: number;
  readonly mailPort: number;
}

/** Not secrets: nobody but this program listens, and only on loopback. */
const ACCOUNT = 'ACdemo';
const GATEWAY_TOKEN = 'not-a-secret-of-the-demo';
const KEPT = 500;
const MAX_BODY = 1_000_000;
const sha = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const POLICY = `default-src 'none'; style-src ${sha(INBOX_STYLE)}; script-src ${sha(INBOX_SCRIPT)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BODY) throw new Error('too long');
  }
  return body;
}

function answer(response: ServerResponse, status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers }).end(body);
}

/** Tells Muster that a text message arrived, signed as the gateway would. */
async function sendReceipt(callback: string, sid: string): Promise<void> {
  const form = { MessageSid: sid, MessageStatus: 'delivered' };
  await fetch(callback, { method: 'POST', body: new URLSearchParams(form), headers: { 'X-Twilio-Signature': gatewaySignature(GATEWAY_TOKEN, callback, form) } });
}

/** Starts it. */
export async function startInbox({ port, mailPort }: InboxOptions): Promise<Inbox> {
  const messages: InboxMessage[] = [];
  const broken = new Set<WayName>();
  let count = 0;

  function keep(over: WayName, message: ReadMessage): number {
    count += 1;
    messages.push({ ...message, number: count, over, at: new Date() });
    if (messages.length > KEPT) messages.shift();
    return count;
  }

  async function provide(way: WayName, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (broken.has(way)) return answer(response, 503, 'text/plain', 'taken down in the inbox of the demo');
    switch (way) {
      case 'slack':
        keep(way, readSlack(body));
        return answer(response, 200, 'text/plain', 'ok');
      case 'teams':
        keep(way, readTeams(body));
        return answer(response, 202, 'text/plain', '');
      case 'sms': {
        const form = new URLSearchParams(body);
        const sid = `SM${String(keep(way, readTextMessage(form))).padStart(32, '0')}`;
        answer(response, 201, 'application/json', JSON.stringify({ sid, status: 'queued' }));
        const callback = form.get('StatusCallback');
        // Muster notices a receipt that does not come by itself.
        if (callback !== null) sendReceipt(callback, sid).catch(() => undefined);
        return;
      }
      case 'mail':
        return answer(response, 404, 'text/plain', 'mail comes over SMTP');
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const way = WAY_NAMES.find((name) => pathname === `/${name}` || pathname.startsWith(`/${name}/`));
    if (request.method === 'POST' && way !== undefined) return provide(way, request, response);
    if (request.method === 'POST' && pathname === '/ways') {
      const chosen = new URLSearchParams(await bodyOf(request)).get('way');
      const found = WAY_NAMES.find((name) => name === chosen);
      if (found !== undefined && !broken.delete(found)) broken.add(found);
      return answer(response, 303, 'text/plain', '', { Location: '/' });
    }
    if (request.method !== 'GET') return answer(response, 405, 'text/plain', 'not that way');
    if (pathname === '/messages') return answer(response, 200, 'text/html; charset=utf-8', messagesHtml(messages));
    if (pathname !== '/') return answer(response, 404, 'text/plain', 'there is nothing here');
    answer(response, 200, 'text/html; charset=utf-8', inboxPage(messages, broken), { 'Content-Security-Policy': POLICY });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => answer(response, 400, 'text/plain', 'that could not be read'));
  });
  const mail = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], disableReverseLookup: true, closeTimeout: 1,
    onData(stream, session, done) {
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (raw += chunk));
      stream.on('end', () => {
        if (broken.has('mail')) return done(Object.assign(new Error('taken down in the inbox of the demo'), { responseCode: 451 }));
        for (const { address } of session.envelope.rcptTo) keep('mail', readMail(raw, address));
        done(null);
      });
    },
  });
  // A connection that breaks is of no concern; a port that is taken is told by listen below.
  mail.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const mailing = mail.listen(mailPort, '127.0.0.1');
  await once(mailing, 'listening');
  const url = `http://127.0.0.1:${port}`;
  return {
    url: `${url}/`, messages,
    clear: () => void messages.splice(0),
    ways: {
      mail: { config: { host: '127.0.0.1', port: mailPort, security: 'none', from: 'Muster <muster@example.com>' }, secrets: {} },
      chat: { config: { mode: 'webhook' }, secrets: { webhookUrl: `${url}/slack` } },
      secondChat: { config: {}, secrets: { webhookUrl: `${url}/teams` } },
      texts: { config: { accountSid: ACCOUNT, from: '+15005550006', apiUrl: `${url}/sms` }, secrets: { authToken: GATEWAY_TOKEN } },
    },
    async close() {
      await new Promise<void>((resolve) => mail.close(() => resolve()));
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
