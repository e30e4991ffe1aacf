/** The page behind a link of a page: what it is about, and three buttons. No script, readable at 360 px and aloud. Pure. */
import type { PageAnswer, PageState } from '#contract';
import { roleText } from './wording.ts';

export interface RespondView {
  /** Null: nothing can be said of the incident. */
  readonly incident: { readonly key: string; readonly title: string; readonly severity: string; readonly state: string; readonly services: readonly string[]; readonly url: string } | null;
  readonly person: string;
  readonly role: string | null;
  readonly state: PageState;
  /** Why it cannot be answered any more; null: it can. */
  readonly refusal: string | null;
  /** Somebody else who has it. */
  readonly takenBy: string | null;
  /** The answer that the link was about. */
  readonly suggested: PageAnswer | null;
}

/** Of its style sheet, for the content security policy. */
export const RESPOND_STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;font:18px/1.5 system-ui,sans-serif;background:#f4f5f5;color:#1b1f24}
main{max-width:34rem;margin:0 auto;padding:1.25rem 1rem 3rem}
h1{font-size:1.35rem;line-height:1.3;margin:.25rem 0 1rem}
p{margin:.5rem 0}.dim{color:#50575f}
form{display:grid;gap:.75rem;margin:1.25rem 0}
label{display:block}textarea{width:100%;min-height:4.5rem;font:inherit;padding:.5rem;border:1px solid #7b8087;border-radius:6px;background:#fff;color:inherit}
button{min-height:3.25rem;font:inherit;font-weight:600;border-radius:8px;border:2px solid #1f60c4;background:#fff;color:#1f60c4;padding:.5rem 1rem}
button.first{background:#1f60c4;color:#fff}
button:focus-visible,a:focus-visible,textarea:focus-visible{outline:3px solid #b35900;outline-offset:2px}
a{color:#1f60c4}.said{border-left:4px solid #1f60c4;padding:.25rem .75rem;background:#fff}
@media (prefers-color-scheme:dark){body{background:#111217;color:#e6e8eb}.dim{color:#a9b1ba}textarea,button,.said{background:#1b1d23}button{color:#8ab4f8;border-color:#8ab4f8}button.first{background:#8ab4f8;color:#111217}a{color:#8ab4f8}.said{border-color:#8ab4f8}}`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ANSWERS: readonly { readonly answer: PageAnswer; readonly label: string }[] = [
  { answer: 'accept', label: 'I’m on it' }, { answer: 'decline', label: 'I can’t' }, { answer: 'help', label: 'I’m on it and need help' },
];
const SAID: Readonly<Partial<Record<PageState, string>>> = {
  accepted: 'You have taken it. Thank you.', help: 'You have taken it, and others are being called to help you.', declined: 'You have said that you can’t. The next person is called.',
};

/** A whole document. */
function documentOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escape(title)}</title><style>${RESPOND_STYLE}</style></head>
<body><main>${body}</main></body></html>
`;
}

/** The page for somebody who was called. */
export function respondPage(view: RespondView): string {
  const { incident } = view;
  const heading = incident === null ? 'You were called' : `${incident.severity} ${incident.key}: ${incident.title}`;
  const facts = incident === null ? '' : `<p class="dim">The incident is ${escape(incident.state)}.${incident.services.length === 0 ? '' : ` Services: ${escape(incident.services.join(', '))}.`}</p>
<p><a href="${escape(incident.url)}">Open the incident</a> (needs a login)</p>`;
  const said = SAID[view.state];
  const note = said ?? (view.refusal === null ? null : `${view.refusal.charAt(0).toUpperCase()}${view.refusal.slice(1)}.`);
  const asked = `<p>${escape(view.person)}, you are needed${view.role === null ? '' : ` ${escape(roleText(view.role))}`}.${view.takenBy === null ? '' : ` ${escape(view.takenBy)} has it already; you can join.`}</p>`;
  const ordered = [...ANSWERS].sort((a, b) => Number(b.answer === view.suggested) - Number(a.answer === view.suggested));
  const form = `<form method="post"><label>A word with it, if you like<textarea name="note" maxlength="500"></textarea></label>
${ordered.map(({ answer, label }, index) => `<button name="answer" value="${answer}"${index === 0 ? ' class="first"' : ''}>${label}</button>`).join('\n')}</form>
<p class="dim">Nothing happens until you press a button. The link works once.</p>`;
  return documentOf(heading, `<h1>${escape(heading)}</h1>${note === null ? `${asked}${form}` : `<p class="said" role="status">${escape(note)}</p>`}${facts}`);
}

/** The page for a link that leads nowhere. */
export function respondFault(title: string, text: string): string {
  return documentOf(title, `<h1>${escape(title)}</h1><p>${escape(text)}</p>`);
}
