/**
 * A notice as a message of Slack: blocks, and the text that stands for them in notifications. Pure.
 * Limits: docs.slack.dev/reference/block-kit/blocks (header 150, section 3,000, fields 10 of 2,000, button text 75, button
 * address 3,000, 25 buttons); the sum of all blocks is refused above some 13,000 characters (`msg_blocks_too_long`,
 * github.com/slackapi/bolt-js/issues/2509), so the text gets what the rest leaves of 10,000.
 */
import type { Notice } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, htmlText, isSafeLink, SLACK } from './markup.ts';

const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
const MAX_TEXT = 9_000;
const MAX_FIELDS = 10;
const MAX_FIELD = 2_000;
const MAX_FIELDS_TOTAL = 6_000;
const MAX_BUTTONS = 25;
const MAX_LABEL = 75;
const MAX_URL = 3_000;
const MAX_FALLBACK = 3_000;

const MARK = { critical: ':rotating_light:', high: ':large_orange_circle:', normal: ':large_blue_circle:', low: ':white_circle:' } as const;

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly object[];
  readonly unfurl_links: false;
}

/** Cuts mrkdwn into pieces that each fit a section, between lines where it can. */
function sections(mrkdwn: string): string[] {
  const pieces: string[] = [];
  let rest = mrkdwn;
  while (rest.length > MAX_SECTION) {
    const line = rest.lastIndexOf('\n', MAX_SECTION);
    const at = line > MAX_SECTION / 2 ? line : MAX_SECTION;
    pieces.push(rest.slice(0, at).toWellFormed());
    rest = rest.slice(at).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

function fieldsOf(notice: Notice): object[] {
  const most = Math.floor(MAX_FIELDS_TOTAL / Math.max(1, Math.min(MAX_FIELDS, notice.facts.length)));
  return notice.facts.slice(0, MAX_FIELDS).map(({ label, value }) => ({
    type: 'mrkdwn', text: cutText(`*${SLACK.text(cutLine(label, 200))}*\n${SLACK.text(value)}`, Math.min(MAX_FIELD, most), notice.language),
  }));
}

function buttonsOf(notice: Notice): object[] {
  const links = [...notice.actions.map(({ id, label, url }) => ({ id, label, url })), ...(notice.link === null ? [] : [{ id: 'open', ...notice.link }])];
  return links.filter(({ url }) => isSafeLink(url) && url.length <= MAX_URL).slice(0, MAX_BUTTONS).map(({ id, label, url }, index) => ({
    type: 'button', action_id: `${cutLine(id, 200)}-${index}`, url, text: { type: 'plain_text', text: cutLine(label, MAX_LABEL) },
    ...(index === 0 && notice.messageClass === 'page' && notice.actions.length > 0 ? { style: 'primary' } : {}),
  }));
}

/** Renders a notice. The text is cut as CommonMark, before it is converted, so that no markup is cut in two. */
export function slackMessage(notice: Notice): SlackMessage {
  let room = MAX_TEXT;
  let body = convert(cutText(notice.text, room, notice.language), SLACK);
  while (body.length > MAX_TEXT && room > 200) {
    // Escaping made it longer.
    room = Math.floor(room * 0.7);
    body = convert(cutText(notice.text, room, notice.language), SLACK);
  }
  const fields = fieldsOf(notice);
  const buttons = buttonsOf(notice);
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cutLine(notice.subject, MAX_HEADER), emoji: false } },
    ...sections(body).map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
    ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
    ...(buttons.length === 0 ? [] : [{ type: 'actions', elements: buttons }]),
  ];
  return { text: cutText(`${MARK[notice.urgency]} ${htmlText(cutLine(notice.subject, 1_000)).replaceAll('&quot;', '"')}`, MAX_FALLBACK, notice.language), blocks, unfurl_links: false };
}
