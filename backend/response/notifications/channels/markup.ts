/**
 * The text of a notice in the markup of others. CommonMark is read with marked; each form writes out what it can say
 * and says the rest plainly. HTML in a text is text. Pure.
 */
import { lexer, type Token, type Tokens } from 'marked';

/** How a form of markup writes. Every member gets text that is escaped already, but for `text`. */
export interface Markup {
  text(raw: string): string;
  bold(inner: string): string;
  italic(inner: string): string;
  code(raw: string): string;
  codeBlock(raw: string): string;
  link(label: string, url: string): string;
  heading(inner: string): string;
  paragraph(inner: string): string;
  quote(inner: string): string;
  list(items: readonly string[], ordered: boolean): string;
  /** What stands between blocks. */
  readonly between: string;
  readonly lineBreak: string;
}

/** Web and mail addresses only: anything else (`javascript:`) stays text. */
export function isSafeLink(url: string): boolean {
  return /^(https?:\/\/|mailto:)[^\s<>"]+$/i.test(url);
}

const NAMED: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
/** marked escapes some texts for HTML. */
const unescaped = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (name) => NAMED[name] ?? name);

function inline(tokens: readonly Token[] | undefined, markup: Markup): string {
  return (tokens ?? []).map((token): string => {
    switch (token.type) {
      case 'strong': return markup.bold(inline(token.tokens, markup));
      case 'em': return markup.italic(inline(token.tokens, markup));
      case 'del': return inline(token.tokens, markup);
      case 'codespan': return markup.code(unescaped(String('text' in token ? token.text : token.raw)));
      case 'br': return markup.lineBreak;
      case 'link': case 'image': {
        const url = String('href' in token ? token.href : '');
        // A picture in a link would make a link in a link, which no markup knows.
        const label = token.type === 'link' ? inline(token.tokens, { ...markup, link: (words) => words }) : markup.text(String('text' in token ? token.text : ''));
        return isSafeLink(url) ? markup.link(label === '' ? markup.text(url) : label, url) : label;
      }
      case 'escape': return markup.text(String('text' in token ? token.text : token.raw));
      default: return 'tokens' in token && token.tokens !== undefined ? inline(token.tokens, markup) : markup.text(token.type === 'html' ? token.raw : unescaped(String('text' in token ? token.text : token.raw)));
    }
  }).join('');
}

function isList(token: Token): token is Tokens.List {
  return token.type === 'list';
}

function blocks(tokens: readonly Token[], markup: Markup): string {
  const written = tokens.map((token): string => {
    if (isList(token)) return markup.list(token.items.map((item) => blocks(item.tokens, markup)), token.ordered);
    switch (token.type) {
      case 'space': case 'def': case 'hr': return '';
      case 'heading': return markup.heading(inline(token.tokens, markup));
      case 'paragraph': return markup.paragraph(inline(token.tokens, markup));
      case 'text': return inline('tokens' in token && token.tokens !== undefined ? token.tokens : [token], markup);
      case 'code': return markup.codeBlock(String('text' in token ? token.text : token.raw));
      case 'blockquote': return markup.quote(blocks(token.tokens ?? [], markup));
      default: return markup.paragraph(markup.text(token.raw.trim()));
    }
  });
  return written.filter((text) => text !== '').join(markup.between);
}

/** A text in CommonMark, written in another markup. */
export function convert(text: string, markup: Markup): string {
  return blocks(lexer(text, { gfm: true }), markup);
}

const indented = (text: string): string => text.replaceAll('\n', '\n  ');
const listed = (items: readonly string[], ordered: boolean, bullet: string): string => items.map((item, index) => `${ordered ? `${index + 1}.` : bullet} ${indented(item)}`).join('\n');

/** Words alone: for text messages, the plain part of a mail, telephony. A link keeps its address in brackets. */
export const PLAIN: Markup = {
  text: (raw) => raw, bold: (inner) => inner, italic: (inner) => inner, code: (raw) => raw, codeBlock: (raw) => raw,
  link: (label, url) => (label === url ? url : `${label} (${url})`),
  heading: (inner) => inner, paragraph: (inner) => inner, quote: (inner) => inner.replace(/^/gm, '> '),
  list: (items, ordered) => listed(items, ordered, '-'), between: '\n\n', lineBreak: '\n',
};

const escapeHtml = (raw: string): string => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A text as HTML text. */
export function htmlText(raw: string): string {
  return escapeHtml(raw);
}

/** HTML of a mail. */
export const HTML: Markup = {
  text: escapeHtml, bold: (inner) => `<strong>${inner}</strong>`, italic: (inner) => `<em>${inner}</em>`, code: (raw) => `<code>${escapeHtml(raw)}</code>`,
  codeBlock: (raw) => `<pre>${escapeHtml(raw)}</pre>`, link: (label, url) => `<a href="${escapeHtml(url)}">${label}</a>`,
  heading: (inner) => `<p><strong>${inner}</strong></p>`, paragraph: (inner) => `<p>${inner}</p>`, quote: (inner) => `<blockquote>${inner}</blockquote>`,
  list: (items, ordered) => `<${ordered ? 'ol' : 'ul'}>${items.map((item) => `<li>${item}</li>`).join('')}</${ordered ? 'ol' : 'ul'}>`,
  between: '\n', lineBreak: '<br>',
};

/** The few tags that Telegram takes (core.telegram.org/bots/api#html-style); it knows neither paragraphs nor lists. */
export const TELEGRAM_HTML: Markup = {
  ...HTML, quote: (inner) => `<blockquote>${inner.replace(/<\/?blockquote>/g, '')}</blockquote>`, bold: (inner) => `<b>${inner}</b>`, italic: (inner) => `<i>${inner}</i>`, heading: (inner) => `<b>${inner}</b>`, paragraph: (inner) => inner,
  list: (items, ordered) => listed(items, ordered, '•'), between: '\n\n', lineBreak: '\n',
};

const escapeSlack = (raw: string): string => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack's mrkdwn (docs.slack.dev/messaging/formatting-message-text). The three escaped characters are all that can begin a mention. */
export const SLACK: Markup = {
  text: escapeSlack, bold: (inner) => `*${inner}*`, italic: (inner) => `_${inner}_`, code: (raw) => `\`${escapeSlack(raw)}\``,
  codeBlock: (raw) => `\`\`\`${escapeSlack(raw)}\`\`\``, link: (label, url) => `<${escapeSlack(url).replaceAll('|', '%7C')}|${label.replaceAll('|', '/')}>`,
  heading: (inner) => `*${inner}*`, paragraph: (inner) => inner, quote: (inner) => inner.replace(/^/gm, '> '),
  list: (items, ordered) => listed(items, ordered, '•'), between: '\n\n', lineBreak: '\n',
};
