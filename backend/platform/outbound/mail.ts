/**
 * The one way out for mail: SMTP submission under the same rules as calls over HTTP. The name of the server must be
 * allowed, each of its addresses is checked, and the address that was checked is the one connected to. Connections
 * are kept and used again, a few to a server. Source: RFC 5321, RFC 6409; nodemailer.com/smtp.
 */
import { createHash } from 'node:crypto';
import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { matchesHost, mayConnect } from './addressRules.ts';

/** The server that takes the mail. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `tls`: encrypted from the start (465). `starttls`: must become encrypted (587). `none`: in clear; for a relay on the same machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user: string | null;
  readonly password: string | null;
}

export interface MailMessage {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets. */
  readonly messageId: string;
  /** The first message of the thread, with angle brackets. */
  readonly inReplyTo: string | null;
  readonly date: Date;
  /** Besides those that follow from the rest. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * `denied`: the installation does not allow the server. `timeout`, `network`: no server, or none that is what it says
 * it is. `login`: name or password are wrong. `refused`: it will never take this message. `later`: it asks to try again.
 */
export type MailFault = 'denied' | 'timeout' | 'network' | 'login' | 'refused' | 'later';

/** A message that was not taken. The text holds no secret and nothing of the message. */
export class MailError extends Error {
  readonly fault: MailFault;

  constructor(fault: MailFault, message: string) {
    super(message);
    this.name = 'MailError';
    this.fault = fault;
  }
}

export interface MailTransport {
  /** Hands a message over; the server has taken it when this returns. Throws `MailError`. */
  send(server: MailServer, message: MailMessage, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface MailOptions {
  /** Host patterns that may be used, as for calls over HTTP. */
  readonly allow: readonly string[];
  readonly allowPrivate: readonly string[];
  /** For connecting, for the greeting, and for any silence afterwards. */
  readonly timeoutMs?: number;
  /** Authorities besides the usual ones, PEM. */
  readonly ca?: string;
  /** Addresses of a name; the system's resolver unless said otherwise. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}

const TIMEOUT_MS = 10_000;
const CONNECTIONS_A_SERVER = 4;
const MESSAGES_A_CONNECTION = 100;
/** Servers whose connections are kept; more are used, but the longest unused one is let go. */
const KEPT_SERVERS = 32;
const SHOWN_CHARACTERS = 200;
/** Faults of nodemailer that are ours or the server's for good. */
const FAULT_OF_CODE: Readonly<Record<string, MailFault>> = { EAUTH: 'login', ENOAUTH: 'login', ETIMEDOUT: 'timeout', EABORT: 'timeout', EENVELOPE: 'refused', EMESSAGE: 'refused' };

const systemLookup = async (host: string): Promise<readonly string[]> => (await dnsLookup(host, { all: true })).map(({ address }) => address);

/** The answer, or a rejection as soon as it is not waited for any more. */
async function unless<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new MailError('timeout', 'the name of the server was not found in time'));
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** What a server says of a refusal, without the names and words that it quotes from the message or the login. */
function sayingOf(response: unknown, known: readonly string[]): string {
  if (typeof response !== 'string') return '';
  let text = response.replace(/\s+/g, ' ').trim();
  for (const word of known) if (word.length >= 4) text = text.replaceAll(word, '…');
  return text === '' ? '' : `: ${text.slice(0, SHOWN_CHARACTERS)}`;
}

function membersOf(error: unknown): { code: string; status: number; response: unknown } {
  if (!(error instanceof Error)) return { code: '', status: 0, response: undefined };
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    status: 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : 0,
    response: 'response' in error ? error.response : undefined,
  };
}

/** What was thrown while sending, as an error of ours; the thrown one is not kept, since it quotes the dialogue. */
function mailErrorOf(error: unknown, server: MailServer, timedOut: boolean): MailError {
  if (error instanceof MailError) return error;
  const where = `${server.host}:${server.port}`;
  const { code, status, response } = membersOf(error);
  if (timedOut || code === 'EABORT') return new MailError('timeout', `${where}: no answer in time`);
  const secret = server.password === null ? [] : [server.password, Buffer.from(server.password).toString('base64')];
  const said = sayingOf(response, secret);
  // 4xx of SMTP asks to come again, whatever was refused (RFC 5321, 4.2.1); a login may fail so too.
  if (status >= 400 && status < 500) return new MailError('later', `${where} answered ${status}${said}`);
  const fault = FAULT_OF_CODE[code] ?? (status >= 500 ? 'refused' : 'network');
  if (fault === 'login') return new MailError('login', `${where} does not take the name and password`);
  if (fault === 'refused' && status >= 500) return new MailError('refused', `${where} answered ${status}${said}`);
  if (fault === 'refused') return new MailError('refused', `${where}: the message or an address of it cannot be sent`);
  return new MailError(fault, `${where}: ${/^E[A-Z]+$/.test(code) ? code : 'no connection'}`);
}

/** Makes the way out. */
export function createMailTransport(options: MailOptions): MailTransport {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const lookup = options.lookup ?? systemLookup;

  function makePool(server: MailServer, address: string) {
    const named = isIP(server.host) === 0 ? { servername: server.host } : {};
    return createTransport({
      pool: true, maxConnections: CONNECTIONS_A_SERVER, maxMessages: MESSAGES_A_CONNECTION,
      host: address, port: server.port, secure: server.security === 'tls', requireTLS: server.security === 'starttls', ignoreTLS: server.security === 'none',
      connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, socketCloseTimeout: 0,
      tls: { ...named, ...(options.ca === undefined ? {} : { ca: options.ca }) }, ...named,
      disableFileAccess: true, disableUrlAccess: true,
      ...(server.user === null ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
    });
  }
  type Pool = ReturnType<typeof makePool>;
  /** The one used last stands last. */
  const pools = new Map<string, Pool>();

  async function addressOf(server: MailServer, signal: AbortSignal): Promise<string> {
    if (!options.allow.some((pattern) => matchesHost(pattern, server.host))) throw new MailError('denied', `${server.host} is not allowed; add it under outbound.allow`);
    let found: readonly string[];
    try {
      found = isIP(server.host) === 0 ? await unless(signal, lookup(server.host)) : [server.host];
    } catch {
      throw signal.aborted ? new MailError('timeout', `${server.host}: no answer in time`) : new MailError('network', `${server.host} has no address`);
    }
    const usable = found.find((address) => mayConnect(options.allowPrivate, server.host, address));
    if (usable === undefined) throw new MailError('denied', `${server.host} leads to a private or reserved address; allow it under outbound.allowPrivate`);
    return usable;
  }

  function poolOf(server: MailServer, address: string): Pool {
    const key = createHash('sha256').update(JSON.stringify([server, address])).digest('hex');
    const pool = pools.get(key) ?? makePool(server, address);
    pools.delete(key);
    pools.set(key, pool);
    const [oldest] = pools;
    if (pools.size > KEPT_SERVERS && oldest !== undefined) {
      pools.delete(oldest[0]);
      oldest[1].close();
    }
    return pool;
  }

  return {
    async send(server, message, signal) {
      try {
        const pool = poolOf(server, await addressOf(server, signal));
        const { inReplyTo, headers, ...rest } = message;
        await pool.sendMail({ ...rest, headers: { ...headers }, signal, ...(inReplyTo === null ? {} : { inReplyTo, references: [inReplyTo] }) });
      } catch (error) {
        throw mailErrorOf(error, server, signal.aborted);
      }
    },
    async close() {
      for (const pool of pools.values()) pool.close({ force: true });
      pools.clear();
    },
  };
}
