/**
 * A notice as a mail: subject, plain text, HTML and headers. Pure. Sources: RFC 5322 (threads by Message-ID, In-Reply-To, References),
 * RFC 3834 (Auto-Submitted), RFC 2369 and RFC 8058 (List-Unsubscribe, one click). The HTML is plain tags and inline styles, since
 * mail programs take little else; its colours leave dark mode to the program.
 */
import { createHash } from 'node:crypto';
import type { Notice } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, HTML, htmlText, isSafeLink, PLAIN } from './markup.ts';
import { wordsOf } from './words.ts';

/** No documented limit stands behind it: longer ones are not read. */
const MAX_TEXT = 100_000;
const MAX_SUBJECT = 200;

export interface MailParts {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The id of a mail: the same for every try of the same notice to the same address, so that the receiver's server can tell. */
export function messageIdOf(dedupKey: string, to: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(from)?.[1] ?? 'muster.invalid';
  return `<${createHash('sha256').update(`${dedupKey}\n${to}`).digest('hex').slice(0, 32)}@${domain}>`;
}

function linksOf(notice: Notice): { label: string; url: string }[] {
  return [...notice.actions, ...(notice.link === null ? [] : [notice.link])].filter(({ url }) => isSafeLink(url)).map(({ label, url }) => ({ label: cutLine(label, 100), url }));
}

function textOf(notice: Notice, body: string): string {
  const facts = notice.facts.map(({ label, value }) => `${label}: ${value.replace(/\s+/g, ' ')}`).join('\n');
  const links = linksOf(notice).map(({ label, url }) => `${label}: ${url}`).join('\n');
  const footer = notice.unsubscribeUrl === undefined ? '' : `-- \n${wordsOf(notice.language).unsubscribe}: ${notice.unsubscribeUrl}`;
  return [convert(body, PLAIN), facts, links, footer].filter((part) => part !== '').join('\n\n');
}

function htmlOf(notice: Notice, body: string): string {
  const facts = notice.facts.map(({ label, value }) => `<tr><th align="left" style="padding:2px 12px 2px 0;vertical-align:top">${htmlText(label)}</th><td style="padding:2px 0">${htmlText(value)}</td></tr>`).join('');
  const links = linksOf(notice).map(({ label, url }) => `<a href="${htmlText(url)}" style="display:inline-block;padding:8px 16px;margin:4px 8px 4px 0;border:1px solid #3274d9;border-radius:4px;text-decoration:none">${htmlText(label)}</a>`).join('');
  const { unsubscribe } = wordsOf(notice.language);
  return [
    `<!doctype html><html lang="${htmlText(notice.language)}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${htmlText(notice.subject)}</title></head>`,
    '<body style="font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;max-width:640px">',
    `<h1 style="font-size:18px">${htmlText(notice.subject)}</h1>`,
    convert(body, HTML),
    facts === '' ? '' : `<table role="presentation" cellspacing="0" style="margin:12px 0">${facts}</table>`,
    links === '' ? '' : `<p>${links}</p>`,
    notice.unsubscribeUrl === undefined || !isSafeLink(notice.unsubscribeUrl) ? '' : `<p style="font-size:12px"><a href="${htmlText(notice.unsubscribeUrl)}">${htmlText(unsubscribe)}</a></p>`,
    '</body></html>',
  ].filter((part) => part !== '').join('\n');
}

/** Renders a notice. No value of a header has a line break in it. */
export function mailParts(notice: Notice): MailParts {
  const body = cutText(notice.text, MAX_TEXT, notice.language);
  const urgent = notice.urgency === 'critical' || notice.urgency === 'high';
  return {
    subject: cutLine(notice.subject, MAX_SUBJECT), text: textOf(notice, body), html: htmlOf(notice, body),
    headers: {
      'Auto-Submitted': 'auto-generated', 'X-Muster-Key': cutLine(notice.dedupKey, 200),
      ...(urgent ? { Importance: 'high', 'X-Priority': '1' } : {}),
      ...(notice.unsubscribeUrl === undefined || !isSafeLink(notice.unsubscribeUrl) ? {} : { 'List-Unsubscribe': `<${notice.unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  };
}
