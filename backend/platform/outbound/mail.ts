/** The one way out for mail: SMTP submission under the same rules as calls over HTTP. */

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

export type MailFault = 'denied' | 'timeout' | 'network' | 'login' | 'refused' | 'later';

export interface MailTransport {
  /** Hands a message over; the server has taken it when this returns. Throws `MailError`. */
  send(server: MailServer, message: MailMessage, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
