/** The page of the demo's inbox. Pure. */
import type { ReadMessage } from './readMessage.ts';

/** Ways by which the demo tells people, and what they are called. */
export const WAYS = { mail: 'Mail', slack: 'Slack', teams: 'Teams', sms: 'Text message' } as const;
export type WayName = keyof typeof WAYS;
export const WAY_NAMES: readonly WayName[] = ['mail', 'slack', 'teams', 'sms'];

export interface InboxMessage extends ReadMessage {
  readonly number: number;
  readonly over: WayName;
  readonly at: Date;
}

/** Of its style sheet and its script, for the content security policy. */
export const INBOX_STYLE = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f4f5f5;color:#1b1f24}
header,main{max-width:52rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;margin:0}h2{font-size:1.05rem;margin:.25rem 0;overflow-wrap:anywhere}p{margin:.4rem 0;overflow-wrap:anywhere}
.dim{color:#50575f}.box{background:#fff;border:1px solid #c9ced4;border-radius:8px;padding:.75rem 1rem;margin:.75rem 0}
.row,form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}.over{font-weight:600}
ol{list-style:none;margin:0;padding:0}.row>*,form>*{min-width:0;overflow-wrap:anywhere}
a{color:#1f60c4}a.act,button{display:inline-block;font:inherit;font-weight:600;min-height:2.5rem;padding:.35rem .9rem;border-radius:6px;border:2px solid #1f60c4;background:transparent;color:#1f60c4;text-decoration:none;cursor:pointer}
button[aria-pressed=true]{border-color:#b3261e;color:#b3261e}
a:focus-visible,button:focus-visible{outline:3px solid #b35900;outline-offset:2px}
@media (prefers-color-scheme:dark){body{background:#111217;color:#e6e8eb}.dim{color:#a9b1ba}.box{background:#1b1d23;border-color:#3a3f48}a{color:#8ab4f8}a.act,button{color:#8ab4f8;border-color:#8ab4f8}button[aria-pressed=true]{border-color:#ff8a80;color:#ff8a80}}`;
/** Shows new messages without a reload; without it the page shows them when it is loaded again. */
export const INBOX_SCRIPT = `setInterval(async()=>{try{const text=await (await fetch('/messages')).text(),list=document.getElementById('messages');if((/id="(m\\d+)"/.exec(text)||[])[1]!==(list.querySelector('[id]')||{}).id)list.innerHTML=text}catch{}},1500)`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function messageHtml({ number, over, at, to, subject, lines, links }: InboxMessage): string {
  const buttons = links.filter(({ url }) => /^https?:\/\//.test(url)).map(({ label, url }) => `<a class="act" href="${escape(url)}" target="_blank" rel="noopener">${escape(label)}</a>`);
  return `<li class="box" data-over="${over}" id="m${number}"><div class="row"><span class="over">${WAYS[over]}</span><span>to ${escape(to)}</span><time class="dim" datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)} UTC</time></div>
<h2>${escape(subject)}</h2>${lines.map((line) => `<p>${escape(line)}</p>`).join('')}${buttons.length === 0 ? '' : `<div class="row">${buttons.join(' ')}</div>`}</li>`;
}

/** The messages, the newest first. */
export function messagesHtml(messages: readonly InboxMessage[]): string {
  return messages.length === 0 ? '<li class="box dim">Nothing yet. When an incident is declared, people are paged, and it stands here.</li>' : messages.map(messageHtml).reverse().join('\n');
}

/** The whole page. `broken`: ways that answer with an error at present. */
export function inboxPage(messages: readonly InboxMessage[], broken: ReadonlySet<WayName>): string {
  const switches = WAY_NAMES.map((way) => `<button name="way" value="${way}" aria-pressed="${broken.has(way)}">${WAYS[way]} ${broken.has(way) ? 'is down: repair it' : 'works: take it down'}</button>`).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Simulated inbox of the Muster demo</title><style>${INBOX_STYLE}</style></head>
<body><header><h1>Simulated inbox</h1>
<p>What Muster would have sent to people, chats and telephones in this demo. <strong>Nothing here left this machine.</strong> Answer as whoever got a page: its links need no login.</p></header>
<main><section class="box" aria-labelledby="ways"><h2 id="ways">Take a provider down</h2><p class="dim">It answers with an error then, and Muster goes on over the next way.</p><form method="post" action="/ways">${switches}</form></section>
<h2>Messages, newest first</h2><ol id="messages" aria-live="polite">${messagesHtml(messages)}</ol></main>
<script>${INBOX_SCRIPT}</script></body></html>
`;
}
