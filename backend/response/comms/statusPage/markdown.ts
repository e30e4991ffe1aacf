/** CommonMark of updates as HTML for readers outside: no raw HTML, no pictures, links to the web and to mail alone. Pure. */
import { Marked } from 'marked';

const HARMLESS = /^(https?:\/\/|mailto:)/i;

/** Text as it may stand in HTML, also in an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ text }) => escapeHtml(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return HARMLESS.test(href) ? `<a href="${escapeHtml(href)}" rel="nofollow noopener">${text}</a>` : text;
    },
    // Below the headings of the page.
    heading({ tokens }) {
      return `<p><strong>${this.parser.parseInline(tokens)}</strong></p>\n`;
    },
  },
});

/** Renders a text. */
export function toHtml(text: string): string {
  return marked.parse(text, { async: false }).trim();
}
