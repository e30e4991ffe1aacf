/** A mail server for tests (smtp-server): takes mails and keeps them as they came, or refuses, asks to come again, stalls or hangs up. */
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { CERTIFICATE, PRIVATE_KEY } from './mailCertificate.ts';
import type { ChannelSettings } from './standIn.ts';

export const MAIL_USER = 'muster@example.com';
export const MAIL_PASSWORD = 'example-password-of-the-mail-server';

export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers by name in lower case, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole message. */
  readonly raw: string;
  readonly secure: boolean;
}

export type MailMisbehaviour = { readonly kind: 'refuse'; readonly status: number; readonly message?: string } | { readonly kind: 'stall' } | { readonly kind: 'drop' };

export interface TestMailServer {
  readonly port: number;
  readonly mails: TakenMail[];
  /** How often each Message-ID was taken. */
  readonly effects: Map<string, number>;
  /** For the next messages, in order. */
  readonly next: MailMisbehaviour[];
  readonly settings: ChannelSettings;
  close(): Promise<void>;
}

function headersOf(raw: string): Record<string, string> {
  const head = (raw.split(/\r\n\r\n/)[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
  return Object.fromEntries(head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
}

/** Starts it on a free port of the loopback. `starttls`: offers encryption with the certificate for tests; a login is taken over it only. */
export async function startMailServer(encryption: 'none' | 'starttls' = 'none'): Promise<TestMailServer> {
  const mails: TakenMail[] = [];
  const effects = new Map<string, number>();
  const next: MailMisbehaviour[] = [];
  const server = new SMTPServer({
    authOptional: true, disabledCommands: encryption === 'none' ? ['STARTTLS'] : [], cert: CERTIFICATE, key: PRIVATE_KEY, disableReverseLookup: true, closeTimeout: 1,
    onAuth(login, _session, done) {
      if (login.username === MAIL_USER && login.password === MAIL_PASSWORD) done(null, { user: MAIL_USER });
      else done(new Error(`Invalid login ${login.password}`));
    },
    onData(stream, session, done) {
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => { raw += chunk; });
      stream.on('end', () => {
        const wrong = next.shift();
        if (wrong?.kind === 'stall') return;
        if (wrong?.kind === 'drop') {
          server.connections.forEach((connection) => connection.close());
          return;
        }
        if (wrong?.kind === 'refuse') {
          done(Object.assign(new Error(wrong.message ?? 'no such mailbox'), { responseCode: wrong.status }));
          return;
        }
        const headers = headersOf(raw);
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), headers, raw, secure: session.secure });
        const id = headers['message-id'] ?? '';
        effects.set(id, (effects.get(id) ?? 0) + 1);
        done(null);
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port, mails, effects, next,
    settings: { config: { host: '127.0.0.1', port: address.port, security: 'none', from: 'Muster <muster@example.com>' }, secrets: {}, address: 'ops@example.com' },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
