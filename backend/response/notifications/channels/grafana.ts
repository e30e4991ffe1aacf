/**
 * Grafana's annotations, so that a message stands on the dashboards at its time. Source: grafana.com/docs/grafana/latest/developers/http_api/annotations
 * (POST /api/annotations with time in milliseconds, tags, text, dashboardUID). A tag made of the key finds the mark of an earlier try again.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GrafanaCallError } from '../../../sources/index.ts';
import type { ChannelKind, Notice, SendContext, SendOutcome } from './channel.ts';
import { cutLine, cutText } from './cut.ts';
import { convert, HTML, htmlText } from './markup.ts';
import { safeSaying } from './mask.ts';
import { outcomeOfStatus, throttled } from './provider.ts';

const config = z.strictObject({
  /** The dashboard that is marked; without one all that show annotations of the organisation by tag. */
  dashboardUid: z.string().trim().regex(/^[A-Za-z0-9_-]{1,40}$/, 'is not a uid of a dashboard').optional(),
  tags: z.array(z.string().trim().min(1).max(50)).max(10).default([]),
});
type GrafanaConfig = z.infer<typeof config>;

const PATH = '/api/annotations';
const MAX_TEXT = 5_000;
const found = z.array(z.looseObject({ id: z.number().int() }));
const made = z.looseObject({ id: z.number().int() });

/** A hash, since Grafana cuts long tags. */
function keyTag(notice: Notice): string {
  return `muster-message:${createHash('sha256').update(notice.dedupKey).digest('hex').slice(0, 24)}`;
}

function bodyOf(notice: Notice, { dashboardUid, tags }: GrafanaConfig): object {
  const thread = notice.thread === null ? [] : [cutLine(notice.thread, 60)];
  return {
    time: notice.at.getTime(), text: `<b>${htmlText(cutLine(notice.subject, 300))}</b>\n${convert(cutText(notice.text, MAX_TEXT, notice.language), HTML)}`,
    tags: [...new Set(['muster', ...thread, ...tags, keyTag(notice)])], ...(dashboardUid === undefined ? {} : { dashboardUID: dashboardUid }),
  };
}

function outcomeOf(error: GrafanaCallError): SendOutcome {
  if (error.fault === 'throttled') return throttled(error.retryAfterSeconds === null ? null : error.retryAfterSeconds * 1_000);
  const reason = safeSaying(error.message, []);
  if (error.fault === 'refused' || error.fault === 'not_connected') return { kind: 'refused', reason };
  return error.fault === 'failed' && error.status !== null ? { ...outcomeOfStatus(error.status, 'Grafana', ''), reason } : { kind: 'retry', reason };
}

async function send(notice: Notice, { config: settings, grafana: call, signal }: SendContext<GrafanaConfig>): Promise<SendOutcome> {
  try {
    const [known] = found.parse(await call({ method: 'GET', path: PATH, query: { tags: keyTag(notice), limit: '1', type: 'annotation' } }));
    if (known !== undefined) return { kind: 'delivered', providerId: String(known.id), threadRef: null };
    if (signal.aborted) return { kind: 'retry', reason: 'stopped before the mark was made' };
    const { id } = made.parse(await call({ method: 'POST', path: PATH, body: bodyOf(notice, settings) }));
    return { kind: 'delivered', providerId: String(id), threadRef: null };
  } catch (error) {
    if (error instanceof z.ZodError) return { kind: 'retry', reason: 'Grafana answered with something else than annotations' };
    if (error instanceof GrafanaCallError) return outcomeOf(error);
    throw error;
  }
}

/** The kind, over the connection to Grafana that sources have. */
export const grafana: ChannelKind<GrafanaConfig> = { kind: 'grafana', title: 'Grafana annotation', config, secretFields: [], address: null, receipts: false, perSecond: 10, send };
