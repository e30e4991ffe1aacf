/** E-mail over an SMTP server. What the server takes is `accepted`: whether it is read, or comes back days later, nobody tells. Sources: RFC 5321, RFC 6409, and those of `mailParts.ts`. */
import { z } from 'zod';
import { MailError } from '../../../platform/outbound/mail.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { mailParts, messageIdOf } from './mailParts.ts';
import { safeSaying } from './mask.ts';
import { DENIED } from './provider.ts';
import { emailAddress, secretOf } from './settings.ts';

const config = z.strictObject({
  host: z.string().trim().min(1).max(253).regex(/^[A-Za-z0-9.:[\]-]+$/, 'is not the name of a server'),
  port: z.int().min(1).max(65_535).default(587),
  security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
  user: z.string().max(320).optional(),
  /** As whom mails are sent: `muster@example.com`, or `Muster <muster@example.com>`. */
  from: z.string().trim().max(400).refine((text) => emailAddress.safeParse(/^[^<>\r\n"]*<([^<>]+)>$/.exec(text)?.[1] ?? text).success, 'is not an e-mail address'),
  /** Where messages go that name nobody. */
  to: emailAddress.optional(),
});
type EmailConfig = z.infer<typeof config>;

/** Refused for good, whoever is written to. A wrong password is among them: trying again locks accounts. */
const OF_THE_SERVER = new Set(['denied', 'login']);

async function send(notice: Notice, context: SendContext<EmailConfig>): Promise<SendOutcome> {
  const { host, port, security, user, from, to: usual } = context.config;
  const to = context.address ?? usual;
  if (to === undefined) return { kind: 'refused', reason: 'the channel names no address, and neither does the recipient' };
  const messageId = messageIdOf(notice.dedupKey, to, from);
  const password = secretOf(context.secrets, 'password');
  try {
    await context.mail.send({ host, port, security, user: user ?? null, password }, { ...mailParts(notice), from, to, messageId, inReplyTo: context.threadRef, date: context.now }, context.signal);
    return { kind: 'accepted', providerId: messageId, threadRef: context.threadRef ?? messageId };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    const reason = safeSaying(error.fault === 'denied' ? `${DENIED}: ${error.message}` : error.message, Object.values(context.secrets));
    if (OF_THE_SERVER.has(error.fault)) return { kind: 'refused', reason, ofChannel: true };
    return { kind: error.fault === 'refused' ? 'refused' : 'retry', reason };
  }
}

/** The kind. No limit is documented: it is the server's own; 20 a second keeps most of them calm. */
export const email: ChannelKind<EmailConfig> = {
  kind: 'email', title: 'E-mail', config,
  secretFields: [{ name: 'password', label: 'Password at the mail server', required: false }],
  address: { label: 'E-mail address', schema: emailAddress },
  receipts: false, perSecond: 20,
  settingsFault({ security, user }, secrets) {
    const password = secretOf(secrets, 'password');
    if (user !== undefined && password === null) return { field: 'password', message: 'is missing, although there is a user' };
    if (user !== undefined && security === 'none') return { field: 'security', message: 'must be tls or starttls where a password is sent' };
    return null;
  },
  send,
};
