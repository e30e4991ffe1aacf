/** Many notices to one person in a short time become one. Pure; instants are milliseconds since 1970. */
import type { MessageClass, Urgency } from '#contract';
import type { Notice } from './channels/channel.ts';

export interface BundleRule {
  readonly after: number;
  readonly windowMs: number;
}

/** What never waits: pages, which ask for an answer, tests, and whatever is critical. */
export function mayBundle(messageClass: MessageClass, urgency: Urgency): boolean {
  return urgency !== 'critical' && (messageClass === 'notice' || messageClass === 'update');
}

/**
 * Until when a notice is held back to be told with others; null: it is told at once. `recentMs`: when the person's notices
 * of the same kind were ordered, in any order.
 */
export function holdUntil(rule: BundleRule, recentMs: readonly number[], nowMs: number): number | null {
  const within = recentMs.filter((at) => at > nowMs - rule.windowMs && at <= nowMs);
  if (within.length < rule.after) return null;
  return Math.min(...within) + rule.windowMs;
}

const MOST_LISTED = 20;

/** Several notices as one. The first one's thread and language are kept; links of all stand in the text. */
export function bundleOf(notices: readonly [Notice, ...Notice[]], dedupKey: string): Notice {
  const [first, ...others] = notices;
  if (others.length === 0) return { ...first, dedupKey };
  const listed = notices.slice(0, MOST_LISTED).map((notice) => `- **${notice.subject}**${notice.link === null ? '' : ` ([${notice.link.label}](${notice.link.url}))`}`);
  const rest = notices.length - listed.length;
  const highest = (['critical', 'high', 'normal', 'low'] as const).find((urgency) => notices.some((notice) => notice.urgency === urgency)) ?? first.urgency;
  return {
    ...first, dedupKey, urgency: highest, subject: `${notices.length} notices: ${first.subject}`,
    text: `${listed.join('\n')}${rest > 0 ? `\n\nand ${rest} more` : ''}`, facts: [], link: first.link, actions: [],
    thread: notices.every((notice) => notice.thread === first.thread) ? first.thread : null,
  };
}
