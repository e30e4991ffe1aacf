/** What the demo's inbox takes, as something to be read: the body of each provider to a message. Pure. */
import { z } from 'zod';

export interface InboxLink {
  readonly label: string;
  readonly url: string;
}

export interface ReadMessage {
  readonly to: string;
  readonly subject: string;
  readonly lines: readonly string[];
  readonly links: readonly InboxLink[];
}

const LINK_LINE = /^(.{1,100}?): (https?:\/\/\S+)$/;

/** Splits a plain text into lines, and links that stand in a line of their own after their label. */
function readPlain(text: string): Pick<ReadMessage, 'lines' | 'links'> {
  const lines: string[] = [];
  const links: InboxLink[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, label, url] = LINK_LINE.exec(line.trim()) ?? [];
    if (label !== undefined && url !== undefined) links.push({ label, url });
    else if (line.trim() !== '' && line.trim() !== '--') lines.push(line.trim());
  }
  return { lines, links };
}

const slackBlock = z.looseObject({
  type: z.string(), text: z.looseObject({ text: z.string() }).optional(), fields: z.array(z.looseObject({ text: z.string() })).default([]),
  elements: z.array(z.looseObject({ url: z.string().optional(), text: z.looseObject({ text: z.string() }).optional() })).default([]),
});
const slackBody = z.looseObject({ text: z.string(), blocks: z.array(slackBlock).default([]) });

/** Slack's marks and escapes as plain text. */
function unmarked(mrkdwn: string): string {
  return mrkdwn.replace(/<([^|>]+)\|([^>]+)>/g, '$2 ($1)').replace(/<(https?:[^>]+)>/g, '$1').replace(/\*([^*\n]+)\*/g, '$1').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What an incoming webhook of Slack was sent. Throws when it is something else. */
export function readSlack(body: string): ReadMessage {
  const { text, blocks } = slackBody.parse(JSON.parse(body));
  const texts = blocks.flatMap((block) => (block.type === 'section' ? [...(block.text === undefined ? [] : [block.text.text]), ...block.fields.map((field) => field.text.replace('\n', ': '))] : []));
  return {
    to: '#incidents', subject: blocks.find(({ type }) => type === 'header')?.text?.text ?? text, lines: texts.flatMap((each) => unmarked(each).split('\n')).filter((line) => line.trim() !== ''),
    links: blocks.flatMap(({ elements }) => elements.flatMap(({ url, text: label }) => (url === undefined ? [] : [{ label: label?.text ?? 'Open', url }]))),
  };
}

const teamsPart = z.looseObject({ type: z.string(), text: z.string().optional(), facts: z.array(z.object({ title: z.string(), value: z.string() })).default([]) });
const teamsBody = z.looseObject({
  attachments: z.tuple([z.looseObject({ content: z.looseObject({ body: z.array(teamsPart), actions: z.array(z.looseObject({ title: z.string(), url: z.string() })).default([]) }) })]),
});

/** What a flow of Teams was sent. Throws when it is something else. */
export function readTeams(body: string): ReadMessage {
  const [{ content }] = teamsBody.parse(JSON.parse(body)).attachments;
  const [subject, ...texts] = content.body.flatMap(({ text, facts }) => [...(text === undefined ? [] : [text]), ...facts.map(({ title, value }) => `${title}: ${value}`)]);
  return {
    to: 'Incidents', subject: subject ?? '', lines: texts.flatMap((text) => text.replace(/\*\*([^*\n]+)\*\*/g, '$1').split('\n')).filter((line) => line.trim() !== ''),
    links: content.actions.map(({ title, url }) => ({ label: title, url })),
  };
}

/** What a gateway of text messages was sent. */
export function readTextMessage(form: URLSearchParams): ReadMessage {
  const { lines, links } = readPlain(form.get('Body') ?? '');
  return { to: form.get('To') ?? '', subject: lines[0] ?? '', lines: lines.slice(1), links };
}

function bytesOf(text: string, encoding: string): Buffer {
  if (/base64/i.test(encoding)) return Buffer.from(text, 'base64');
  if (!/quoted-printable/i.test(encoding)) return Buffer.from(text, 'utf8');
  const joined = text.replace(/=\r?\n/g, '');
  return Buffer.concat(joined.split(/(=[0-9A-F]{2})/).map((part) => (/^=[0-9A-F]{2}$/.test(part) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part, 'utf8'))));
}

/** Words of a header that are written in ASCII (RFC 2047), as mail programs show them. */
function headerText(value: string): string {
  return value.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_whole, kind: string, text: string) =>
    (kind.toLowerCase() === 'b' ? bytesOf(text, 'base64') : bytesOf(text.replaceAll('_', ' '), 'quoted-printable')).toString('utf8'));
}

/** A mail as the service sends them: text and HTML side by side, of which the text is read. `to` is of the envelope. */
export function readMail(raw: string, to: string): ReadMessage {
  const [head = '', ...rest] = raw.split(/\r?\n\r?\n/);
  const headers = head.replace(/\r?\n[ \t]+/g, ' ');
  const [, subject = ''] = /^subject: (.*)$/im.exec(headers) ?? [];
  const [, boundary] = /boundary="?([^";\r\n]+)"?/i.exec(headers) ?? [];
  const whole = rest.join('\n\n');
  const parts = boundary === undefined ? [raw] : whole.split(`--${boundary}`);
  const plain = parts.find((part) => /^content-type: text\/plain/im.test(part)) ?? '';
  const [partHead = '', ...partBody] = plain.trimStart().split(/\r?\n\r?\n/);
  const [, encoding = ''] = /^content-transfer-encoding: (\S+)/im.exec(partHead) ?? [];
  return { to, subject: headerText(subject), ...readPlain(bytesOf(partBody.join('\n\n'), encoding).toString('utf8')) };
}
